package headway.bus;

/** How a wish for a name was answered, D-Bus specification, {@code RequestName}. */
public enum NameReply {
    PRIMARY_OWNER,
    IN_QUEUE,
    EXISTS,
    ALREADY_OWNER
}
