package headway.bench;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Counts the messages that one receiver gets and sees that none is missing, doubled or out of order. One thread counts,
 * any thread looks.
 */
class Tally {

    private final AtomicLong count = new AtomicLong();
    private volatile String failure;

    /** The next message came, and this is the number it carries. */
    void take(long number) {
        long expected = count.getPlain() + 1;
        if (number != expected && failure == null) {
            failure = "message " + number + " came where " + expected + " was due";
        }
        count.setRelease(expected);
    }

    /** The next message came; what number it carries is not looked at. */
    void takeUnread() {
        count.setRelease(count.getPlain() + 1);
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
