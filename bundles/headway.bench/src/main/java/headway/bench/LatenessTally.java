package headway.bench;

import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts messages that are sent at a pace, and how late each comes: from the moment it should have been sent, not from the one
 * when it was, so that a sender that is held up does not hide what it waited for (coordinated omission).
 */
class LatenessTally extends Tally {

    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final Recorder times = new Recorder(1, LONGEST_NANOS, 3);

    LatenessTally() {}

    LatenessTally(LongConsumer then) {
        super(then);
    }

    /** The next message came, with that number; it was to be sent at that moment, by {@link System#nanoTime}. */
    final void take(long number, long due) {
        times.recordValue(Math.max(1, Math.min(LONGEST_NANOS, System.nanoTime() - due)));
        super.take(number);
    }

    @Override
    final Histogram times() {
        return times.getIntervalHistogram();
    }
}
