package headway.sys;

import headway.sys.Epoll.EpollEvent;
import headway.sys.Socket.Timeval;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A socket that does not block, with what it takes to wait for it and to wake whoever waits.
 *
 * <p>Any thread may close it at any time. Who waits is woken by that, calls say {@code -EBADF} from then on, and the
 * descriptors are given back when the last thread has left its call; so a number that means somebody else's file by now is
 * never used. One thread at a time waits.
 *
 * <p>Expected outcomes are values: the count, or {@code -errno} of {@code EAGAIN}, {@code ENOBUFS}, {@code ENOMEM}, {@code
 * ECONNREFUSED}, {@code ECONNRESET}, {@code EHOSTUNREACH}, {@code EDQUOT}, {@code ESHUTDOWN}, {@code EPIPE}, {@code EMSGSIZE} and
 * {@code EBADF}. Others are an {@link
 * ErrnoException}. No call allocates.
 */
public final class NativeSocket implements AutoCloseable {

    /** The tag of the socket itself among what is ready. */
    public static final long SELF = -1;

    private static final long WAKE = -2;
    private static final int CLOSED = 1 << 31;
    private static final int MOST_EVENTS = 16;
    private static final OffHeap ONE = one();

    private final int socket;
    private final int epoll;
    private final int eventfd;
    /** How many threads are in a call, and the highest bit once it is closed. */
    private final AtomicInteger users = new AtomicInteger();
    /** For who waits: the events that came, and what is read from the eventfd. */
    private final OffHeap events = OffHeap.allocate(MOST_EVENTS * EpollEvent.SIZEOF);

    private final OffHeap scratch = OffHeap.allocate(2 * Long.BYTES);

    private NativeSocket(int socket) throws ErrnoException {
        this.socket = socket;
        int made = -1;
        int waker = -1;
        try {
            made = Errno.check("epoll_create1", Epoll.epoll_create1(Epoll.EPOLL_CLOEXEC));
            waker = Errno.check("eventfd", Eventfd.eventfd(0, Eventfd.EFD_CLOEXEC | Eventfd.EFD_NONBLOCK));
            epoll = made;
            eventfd = waker;
            control(Epoll.EPOLL_CTL_ADD, socket, Epoll.EPOLLIN, SELF);
            control(Epoll.EPOLL_CTL_ADD, waker, Epoll.EPOLLIN, WAKE);
        } catch (ErrnoException e) {
            closeAll(waker, made, socket);
            throw e;
        }
    }

    private static OffHeap one() {
        OffHeap memory = OffHeap.allocate(Long.BYTES);
        memory.bytes().putLong(0, 1);
        return memory;
    }

    // ---- Life

    /** A new socket, as socket(2) makes it. */
    public static NativeSocket open(int family, int type, int protocol) throws ErrnoException {
        return new NativeSocket(Errno.check(
                "socket", Socket.socket(family, type | Socket.SOCK_CLOEXEC | Socket.SOCK_NONBLOCK, protocol)));
    }

    /** Two sockets connected with each other, as socketpair(2) makes them. */
    public static NativeSocket[] pair(int family, int type) throws ErrnoException {
        OffHeap fds = OffHeap.allocate(2 * Integer.BYTES);
        Errno.check(
                "socketpair",
                Socket.socketpair(family, type | Socket.SOCK_CLOEXEC | Socket.SOCK_NONBLOCK, 0, fds.address()));
        NativeSocket first;
        int other = fds.bytes().getInt(Integer.BYTES);
        try {
            first = new NativeSocket(fds.bytes().getInt(0));
        } catch (ErrnoException e) {
            closeAll(other);
            throw e;
        }
        try {
            return new NativeSocket[] {first, new NativeSocket(other)};
        } catch (ErrnoException e) {
            first.close();
            throw e;
        }
    }

    /**
     * Gives the socket an address.
     *
     * @param address a {@code struct sockaddr}
     * @param length of it
     */
    public void bind(OffHeap address, int length) throws ErrnoException {
        enterOrThrow("bind");
        try {
            Errno.check("bind", Socket.bind(socket, address.address(), length));
        } finally {
            Reference.reachabilityFence(address);
            leave();
        }
    }

