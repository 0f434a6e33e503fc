package headway.transport;

/** What the links of a transport promise. */
public enum Feature {
    /** One send reaches every member of a group; without it groups are served by one send to each member. */
    GROUPS,
    /** The kernel says who sent a frame. */
    CREDENTIALS,
    /** Frames from one link to another arrive in the order sent. */
    ORDERED,
    /** A frame that was {@code SENT} to a link arrives, or one of both ends. A member of a group may miss some for want of room. */
    LOSSLESS,
    /** Open file descriptors can travel with a frame. */
    DESCRIPTORS,
    /** A thread that waits may {@link Link#receive}; also while the link's own thread is in {@link LinkListener#onPause}. */
    GUESTS
}
