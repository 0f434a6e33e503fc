package headway.bench;

/**
 * What goes through in a workload.
 *
 * @param payload bytes of each message
 * @param receivers that each message has
 * @param intervalNanos from one message to the next; 0 for as many as go
 */
record Load(int payload, int receivers, long intervalNanos) {

    static Load flatOut(int payload, int receivers) {
        return new Load(payload, receivers, 0);
    }
}
