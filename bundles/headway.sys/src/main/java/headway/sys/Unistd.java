package headway.sys;

/** {@code <unistd.h>}, and of {@code <sys/syscall.h>} what older C libraries have no function for. */
@SuppressWarnings("MemberName") // Names are C's.
public final class Unistd {

    /** The number of pidfd_open(2); the same on all architectures. */
    public static final int SYS_pidfd_open = 434;

    static {
        Natives.bind(Unistd.class);
    }

    private Unistd() {}

    public static native int close(int fd);

    public static native long read(int fd, long bytes, long count);

    public static native long write(int fd, long bytes, long count);

    public static native int ftruncate(int fd, long length);

    public static native int geteuid();

    public static native long syscall(long number, long first, long second);
}
