package headway.sys;

import java.lang.invoke.MethodHandle;

/** {@code <sys/epoll.h>}. */
@SuppressWarnings("MemberName") // Names are C's.
public final class Epoll {

    public static final int EPOLLIN = 1;
    public static final int EPOLLOUT = 4;
    public static final int EPOLLERR = 8;
    public static final int EPOLLHUP = 16;
    public static final int EPOLLRDHUP = 8192;
    public static final int EPOLLET = 1 << 31;
    public static final int EPOLLONESHOT = 1073741824;
    public static final int EPOLLEXCLUSIVE = 268435456;

    public static final int EPOLL_CTL_ADD = 1;
    public static final int EPOLL_CTL_DEL = 2;
    public static final int EPOLL_CTL_MOD = 3;
    public static final int EPOLL_CLOEXEC = 524288;

    static {
        Natives.bind(Epoll.class);
    }

    private Epoll() {}

    public static native int epoll_create1(int flags);

    public static native int epoll_ctl(int epoll, int operation, int fd, long event);

    public static int epoll_wait(int epoll, long events, int most, int timeoutMillis) {
        return Foreign.ready()
                ? Quick.epoll_wait(epoll, events, most, timeoutMillis)
                : Jna.epoll_wait(epoll, events, most, timeoutMillis);
    }

    /** Of the functions above those that are called for each frame, as everybody has them. */
    static final class Jna {

        static {
            Natives.bind(Jna.class);
        }

        private Jna() {}

        static native int epoll_wait(int epoll, long events, int most, int timeoutMillis);
    }

    /** The same where the platform has a quicker way. */
    static final class Quick {

        private static final MethodHandle EPOLL_WAIT =
                Foreign.function("epoll_wait", int.class, int.class, long.class, int.class, int.class);

        private Quick() {}

        /** Tries each. */
        static boolean works() {
            return Foreign.refused(epoll_wait(-1, 0, 0, 0));
        }

        static int epoll_wait(int epoll, long events, int most, int timeoutMillis) {
            try {
                Foreign.Thrown thrown = Foreign.Thrown.here();
                return thrown.after((int) EPOLL_WAIT.invokeExact(thrown.place(), epoll, events, most, timeoutMillis));
            } catch (Throwable e) {
                throw Foreign.unexpected(e);
            }
        }
    }

    /** The size of {@code struct epoll_event} and the places of its fields; packed on x86-64, and only there. */
    public static final class EpollEvent {
        public static final int SIZEOF = Natives.X86_64 ? 12 : 16;
        public static final int EVENTS = 0;
        public static final int DATA = Natives.X86_64 ? 4 : 8;

        private EpollEvent() {}
    }
}
