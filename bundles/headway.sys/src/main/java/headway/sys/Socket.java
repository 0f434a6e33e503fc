package headway.sys;

import java.lang.invoke.MethodHandle;

/** {@code <sys/socket.h>}, with the structures of {@code <sys/uio.h>} it uses. */
@SuppressWarnings("MemberName") // Names are C's.
public final class Socket {

    public static final int AF_UNSPEC = 0;
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;

    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_SEQPACKET = 5;
    public static final int SOCK_CLOEXEC = 524288;
    public static final int SOCK_NONBLOCK = 2048;

    public static final int SHUT_RD = 0;
    public static final int SHUT_WR = 1;
    public static final int SHUT_RDWR = 2;

    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2;
    public static final int SO_TYPE = 3;
    public static final int SO_ERROR = 4;
    public static final int SO_KEEPALIVE = 9;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_SNDBUFFORCE = 32;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int SO_RCVTIMEO = 20;
    public static final int SO_SNDTIMEO = 21;
    public static final int SO_ATTACH_FILTER = 26;
    public static final int SO_DETACH_FILTER = 27;
    public static final int SO_DOMAIN = 39;
    public static final int SO_PROTOCOL = 38;
    public static final int SO_PASSCRED = 16;
    public static final int SO_PEERCRED = 17;
    public static final int SO_PEERSEC = 31;
    public static final int SO_PEERGROUPS = 59;
    public static final int SO_PEERPIDFD = 77;
    public static final int SO_MEMINFO = 55;

    public static final int MSG_PEEK = 2;
    public static final int MSG_CTRUNC = 8;
    public static final int MSG_TRUNC = 32;
    public static final int MSG_DONTWAIT = 64;
    public static final int MSG_NOSIGNAL = 16384;
    public static final int MSG_WAITFORONE = 65536;
    public static final int MSG_CMSG_CLOEXEC = 1073741824;

    public static final int SCM_RIGHTS = 1;
    public static final int SCM_CREDENTIALS = 2;

    static {
        Natives.bind(Socket.class);
    }

    private Socket() {}

    public static native int socket(int domain, int type, int protocol);

    public static native int socketpair(int domain, int type, int protocol, long fds);

    public static native int bind(int fd, long address, int length);

    public static native int connect(int fd, long address, int length);

    public static native int getsockname(int fd, long address, long length);

    public static native int setsockopt(int fd, int level, int option, long value, int length);

    public static native int getsockopt(int fd, int level, int option, long value, long length);

    public static native int listen(int fd, int backlog);

    public static native int accept4(int fd, long address, long length, int flags);

    public static native int shutdown(int fd, int how);

    public static long send(int fd, long bytes, long count, int flags) {
        return Foreign.ready() ? Quick.send(fd, bytes, count, flags) : Jna.send(fd, bytes, count, flags);
    }

    public static long recv(int fd, long bytes, long count, int flags) {
        return Foreign.ready() ? Quick.recv(fd, bytes, count, flags) : Jna.recv(fd, bytes, count, flags);
    }

    public static long sendmsg(int fd, long message, int flags) {
        return Foreign.ready() ? Quick.sendmsg(fd, message, flags) : Jna.sendmsg(fd, message, flags);
    }

    public static long recvmsg(int fd, long message, int flags) {
        return Foreign.ready() ? Quick.recvmsg(fd, message, flags) : Jna.recvmsg(fd, message, flags);
    }

    public static int sendmmsg(int fd, long messages, int count, int flags) {
        return Foreign.ready() ? Quick.sendmmsg(fd, messages, count, flags) : Jna.sendmmsg(fd, messages, count, flags);
    }

    public static int recvmmsg(int fd, long messages, int count, int flags, long timeout) {
        return Foreign.ready()
                ? Quick.recvmmsg(fd, messages, count, flags, timeout)
                : Jna.recvmmsg(fd, messages, count, flags, timeout);
    }

    /** Of the functions above those that are called for each frame, as everybody has them. */
    static final class Jna {

        static {
            Natives.bind(Jna.class);
        }

        private Jna() {}

        static native long send(int fd, long bytes, long count, int flags);

        static native long recv(int fd, long bytes, long count, int flags);

        static native long sendmsg(int fd, long message, int flags);

        static native long recvmsg(int fd, long message, int flags);

        static native int sendmmsg(int fd, long messages, int count, int flags);

        static native int recvmmsg(int fd, long messages, int count, int flags, long timeout);
    }

    /** The same where the platform has a quicker way. */
    static final class Quick {

        private static final MethodHandle SEND =
                Foreign.function("send", long.class, int.class, long.class, long.class, int.class);
        private static final MethodHandle RECV =
                Foreign.function("recv", long.class, int.class, long.class, long.class, int.class);
        private static final MethodHandle SENDMSG =
                Foreign.function("sendmsg", long.class, int.class, long.class, int.class);
        private static final MethodHandle RECVMSG =
                Foreign.function("recvmsg", long.class, int.class, long.class, int.class);
        private static final MethodHandle SENDMMSG =
                Foreign.function("sendmmsg", int.class, int.class, long.class, int.class, int.class);
        private static final MethodHandle RECVMMSG =
                Foreign.function("recvmmsg", int.class, int.class, long.class, int.class, int.class, long.class);