    /** Connects the socket; see {@link #bind}. */
    public void connect(OffHeap address, int length) throws ErrnoException {
        enterOrThrow("connect");
        try {
            Errno.check("connect", Socket.connect(socket, address.address(), length));
        } finally {
            Reference.reachabilityFence(address);
            leave();
        }
    }

    /** Sets an option that is a number. */
    public void option(int level, int option, int value) throws ErrnoException {
        OffHeap memory = OffHeap.allocate(Integer.BYTES);
        memory.bytes().putInt(0, value);
        enterOrThrow("setsockopt");
        try {
            Errno.check("setsockopt", Socket.setsockopt(socket, level, option, memory.address(), Integer.BYTES));
        } finally {
            Reference.reachabilityFence(memory);
            leave();
        }
    }

    /** Reads an option that is a number. */
    public int option(int level, int option) throws ErrnoException {
        OffHeap memory = OffHeap.allocate(2 * Integer.BYTES);
        memory.bytes().putInt(Integer.BYTES, Integer.BYTES);
        enterOrThrow("getsockopt");
        try {
            Errno.check(
                    "getsockopt",
                    Socket.getsockopt(socket, level, option, memory.address(), memory.address() + Integer.BYTES));
            return memory.bytes().getInt(0);
        } finally {
            leave();
        }
    }

    /** Sets an option that is a structure, or a number of another size: the first bytes of some memory. */
    public void option(int level, int option, OffHeap value, int length) throws ErrnoException {
        enterOrThrow("setsockopt");
        try {
            Errno.check("setsockopt", Socket.setsockopt(socket, level, option, value.address(), length));
        } finally {
            Reference.reachabilityFence(value);
            leave();
        }
    }

    /** Reads an option that is a structure, into the first bytes of some memory. */
    public void readOption(int level, int option, OffHeap value, int length) throws ErrnoException {
        OffHeap size = OffHeap.allocate(Integer.BYTES);
        size.bytes().putInt(0, length);
        enterOrThrow("getsockopt");
        try {
            Errno.check("getsockopt", Socket.getsockopt(socket, level, option, value.address(), size.address()));
        } finally {
            Reference.reachabilityFence(value);
            Reference.reachabilityFence(size);
            leave();
        }
    }

    /** Reads the address the socket has, as much of it as there is room for. */
    public void readName(OffHeap address, int length) throws ErrnoException {
        OffHeap size = OffHeap.allocate(Integer.BYTES);
        size.bytes().putInt(0, length);
        enterOrThrow("getsockname");
        try {
            Errno.check("getsockname", Socket.getsockname(socket, address.address(), size.address()));
        } finally {
            Reference.reachabilityFence(address);
            Reference.reachabilityFence(size);
            leave();
        }
    }

    /** Whether it has been closed. */
    public boolean isClosed() {
        return users.get() < 0;
    }

    /** Ends it; see above. */
    @Override
    public void close() {
        // Closed, and in a call itself until whoever waits has been woken.
        int before = users.getAndUpdate(now -> now < 0 ? now : (now + 1) | CLOSED);
        if (before >= 0) {
            signal();
            leave();
        }
    }

    private static void closeAll(int... fds) {
        for (int fd : fds) {
            if (fd >= 0) {
                int ignored = Unistd.close(fd);
            }
        }
    }

    private boolean enter() {
        int now = users.get();
        while (now >= 0) {
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
            now = users.get();
        }
        return false;
    }

    private void enterOrThrow(String call) throws ErrnoException {
        if (!enter()) {
            throw new ErrnoException(call, Errno.EBADF);
        }
    }

    private void leave() {
        if (users.decrementAndGet() == CLOSED) {
            closeAll(socket, epoll, eventfd);
        }
    }

    // ---- Sending and receiving

