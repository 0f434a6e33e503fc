package headway.core;

import headway.bus.Gap;
import headway.bus.Gap.Cause;

/** A loss that grows until it is told: messages that one subscription will not get. Not safe for threads. */
final class GapRecord {

    private final String pattern;
    private String topic;
    private String sender;
    private long from;
    private long to;
    private long count;

    /** Null: nothing is lost. A count of 0 says only that nobody has counted. */
    private Cause cause;

    /** Nothing is lost yet. */
    GapRecord(String pattern) {
        this.pattern = pattern;
    }

    boolean isEmpty() {
        return cause == null;
    }

    long count() {
        return count;
    }

    void add(BusMessage lost, Cause why) {
        if (lost instanceof GapMessage told) {
            add(told.gap());
            return;
        }
        add(lost.topic(), lost.sender().uniqueName(), lost.sequence(), lost.sequence(), 1, why);
    }

    void add(Gap gap) {
        add(gap.topic(), gap.sender(), gap.from(), gap.to(), gap.count(), gap.cause());
    }

    private void add(String itsTopic, String itsSender, long itsFrom, long itsTo, long itsCount, Cause itsCause) {
        if (isEmpty()) {
            topic = itsTopic;
            sender = itsSender;
            from = itsFrom;
        } else {
            if (!itsTopic.equals(topic)) {
                topic = pattern;
            }
            if (!itsSender.equals(sender)) {
                sender = "";
            }
        }
        to = itsTo;
        count += itsCount;
        // Once it is not known how many were lost, no other loss makes that known.
        cause = cause == Cause.GIVEN_UP ? cause : itsCause;
    }

    /** What was lost since the last call. */
    Gap take() {
        Gap gap = new Gap(topic, sender, from, cause == Cause.GIVEN_UP ? 0 : to, count, cause);
        count = 0;
        cause = null;
        return gap;
    }
}
