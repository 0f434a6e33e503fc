package headway.gateway;

import headway.sys.Epoll;
import headway.sys.Epoll.EpollEvent;
import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.Eventfd;
import headway.sys.Fcntl;
import headway.sys.Inet;
import headway.sys.Inet.SockaddrIn;
import headway.sys.Inet.SockaddrIn6;
import headway.sys.Natives;
import headway.sys.OffHeap;
import headway.sys.Socket;
import headway.sys.Socket.Cmsghdr;
import headway.sys.Socket.Iovec;
import headway.sys.Socket.Msghdr;
import headway.sys.Socket.SockaddrUn;
import headway.sys.Socket.Ucred;
import headway.sys.Unistd;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sockets by system calls: epoll, and descriptors and credentials as the kernel has them. No call allocates. */
final class EpollSockets implements Sockets {

    private static final int MOST_EVENTS = 64;
    private static final int BACKLOG = 256;
    /** The kernel lets so many descriptors travel with one write (SCM_MAX_FD). */
    private static final int MOST_DESCRIPTORS = 253;

    private static final int CONTROL = 8 + Cmsghdr.SIZEOF + MOST_DESCRIPTORS * Integer.BYTES;
    private static final long WAKE = -1;
    /** How long nobody is accepted when there are no descriptors left. */
    private static final long EXHAUSTED_MILLIS = 100;

    private final int epoll;
    private final int eventfd;
    private final OffHeap events = OffHeap.allocate(MOST_EVENTS * EpollEvent.SIZEOF);
    private final OffHeap event = OffHeap.allocate(EpollEvent.SIZEOF);
    private final OffHeap one = OffHeap.allocate(Long.BYTES);
    private final OffHeap woken = OffHeap.allocate(Long.BYTES);
    private final OffHeap control = OffHeap.allocate(CONTROL);
    private final OffHeap iovec = OffHeap.allocate(Iovec.SIZEOF);
    private final OffHeap msghdr = OffHeap.allocate(Msghdr.SIZEOF);

    /** What the numbers in events mean: streams, and listening sockets as their complement. */
    private EpollStream[] streams = new EpollStream[64];

    private final List<Integer> listening = new ArrayList<>();
    private boolean exhausted;
    private boolean closed;

    private EpollSockets() throws ErrnoException {
        epoll = Errno.check("epoll_create1", Epoll.epoll_create1(Epoll.EPOLL_CLOEXEC));
        eventfd = Errno.check("eventfd", Eventfd.eventfd(0, Eventfd.EFD_CLOEXEC | Eventfd.EFD_NONBLOCK));
        one.bytes().putLong(0, 1);
        control(Epoll.EPOLL_CTL_ADD, eventfd, Epoll.EPOLLIN, WAKE);
    }

    /**
     * Where there is native code.
     *
     * @throws IOException if there is none, saying why
     */
    static EpollSockets open() throws IOException {
        Natives.require();
        return new EpollSockets();
    }

    @Override
    public Chunk chunk(int size) {
        OffHeap memory = OffHeap.allocate(size);
        // The buffer keeps the memory alive.
        return new Chunk(memory.bytes(), memory.address());
    }

    // ---------------------------------------------------------------- listening

    @Override
    public ServerAddress listen(ServerAddress address) throws IOException {
        int fd = address instanceof ServerAddress.Unix unix
                ? bound(unix)
                : address instanceof ServerAddress.Tcp tcp
                        ? bound(tcp.socketAddress())
                        : inherited(((ServerAddress.Inherited) address).descriptor());
        if (Socket.listen(fd, BACKLOG) < 0) {
            int errno = Errno.last();
            closeDescriptor(fd);
            throw new ErrnoException("listen", errno);
        }
        listening.add(fd);
        control(Epoll.EPOLL_CTL_ADD, fd, Epoll.EPOLLIN, ~(long) fd - 1);
        return found(fd, address);
    }

