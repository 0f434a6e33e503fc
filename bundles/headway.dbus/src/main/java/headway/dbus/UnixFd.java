package headway.dbus;

/**
 * Type {@code h}: not a descriptor, but the place of one in the array of descriptors that travels beside the message.
 *
 * @param index 0 for the first; all 32 bits count, read it as unsigned
 */
public record UnixFd(int index) {}
