package headway.sys;

/** {@code <fcntl.h>}. */
@SuppressWarnings("MemberName") // Names are C's.
public final class Fcntl {

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 64;
    public static final int O_EXCL = 128;
    public static final int O_TRUNC = 512;
    public static final int O_NONBLOCK = 2048;
    public static final int O_CLOEXEC = 524288;
    public static final int O_DIRECTORY = Natives.X86_64 ? 65536 : 16384;
    public static final int O_NOFOLLOW = Natives.X86_64 ? 131072 : 32768;
    public static final int O_PATH = 2097152;

    public static final int F_GETFD = 1;
    public static final int F_SETFD = 2;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;
    public static final int F_DUPFD_CLOEXEC = 1030;
    public static final int F_ADD_SEALS = 1033;
    public static final int F_GET_SEALS = 1034;
    public static final int F_SEAL_SEAL = 1;
    public static final int F_SEAL_SHRINK = 2;
    public static final int F_SEAL_GROW = 4;
    public static final int F_SEAL_WRITE = 8;
    public static final int FD_CLOEXEC = 1;

    static {
        Natives.bind(Fcntl.class);
    }

    private Fcntl() {}

    public static native int fcntl(int fd, int command, long argument);
}
