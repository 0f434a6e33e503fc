package headway.bus;

/**
 * Messages that a subscriber did not get, or perhaps did not.
 *
 * @param topic their topic, or the subscription's pattern if they were of several topics
 * @param sender the unique name of their sender, or of its node; empty if they were of several senders
 * @param from the {@link Message#sequence} of the first that was lost
 * @param to the {@link Message#sequence} of the last that was lost; 0 with {@link Cause#GIVEN_UP}
 * @param count how many were lost; with {@link Cause#GIVEN_UP} that is not known: how many of them are, most often 0
 * @param cause why
 */
public record Gap(String topic, String sender, long from, long to, long count, Cause cause) {

    /** Why messages were lost. */
    public enum Cause {
        /** The subscriber was slower than the publishers, beyond what its contract keeps. */
        SLOW_SUBSCRIBER,
        /** This process took nothing for longer than the publisher may wait. */
        SLOW_NODE,
        /**
         * The sender's node could not be reached for so long that it was given up, or took this node for gone, and is back.
         * Whether it published anything meanwhile nobody knows. The numbers of its messages begin at 1 again. Only who has
         * got something of that node is told; nobody is told of a process that was born again: it is another sender.
         */
        GIVEN_UP
    }

    /** How many were lost, for people: {@code 3}, {@code 3 or more} or {@code an unknown number}. */
    public String howMany() {
        if (cause != Cause.GIVEN_UP) {
            return Long.toString(count);
        }
        return count == 0 ? "an unknown number" : count + " or more";
    }
}
