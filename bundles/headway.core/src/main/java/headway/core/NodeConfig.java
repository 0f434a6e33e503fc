package headway.core;

/**
 * What an operator may choose for a node.
 *
 * @param bus the name of the bus
 * @param windowBytes what one session keeps at most until it is acknowledged; a power of two
 * @param outboxBytes what may wait for the bus's owner; a power of two
 * @param shelfBytes how many bytes of large messages may lie in shared memory for others to read; 0 for none
 * @param leastPatienceMillis how long publishers wait at least for a process that takes nothing, before messages to it are
 *     given up and reported as a gap
 * @param graceMillis how long a peer that no link reaches is waited for, when its link did not say that its process ended
 */
record NodeConfig(
        String bus, int windowBytes, int outboxBytes, int shelfBytes, long leastPatienceMillis, long graceMillis) {

    static final NodeConfig DEFAULT = new NodeConfig("headway", 1 << 22, 1 << 20, 1 << 24, 250, 10_000);

    NodeConfig {
        if (!bus.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("The bus name '" + bus
                    + "' is not 1 to 64 letters, digits, '_' and '-'; set it with --bus or in headway.core");
        }
        if (shelfBytes < 0 || (shelfBytes > 0 && shelfBytes < 1 << 16)) {
            throw new IllegalArgumentException(
                    "The shelf has 0 or at least 65536 bytes, not " + shelfBytes + "; set shelf.bytes in headway.core");
        }
    }

    NodeConfig withBus(String name) {
        return new NodeConfig(name, windowBytes, outboxBytes, shelfBytes, leastPatienceMillis, graceMillis);
    }
}
