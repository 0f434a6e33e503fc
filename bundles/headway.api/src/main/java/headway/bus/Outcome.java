package headway.bus;

/** What became of a message that was published. */
public enum Outcome {
    /** It is on its way to everybody who wants it. */
    SENT,
    /** Nobody on the bus wants it; it cost no system call. */
    UNWANTED,
    /** Not sent: there is no room, and this thread may not wait (a thread of the bus, or it was interrupted). */
    FULL,
    /** Not sent: the bus is closed. */
    CLOSED
}
