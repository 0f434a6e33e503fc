package headway.bench;

import java.util.function.LongUnaryOperator;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts messages that are sent at a pace, and how late each comes: from the moment it should have been sent, not from the one
 * when it was, so that a sender that is held up does not hide what it waited for (coordinated omission).
 */
final class LatenessTally extends Tally {

    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final LongUnaryOperator due;
    private final Recorder times = new Recorder(1, LONGEST_NANOS, 3);

    /**
     * @param due when the message of that number was to be sent, by {@link System#nanoTime}
     */
    LatenessTally(LongUnaryOperator due) {
        this.due = due;
    }

    @Override
    void take(long number) {
        super.take(number);
        long late = System.nanoTime() - due.applyAsLong(number);
        times.recordValue(Math.max(1, Math.min(LONGEST_NANOS, late)));
    }

    @Override
    Histogram times() {
        return times.getIntervalHistogram();
    }
}
