package headway.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * Counts the messages that one receiver gets and sees that none is missing, doubled or out of order. One thread counts,
 * any thread looks.
 */
class Tally {

    private final AtomicLong count = new AtomicLong();
    private final LongConsumer then;
    private volatile String failure;

    Tally() {
        this(number -> {});
    }

    /**
     * @param then told the number of each message that came
     */
    Tally(LongConsumer then) {
        this.then = then;
    }

    /** The next message came, and this is the number it carries. */
    void take(long number) {
        long expected = count.getPlain() + 1;
        if (number != expected && failure == null) {
            failure = "message " + number + " came where " + expected + " was due";
        }
        count.setRelease(expected);
        then.accept(number);
    }

    /** The next message came; what number it carries is not looked at. */
    void takeUnread() {
        long number = count.getPlain() + 1;
        count.setRelease(number);
        then.accept(number);
    }

    /** Something is wrong that no number tells. */
    final void fail(String why) {
        if (failure == null) {
            failure = why;
        }
    }

    /** Messages that came so far. */
    final long count() {
        return count.getAcquire();
    }

    /** How late messages were since this was asked the last time. */
    Histogram times() {
        return Mark.NO_TIMES;
    }

    /** What was wrong first, or null. */
    final String failure() {
        return failure;
    }
}