    /**
     * Sends as many of some messages as it can, in their order.
     *
     * @return how many were sent, at least one; or {@code -errno}, why the first was not
     */
    public int send(Messages messages, int first, int count) throws ErrnoException {
        if (!enter()) {
            return -Errno.EBADF;
        }
        try {
            int sent;
            do {
                sent = count == 1 ? sendOne(messages.address(first)) : sendMany(messages.address(first), count);
            } while (sent == -Errno.EINTR);
            return sent;
        } finally {
            Reference.reachabilityFence(messages);
            leave();
        }
    }

    private int sendOne(long message) throws ErrnoException {
        int sent = outcome("sendmsg", Socket.sendmsg(socket, message, Socket.MSG_DONTWAIT | Socket.MSG_NOSIGNAL));
        return sent < 0 ? sent : 1;
    }

    private int sendMany(long first, int count) throws ErrnoException {
        return outcome("sendmmsg", Socket.sendmmsg(socket, first, count, Socket.MSG_DONTWAIT | Socket.MSG_NOSIGNAL));
    }

    /**
     * Receives what has arrived, as many messages as there is room for.
     *
     * @return how many there are; or {@code -errno}, {@code -EAGAIN} if there are none
     */
    public int receive(Messages messages) throws ErrnoException {
        return receive(messages, messages.count(), Socket.MSG_DONTWAIT);
    }

    /**
     * Lets {@link #receiveWaiting} wait.
     *
     * @param millis for how long at most, from 1 to 999; the kernel rounds up to its ticks
     */
    public void patience(int millis) throws ErrnoException {
        OffHeap time = OffHeap.allocate(Timeval.SIZEOF);
        time.bytes().putLong(Timeval.TV_USEC, millis * 1000L);
        enterOrThrow("setsockopt");
        try {
            Errno.check(
                    "setsockopt",
                    Socket.setsockopt(socket, Socket.SOL_SOCKET, Socket.SO_RCVTIMEO, time.address(), Timeval.SIZEOF));
            int flags = Errno.check("fcntl", Fcntl.fcntl(socket, Fcntl.F_GETFL, 0));
            Errno.check("fcntl", Fcntl.fcntl(socket, Fcntl.F_SETFL, flags & ~Fcntl.O_NONBLOCK));
        } finally {
            Reference.reachabilityFence(time);
            leave();
        }
    }

    /**
     * Receives like {@link #receive}, but if nothing has arrived waits as long as its {@link #patience} for the first message: one
     * system call less than to {@link #await} it. It sees neither what is watched nor {@link #wake}; who closes the socket waits
     * for it.
     *
     * @param most so many messages at most; a single one costs less by itself
     */
    public int receiveWaiting(Messages messages, int most) throws ErrnoException {
        return receive(messages, most, Socket.MSG_WAITFORONE);
    }

    private int receive(Messages messages, int most, int flags) throws ErrnoException {
        if (!enter()) {
            return -Errno.EBADF;
        }
        try {
            messages.renew();
            int received;
            do {
                received = most == 1 ? receiveOne(messages, flags) : receiveMany(messages, most, flags);
            } while (received == -Errno.EINTR);
            messages.received(Math.max(0, received));
            return received;
        } finally {
            Reference.reachabilityFence(messages);
            leave();
        }
    }

    private int receiveOne(Messages messages, int flags) throws ErrnoException {
        // Waiting for one, and for no more, is what recvmsg does without being told.
        int waitless = flags & ~Socket.MSG_WAITFORONE;
        int length =
                outcome("recvmsg", Socket.recvmsg(socket, messages.address(0), waitless | Socket.MSG_CMSG_CLOEXEC));
        if (length < 0) {
            return length;
        }
        messages.received(0, length);
        return 1;
    }

    private int receiveMany(Messages messages, int most, int flags) throws ErrnoException {
        return outcome(
                "recvmmsg", Socket.recvmmsg(socket, messages.address(0), most, flags | Socket.MSG_CMSG_CLOEXEC, 0));
    }

