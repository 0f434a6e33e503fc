package headway.transport;

/** What became of a frame: every expected outcome of {@link Link#send}. */
public enum SendResult {
    /** The medium has it. */
    SENT,
    /** Not sent: the destination has no room now. */
    FULL,
    /** Not sent: nobody is at that address. */
    UNREACHABLE,
    /** Not sent: this link is closed. */
    CLOSED
}