    /** Where clients find it, as the kernel has it. */
    private static ServerAddress found(int fd, ServerAddress wanted) throws IOException {
        if (wanted instanceof ServerAddress.Unix) {
            return wanted;
        }
        int most = SockaddrUn.SIZEOF;
        OffHeap memory = OffHeap.allocate(most + 2 + Integer.BYTES);
        int size = most + 2;
        ByteBuffer bytes = memory.bytes().putInt(size, most);
        Errno.check("getsockname", Socket.getsockname(fd, memory.address(), memory.address() + size));
        int length = bytes.getInt(size);
        short family = bytes.getShort(SockaddrUn.SUN_FAMILY);
        if (family == Socket.AF_UNIX) {
            boolean isAbstract = length > SockaddrUn.SUN_PATH && bytes.get(SockaddrUn.SUN_PATH) == 0;
            int from = SockaddrUn.SUN_PATH + (isAbstract ? 1 : 0);
            int to = from;
            while (to < length && (isAbstract || bytes.get(to) != 0)) {
                to++;
            }
            byte[] name = new byte[to - from];
            bytes.get(from, name);
            return new ServerAddress.Unix(new String(name, StandardCharsets.UTF_8), isAbstract);
        }
        if (family != Socket.AF_INET && family != Socket.AF_INET6) {
            throw new IOException("it is neither a unix nor a tcp socket");
        }
        boolean isIpv6 = family == Socket.AF_INET6;
        // The port is at the same place in both.
        int port = Short.toUnsignedInt(Short.reverseBytes(bytes.getShort(SockaddrIn.SIN_PORT)));
        if (wanted instanceof ServerAddress.Tcp tcp) {
            return tcp.withPort(port);
        }
        byte[] raw = new byte[isIpv6 ? 16 : 4];
        bytes.get(isIpv6 ? SockaddrIn6.SIN6_ADDR : SockaddrIn.SIN_ADDR, raw);
        String host = InetAddress.getByAddress(raw).getHostAddress();
        return new ServerAddress.Tcp(host, host, port, isIpv6);
    }

    private static int inherited(int fd) throws IOException {
        int flags = Fcntl.fcntl(fd, Fcntl.F_GETFL, 0);
        if (flags < 0) {
            throw new IOException("Descriptor " + fd + " was not passed to this process");
        }
        Errno.check("fcntl", Fcntl.fcntl(fd, Fcntl.F_SETFL, flags | Fcntl.O_NONBLOCK));
        Errno.check("fcntl", Fcntl.fcntl(fd, Fcntl.F_SETFD, Fcntl.FD_CLOEXEC));
        return fd;
    }

    private static int bound(InetSocketAddress address) throws IOException {
        byte[] host = address.getAddress().getAddress();
        boolean isIpv6 = address.getAddress() instanceof Inet6Address;
        OffHeap sockaddr = OffHeap.allocate(SockaddrIn6.SIZEOF);
        ByteBuffer bytes = sockaddr.bytes();
        bytes.putShort(SockaddrIn.SIN_FAMILY, (short) (isIpv6 ? Socket.AF_INET6 : Socket.AF_INET));
        bytes.putShort(SockaddrIn.SIN_PORT, Short.reverseBytes((short) address.getPort()));
        bytes.put(isIpv6 ? SockaddrIn6.SIN6_ADDR : SockaddrIn.SIN_ADDR, host);
        if (isIpv6) {
            bytes.putInt(SockaddrIn6.SIN6_SCOPE_ID, ((Inet6Address) address.getAddress()).getScopeId());
        }
        int fd = socket(bytes.getShort(SockaddrIn.SIN_FAMILY));
        // The port of a bus that has just ended can be had again.
        set(fd, Socket.SOL_SOCKET, Socket.SO_REUSEADDR);
        if (isIpv6) {
            set(fd, Inet.IPPROTO_IPV6, Inet.IPV6_V6ONLY);
        }
        return bound(fd, sockaddr, isIpv6 ? SockaddrIn6.SIZEOF : SockaddrIn.SIZEOF);
    }

    private static int bound(ServerAddress.Unix address) throws IOException {
        byte[] name = address.name().getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = address.isAbstract();
        int most = SockaddrUn.SIZEOF - SockaddrUn.SUN_PATH - 1;
        if (name.length > most) {
            throw new IOException(
                    "'" + address.name() + "' is " + name.length + " bytes, an address has room for " + most);
        }
        OffHeap sockaddr = OffHeap.allocate(SockaddrUn.SIZEOF);
        sockaddr.bytes().putShort(SockaddrUn.SUN_FAMILY, (short) Socket.AF_UNIX);
        sockaddr.bytes().put(SockaddrUn.SUN_PATH + (isAbstract ? 1 : 0), name);
        return bound(socket(Socket.AF_UNIX), sockaddr, SockaddrUn.SUN_PATH + name.length + 1);
    }

