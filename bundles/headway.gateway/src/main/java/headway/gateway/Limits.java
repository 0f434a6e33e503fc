package headway.gateway;

/**
 * What one user may take of the bus, whatever number of connections it opens (one tier), and how patient the bus is.
 *
 * @param messageBytes the largest message; who claims a larger one is disconnected
 * @param bytesPerUser bytes that wait in the bus; see {@link Account}
 * @param memory bytes that wait to be written, and half of it those of messages that have not come whole; of all users
 * @param descriptorsPerUser descriptors that wait in the bus, for their receivers or for the message they belong to
 * @param connectionsPerUser connections
 * @param rulesPerUser match rules
 * @param namesPerUser well-known names, owned or waited for
 * @param callsPerUser calls that wait for their answer
 * @param unauthenticated connections that have not said Hello yet, of all users
 * @param helloMillis how long a connection may take until it has said Hello
 * @param flushMillis how long a connection that is being closed may take to read what is queued
 */
record Limits(
        int messageBytes,
        long bytesPerUser,
        long memory,
        int descriptorsPerUser,
        int connectionsPerUser,
        int rulesPerUser,
        int namesPerUser,
        int callsPerUser,
        int unauthenticated,
        int helloMillis,
        int flushMillis) {

    /** More is no match rule (as the reference has it). */
    static final int RULE_LENGTH = 1024;

    static Limits standard() {
        return new Limits(
                32 << 20, 64L << 20, 96L << 20, 1024, 16_384, 1 << 19, 1 << 17, 1 << 17, 1024, 30_000, 10_000);
    }
}
