package headway.bench;

/**
 * What goes through in a workload.
 *
 * @param payload bytes of each message
 * @param receivers that each message has
 * @param intervalNanos from one message to the next; 0 for as many as go
 * @param timed whether messages come as a {@link Timetable} says, which lies where the processes meet
 */
record Load(int payload, int receivers, long intervalNanos, boolean timed) {

    static Load flatOut(int payload, int receivers) {
        return paced(payload, receivers, 0);
    }

    static Load paced(int payload, int receivers, long intervalNanos) {
        return new Load(payload, receivers, intervalNanos, false);
    }

    static Load timed(int payload, int receivers) {
        return new Load(payload, receivers, 0, true);
    }
}