    private static int socket(int family) throws ErrnoException {
        return Errno.check(
                "socket", Socket.socket(family, Socket.SOCK_STREAM | Socket.SOCK_CLOEXEC | Socket.SOCK_NONBLOCK, 0));
    }

    private static int bound(int fd, OffHeap sockaddr, int length) throws ErrnoException {
        try {
            if (Socket.bind(fd, sockaddr.address(), length) < 0) {
                int errno = Errno.last();
                int ignored = Unistd.close(fd);
                throw new ErrnoException("bind", errno);
            }
        } finally {
            Reference.reachabilityFence(sockaddr);
        }
        return fd;
    }

    /** Switches on what a socket can do if it can. */
    private static void set(int fd, int level, int option) {
        OffHeap on = OffHeap.allocate(Integer.BYTES);
        on.bytes().putInt(0, 1);
        try {
            int ignored = Socket.setsockopt(fd, level, option, on.address(), Integer.BYTES);
        } finally {
            Reference.reachabilityFence(on);
        }
    }

    private void accept(int server, Events to) throws ErrnoException {
        for (int i = 0; i < BACKLOG; i++) {
            int fd = Socket.accept4(server, 0, 0, Socket.SOCK_CLOEXEC | Socket.SOCK_NONBLOCK);
            if (fd < 0) {
                int errno = Errno.last();
                if (errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOMEM || errno == Errno.ENOBUFS) {
                    // Who waits to connect goes on waiting; those who are connected are not disturbed.
                    exhausted = true;
                    for (int each : listening) {
                        control(Epoll.EPOLL_CTL_MOD, each, 0, ~(long) each - 1);
                    }
                }
                return;
            }
            EpollStream stream = new EpollStream(fd);
            if (fd >= streams.length) {
                streams = Arrays.copyOf(streams, Math.max(fd + 1, streams.length * 2));
            }
            streams[fd] = stream;
            control(Epoll.EPOLL_CTL_ADD, fd, 0, fd);
            to.onConnection(stream);
        }
    }

    private void acceptAgain() throws ErrnoException {
        exhausted = false;
        for (int each : listening) {
            control(Epoll.EPOLL_CTL_MOD, each, Epoll.EPOLLIN, ~(long) each - 1);
        }
    }

    // ---------------------------------------------------------------- waiting

    @Override
    public void await(long millis, Events to) throws IOException {
        long wait = exhausted ? (millis < 0 ? EXHAUSTED_MILLIS : Math.min(millis, EXHAUSTED_MILLIS)) : millis;
        int ready = Epoll.epoll_wait(epoll, events.address(), MOST_EVENTS, (int) wait);
        if (ready < 0) {
            int errno = Errno.last();
            if (errno != Errno.EINTR) {
                throw new ErrnoException("epoll_wait", errno);
            }
            return;
        }
        if (exhausted) {
            acceptAgain();
        }
        for (int i = 0; i < ready; i++) {
            long tag = events.bytes().getLong(i * EpollEvent.SIZEOF + EpollEvent.DATA);
            if (tag == WAKE) {
                long ignored = Unistd.read(eventfd, woken.address(), Long.BYTES);
            } else if (tag < 0) {
                accept((int) ~(tag + 1), to);
            } else {
                ready(streams[(int) tag], events.bytes().getInt(i * EpollEvent.SIZEOF + EpollEvent.EVENTS), to);
            }
        }
    }

    private static void ready(EpollStream stream, int what, Events to) {
        // It may have been closed by what was ready before it.
        if (stream != null) {
            boolean hungUp = (what & (Epoll.EPOLLHUP | Epoll.EPOLLERR)) != 0;
            to.onReady(stream, hungUp || (what & Epoll.EPOLLIN) != 0, (what & Epoll.EPOLLOUT) != 0);
        }
    }

    @Override
    public synchronized void wake() {
        // Afterwards the number may be that of another file.
        if (!closed) {
            long ignored = Unistd.write(eventfd, one.address(), Long.BYTES);
        }
    }

