package headway.sys;

import java.lang.invoke.MethodHandle;

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

    public static long read(int fd, long bytes, long count) {
        return Foreign.ready() ? Quick.read(fd, bytes, count) : Jna.read(fd, bytes, count);
    }

    public static long write(int fd, long bytes, long count) {
        return Foreign.ready() ? Quick.write(fd, bytes, count) : Jna.write(fd, bytes, count);
    }

    public static native int ftruncate(int fd, long length);

    public static native int geteuid();

    public static native long syscall(long number, long first, long second);

    /** Of the functions above those that are called for each frame, as everybody has them. */
    static final class Jna {

        static {
            Natives.bind(Jna.class);
        }

        private Jna() {}

        static native long read(int fd, long bytes, long count);

        static native long write(int fd, long bytes, long count);
    }

    /** The same where the platform has a quicker way. */
    static final class Quick {

        private static final MethodHandle READ =
                Foreign.function("read", long.class, int.class, long.class, long.class);
        private static final MethodHandle WRITE =
                Foreign.function("write", long.class, int.class, long.class, long.class);

        private Quick() {}

        /** Tries each. */
        static boolean works() {
            return Foreign.refused(read(-1, 0, 0)) && Foreign.refused(write(-1, 0, 0));
        }

        static long read(int fd, long bytes, long count) {
            try {
                Foreign.Thrown thrown = Foreign.Thrown.here();
                return thrown.after((long) READ.invokeExact(thrown.place(), fd, bytes, count));
            } catch (Throwable e) {
                throw Foreign.unexpected(e);
            }
        }

        static long write(int fd, long bytes, long count) {
            try {
                Foreign.Thrown thrown = Foreign.Thrown.here();
                return thrown.after((long) WRITE.invokeExact(thrown.place(), fd, bytes, count));
            } catch (Throwable e) {
                throw Foreign.unexpected(e);
            }
        }
    }
}
