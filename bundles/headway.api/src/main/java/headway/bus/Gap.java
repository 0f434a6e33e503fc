package headway.bus;

/**
 * A range of messages that a subscriber did not get.
 *
 * @param topic their topic, or the subscription's pattern if they were of several topics
 * @param sender the unique name of their sender, or empty if they were of several senders
 * @param from the {@link Message#sequence} of the first that was lost
 * @param to the {@link Message#sequence} of the last that was lost
 * @param count how many were lost
 * @param cause why
 */
public record Gap(String topic, String sender, long from, long to, long count, Cause cause) {

    /** Why messages were lost. */
    public enum Cause {
        /** The subscriber was slower than the publishers, beyond what its contract keeps. */
        SLOW_SUBSCRIBER,
        /** This process took nothing for longer than the publisher may wait. */
        SLOW_NODE
    }
}