    private void control(int operation, int fd, int what, long tag) throws ErrnoException {
        event.bytes().putInt(EpollEvent.EVENTS, what).putLong(EpollEvent.DATA, tag);
        Errno.check("epoll_ctl", Epoll.epoll_ctl(epoll, operation, fd, event.address()));
    }

    @Override
    public void closeDescriptor(int fd) {
        int ignored = Unistd.close(fd);
    }

    @Override
    public synchronized void close() {
        closed = true;
        listening.forEach(this::closeDescriptor);
        closeDescriptor(epoll);
        closeDescriptor(eventfd);
    }

    // ---------------------------------------------------------------- one connection

    private final class EpollStream implements Stream {

        private final int fd;
        private final boolean isLocal;
        private int interest;
        private boolean closed;
        private Client client;

        EpollStream(int fd) {
            this.fd = fd;
            byte[] domain = option(Socket.SO_DOMAIN);
            isLocal = domain != null
                    && ByteBuffer.wrap(domain).order(ByteOrder.nativeOrder()).getInt() == Socket.AF_UNIX;
            if (!isLocal) {
                set(fd, Inet.IPPROTO_TCP, Inet.TCP_NODELAY);
                // A machine that has gone says nothing.
                set(fd, Socket.SOL_SOCKET, Socket.SO_KEEPALIVE);
            }
        }

        @Override
        public boolean isLocal() {
            return isLocal;
        }

        @Override
        public boolean passesDescriptors() {
            return isLocal;
        }

        @Override
        public Client client() {
            return client;
        }

        @Override
        public void client(Client owner) {
            client = owner;
        }

        @Override
        public int read(Chunk into, IntQueue arrived) {
            int size = into.bytes.capacity();
            long count = arrived == null
                    ? Socket.recv(fd, into.address, size, Socket.MSG_DONTWAIT)
                    : receive(into.address, size, arrived);
            return count > 0 ? (int) count : count == 0 ? ENDED : unable();
        }

        private long receive(long address, int size, IntQueue arrived) {
            header(address, size, CONTROL);
            long count = Socket.recvmsg(fd, msghdr.address(), Socket.MSG_DONTWAIT | Socket.MSG_CMSG_CLOEXEC);
            if (count <= 0 || msghdr.bytes().getLong(Msghdr.MSG_CONTROLLEN) < Cmsghdr.SIZEOF) {
                return count;
            }
            long length = control.bytes().getLong(Cmsghdr.CMSG_LEN);
            if (control.bytes().getInt(Cmsghdr.CMSG_LEVEL) == Socket.SOL_SOCKET
                    && control.bytes().getInt(Cmsghdr.CMSG_TYPE) == Socket.SCM_RIGHTS) {
                for (int at = Cmsghdr.SIZEOF; at < length; at += Integer.BYTES) {
                    arrived.add(control.bytes().getInt(at));
                }
            }
            return count;
        }

        @Override
        public int write(Chunk from, int offset, int length, int[] fds) {
            long count;
            if (fds == null) {
                count = Socket.send(fd, from.address + offset, length, Socket.MSG_DONTWAIT | Socket.MSG_NOSIGNAL);
            } else {
                int bytes = Cmsghdr.SIZEOF + fds.length * Integer.BYTES;
                control.bytes().putLong(Cmsghdr.CMSG_LEN, bytes);
                control.bytes().putInt(Cmsghdr.CMSG_LEVEL, Socket.SOL_SOCKET);
                control.bytes().putInt(Cmsghdr.CMSG_TYPE, Socket.SCM_RIGHTS);
                for (int i = 0; i < fds.length; i++) {
                    control.bytes().putInt(Cmsghdr.SIZEOF + i * Integer.BYTES, fds[i]);
                }
                header(from.address + offset, length, (bytes + 7) & ~7);
                count = Socket.sendmsg(fd, msghdr.address(), Socket.MSG_DONTWAIT | Socket.MSG_NOSIGNAL);
            }
            return count > 0 ? (int) count : unable();
        }

        private void header(long address, int size, int controlSize) {
            iovec.bytes().putLong(Iovec.IOV_BASE, address).putLong(Iovec.IOV_LEN, size);
            msghdr.bytes()
                    .putLong(Msghdr.MSG_NAME, 0)
                    .putInt(Msghdr.MSG_NAMELEN, 0)
                    .putLong(Msghdr.MSG_IOV, iovec.address())
                    .putLong(Msghdr.MSG_IOVLEN, 1)
                    .putLong(Msghdr.MSG_CONTROL, control.address())
                    .putLong(Msghdr.MSG_CONTROLLEN, controlSize)
                    .putInt(Msghdr.MSG_FLAGS, 0);
        }