    private static int outcome(String call, long result) throws ErrnoException {
        if (result >= 0) {
            return (int) result;
        }
        int errno = Errno.last();
        return switch (errno) {
            case Errno.EAGAIN,
                    Errno.EINTR,
                    Errno.ENOBUFS,
                    Errno.ENOMEM,
                    Errno.ECONNREFUSED,
                    Errno.ECONNRESET,
                    Errno.EHOSTUNREACH,
                    Errno.EDQUOT,
                    Errno.ESHUTDOWN,
                    Errno.EPIPE,
                    Errno.EMSGSIZE -> -errno;
            default -> throw new ErrnoException(call, errno);
        };
    }

    // ---- Waiting

    /**
     * Waits until the socket, or something that is {@link #watch watched}, is ready, or {@link #wake} is called.
     *
     * @param millis for how long at most; 0 does not wait, negative has no end
     * @return how many are ready, see {@link #tag} and {@link #events}; 0 if none is, {@code -EBADF} if it is closed
     */
    public int await(int millis) throws ErrnoException {
        if (!enter()) {
            return -Errno.EBADF;
        }
        try {
            int ready = Epoll.epoll_wait(epoll, events.address(), MOST_EVENTS, millis);
            if (ready < 0) {
                int errno = Errno.last();
                if (errno != Errno.EINTR) {
                    throw new ErrnoException("epoll_wait", errno);
                }
                return 0;
            }
            return isClosed() ? -Errno.EBADF : withoutWake(ready);
        } finally {
            leave();
        }
    }

    /** Takes the wake-up out of what is ready: it has done its work. */
    private int withoutWake(int ready) {
        ByteBuffer e = events.bytes();
        for (int i = 0; i < ready; i++) {
            if (tag(i) == WAKE) {
                long ignored = Unistd.read(eventfd, scratch.address(), Long.BYTES);
                int last = ready - 1;
                e.putInt(place(i) + EpollEvent.EVENTS, events(last));
                e.putLong(place(i) + EpollEvent.DATA, tag(last));
                return last;
            }
        }
        return ready;
    }

    private static int place(int i) {
        return i * EpollEvent.SIZEOF;
    }

    /** What is ready: {@link #SELF} or the tag of what is watched. */
    public long tag(int i) {
        return events.bytes().getLong(place(i) + EpollEvent.DATA);
    }

    /** For what it is ready, such as {@link Epoll#EPOLLIN}. */
    public int events(int i) {
        return events.bytes().getInt(place(i) + EpollEvent.EVENTS);
    }

    /** Makes whoever waits return, or who waits next. */
    public void wake() {
        if (enter()) {
            try {
                signal();
            } finally {
                leave();
            }
        }
    }

    private void signal() {
        // If it is full, somebody is about to be woken anyway.
        long ignored = Unistd.write(eventfd, ONE.address(), Long.BYTES);
    }

    /**
     * Waits for another descriptor too, from now on.
     *
     * @param events what for, such as {@link Epoll#EPOLLIN}
     * @param tag says which one is ready; not negative
     */
    public void watch(int fd, int events, long tag) throws ErrnoException {
        enterOrThrow("epoll_ctl");
        try {
            control(Epoll.EPOLL_CTL_ADD, fd, events, tag);
        } finally {
            leave();
        }
    }

    /** No longer waits for a descriptor; to be called before it is closed. */
    public void unwatch(int fd) throws ErrnoException {
        enterOrThrow("epoll_ctl");
        try {
            control(Epoll.EPOLL_CTL_DEL, fd, 0, 0);
        } finally {
            leave();
        }
    }

    private void control(int operation, int fd, int what, long tag) throws ErrnoException {
        OffHeap event = OffHeap.allocate(EpollEvent.SIZEOF);
        event.bytes().putInt(EpollEvent.EVENTS, what).putLong(EpollEvent.DATA, tag);
        try {
            Errno.check("epoll_ctl", Epoll.epoll_ctl(epoll, operation, fd, event.address()));
        } finally {
            Reference.reachabilityFence(event);
        }
    }
}
