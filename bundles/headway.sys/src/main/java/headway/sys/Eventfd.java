package headway.sys;

/** {@code <sys/eventfd.h>}. */
@SuppressWarnings("MemberName") // Names are C's.
public final class Eventfd {

    public static final int EFD_CLOEXEC = 524288;
    public static final int EFD_NONBLOCK = 2048;
    public static final int EFD_SEMAPHORE = 1;

    static {
        Natives.bind(Eventfd.class);
    }

    private Eventfd() {}

    public static native int eventfd(int initial, int flags);
}
