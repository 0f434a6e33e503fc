package headway.bus;

/** How a well-known name is asked for, D-Bus specification, {@code RequestName}. */
public enum NameFlag {
    /** Another may take the name over with {@link #REPLACE_EXISTING}. */
    ALLOW_REPLACEMENT,
    /** Take the name from an owner that allows it. */
    REPLACE_EXISTING,
    /** Do not wait in the queue. */
    DO_NOT_QUEUE
}
