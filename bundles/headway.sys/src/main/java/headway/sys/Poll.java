package headway.sys;

/** {@code <poll.h>}. */
@SuppressWarnings("MemberName") // Names are C's.
public final class Poll {

    public static final int POLLIN = 1;
    public static final int POLLOUT = 4;
    public static final int POLLERR = 8;
    public static final int POLLHUP = 16;
    public static final int POLLNVAL = 32;

    static {
        Natives.bind(Poll.class);
    }

    private Poll() {}

    public static native int poll(long fds, long count, int timeoutMillis);

    /** The size of {@code struct pollfd} and the places of its fields. */
    public static final class Pollfd {
        public static final int SIZEOF = 8;
        public static final int FD = 0;
        public static final int EVENTS = 4;
        public static final int REVENTS = 6;

        private Pollfd() {}
    }
}