        private int unable() {
            int errno = Errno.last();
            return errno == Errno.EAGAIN || errno == Errno.EINTR ? NOTHING : ENDED;
        }

        @Override
        public void interest(boolean readable, boolean writable) {
            int wanted = (readable ? Epoll.EPOLLIN : 0) | (writable ? Epoll.EPOLLOUT : 0);
            if (wanted == interest || closed) {
                return;
            }
            interest = wanted;
            event.bytes().putInt(EpollEvent.EVENTS, wanted).putLong(EpollEvent.DATA, fd);
            int ignored = Epoll.epoll_ctl(epoll, Epoll.EPOLL_CTL_MOD, fd, event.address());
        }

        @Override
        public boolean isUser(long uid) {
            try {
                return isLocal && credentials().bytes().getInt(Ucred.UID) == (int) uid;
            } catch (ErrnoException gone) {
                return false;
            }
        }

        private OffHeap credentials() throws ErrnoException {
            OffHeap memory = OffHeap.allocate(Ucred.SIZEOF + Integer.BYTES);
            memory.bytes().putInt(Ucred.SIZEOF, Ucred.SIZEOF);
            Errno.check(
                    "getsockopt",
                    Socket.getsockopt(
                            fd,
                            Socket.SOL_SOCKET,
                            Socket.SO_PEERCRED,
                            memory.address(),
                            memory.address() + Ucred.SIZEOF));
            return memory;
        }

        @Override
        public Identity identity() throws IOException {
            if (!isLocal) {
                return Identity.NOBODY;
            }
            OffHeap ucred = credentials();
            long pid = ucred.bytes().getInt(Ucred.PID);
            long uid = Integer.toUnsignedLong(ucred.bytes().getInt(Ucred.UID));
            long gid = Integer.toUnsignedLong(ucred.bytes().getInt(Ucred.GID));
            return new Identity(pid == 0 ? Identity.UNKNOWN : pid, uid, groups(gid), label());
        }

        /** The primary group first, as the reference has it; then the others, each once. */
        private List<Long> groups(long primary) {
            byte[] raw = option(Socket.SO_PEERGROUPS);
            if (raw == null) {
                return null;
            }
            List<Long> all = new ArrayList<>();
            all.add(primary);
            ByteBuffer each = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
            while (each.remaining() >= Integer.BYTES) {
                long group = Integer.toUnsignedLong(each.getInt());
                if (group != primary) {
                    all.add(group);
                }
            }
            return all;
        }

        private String label() {
            byte[] raw = option(Socket.SO_PEERSEC);
            if (raw == null) {
                return null;
            }
            int length = raw.length;
            while (length > 0 && raw[length - 1] == 0) {
                length--;
            }
            return length == 0 ? null : new String(raw, 0, length, StandardCharsets.ISO_8859_1);
        }

        /** An option of any length, or null if the kernel does not have it. */
        private byte[] option(int option) {
            for (int size = 256; size <= 1 << 20; size *= 4) {
                OffHeap memory = OffHeap.allocate(size + Integer.BYTES);
                memory.bytes().putInt(size, size);
                int done = Socket.getsockopt(fd, Socket.SOL_SOCKET, option, memory.address(), memory.address() + size);
                if (done == 0) {
                    byte[] value = new byte[memory.bytes().getInt(size)];
                    memory.bytes().get(0, value);
                    return value;
                }
                if (Errno.last() != Errno.ERANGE) {
                    return null;
                }
            }
            return null;
        }

        @Override
        public int processDescriptor() {
            OffHeap memory = OffHeap.allocate(2 * Integer.BYTES);
            memory.bytes().putInt(0, -1).putInt(Integer.BYTES, Integer.BYTES);
            int done = Socket.getsockopt(
                    fd, Socket.SOL_SOCKET, Socket.SO_PEERPIDFD, memory.address(), memory.address() + Integer.BYTES);
            return done == 0 ? memory.bytes().getInt(0) : -1;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                streams[fd] = null;
                closeDescriptor(fd);
            }
        }
    }
}