        private Quick() {}

        /** Tries each. */
        static boolean works() {
            return Foreign.refused(send(-1, 0, 0, 0))
                    && Foreign.refused(recv(-1, 0, 0, 0))
                    && Foreign.refused(sendmsg(-1, 0, 0))
                    && Foreign.refused(recvmsg(-1, 0, 0))
                    && Foreign.refused(sendmmsg(-1, 0, 0, 0))
                    && Foreign.refused(recvmmsg(-1, 0, 0, 0, 0));
        }

        static long send(int fd, long bytes, long count, int flags) {
            try {
                Foreign.Thrown thrown = Foreign.Thrown.here();
                return thrown.after((long) SEND.invokeExact(thrown.place(), fd, bytes, count, flags));
            } catch (Throwable e) {
                throw Foreign.unexpected(e);
            }
        }

        static long recv(int fd, long bytes, long count, int flags) {
            try {
                Foreign.Thrown thrown = Foreign.Thrown.here();
                return thrown.after((long) RECV.invokeExact(thrown.place(), fd, bytes, count, flags));
            } catch (Throwable e) {
                throw Foreign.unexpected(e);
            }
        }

        static long sendmsg(int fd, long message, int flags) {
            try {
                Foreign.Thrown thrown = Foreign.Thrown.here();
                return thrown.after((long) SENDMSG.invokeExact(thrown.place(), fd, message, flags));
            } catch (Throwable e) {
                throw Foreign.unexpected(e);
            }
        }

        static long recvmsg(int fd, long message, int flags) {
            try {
                Foreign.Thrown thrown = Foreign.Thrown.here();
                return thrown.after((long) RECVMSG.invokeExact(thrown.place(), fd, message, flags));
            } catch (Throwable e) {
                throw Foreign.unexpected(e);
            }
        }

        static int sendmmsg(int fd, long messages, int count, int flags) {
            try {
                Foreign.Thrown thrown = Foreign.Thrown.here();
                return thrown.after((int) SENDMMSG.invokeExact(thrown.place(), fd, messages, count, flags));
            } catch (Throwable e) {
                throw Foreign.unexpected(e);
            }
        }

        static int recvmmsg(int fd, long messages, int count, int flags, long timeout) {
            try {
                Foreign.Thrown thrown = Foreign.Thrown.here();
                return thrown.after((int) RECVMMSG.invokeExact(thrown.place(), fd, messages, count, flags, timeout));
            } catch (Throwable e) {
                throw Foreign.unexpected(e);
            }
        }
    }

    /** The size of {@code struct iovec} and the places of its fields. */
    public static final class Iovec {
        public static final int SIZEOF = 16;
        public static final int IOV_BASE = 0;
        public static final int IOV_LEN = 8;

        private Iovec() {}
    }

    /** The size of {@code struct msghdr} and the places of its fields. */
    public static final class Msghdr {
        public static final int SIZEOF = 56;
        public static final int MSG_NAME = 0;
        public static final int MSG_NAMELEN = 8;
        public static final int MSG_IOV = 16;
        public static final int MSG_IOVLEN = 24;
        public static final int MSG_CONTROL = 32;
        public static final int MSG_CONTROLLEN = 40;
        public static final int MSG_FLAGS = 48;

        private Msghdr() {}
    }

    /** The size of {@code struct mmsghdr} and the places of its fields. */
    public static final class Mmsghdr {
        public static final int SIZEOF = 64;
        public static final int MSG_HDR = 0;
        public static final int MSG_LEN = 56;

        private Mmsghdr() {}
    }

    /** The size of {@code struct cmsghdr} and the places of its fields. */
    public static final class Cmsghdr {
        public static final int SIZEOF = 16;
        public static final int CMSG_LEN = 0;
        public static final int CMSG_LEVEL = 8;
        public static final int CMSG_TYPE = 12;

        private Cmsghdr() {}
    }

    /** The size of {@code struct timeval} and the places of its fields. */
    public static final class Timeval {
        public static final int SIZEOF = 16;
        public static final int TV_SEC = 0;
        public static final int TV_USEC = 8;

        private Timeval() {}
    }

    /** The size of {@code struct sockaddr_un} and the places of its fields. */
    public static final class SockaddrUn {
        public static final int SIZEOF = 110;
        public static final int SUN_FAMILY = 0;
        public static final int SUN_PATH = 2;

        private SockaddrUn() {}
    }

    /** The size of {@code struct ucred} and the places of its fields. */
    public static final class Ucred {
        public static final int SIZEOF = 12;
        public static final int PID = 0;
        public static final int UID = 4;
        public static final int GID = 8;

        private Ucred() {}
    }
}
