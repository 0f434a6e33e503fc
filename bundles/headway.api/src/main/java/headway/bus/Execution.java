package headway.bus;

/** Where an exported object's handler runs. */
public enum Execution {
    /** One call at a time, in order, on a thread that may block. */
    SERIAL,
    /** On the thread that received the call: two thread switches fewer, for handlers that never block. */
    DIRECT
}
