package headway.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import headway.sys.Epoll.EpollEvent;
import headway.sys.Socket.Iovec;
import headway.sys.Socket.Mmsghdr;
import headway.sys.Socket.Msghdr;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Both ways to the C library do the same: results, errors, and no garbage. */
@Timeout(60)
class ForeignTest {

    private static final int FLAGS = Socket.MSG_DONTWAIT | Socket.MSG_NOSIGNAL;
    private static final int SIZE = 8;
    /** Nobody's: a page that is never mapped. */
    private static final long NOWHERE = 8;

    private static final int NO_FD = -1;
    private static final int NO_FAMILY = 9999;

    private final OffHeap fds = OffHeap.allocate(2 * Integer.BYTES);
    private final OffHeap bytes = OffHeap.allocate(SIZE);
    private final OffHeap iovec = OffHeap.allocate(Iovec.SIZEOF);
    /** One message of eight bytes, for all of the four functions. */
    private final OffHeap message = OffHeap.allocate(Mmsghdr.SIZEOF);

    private final OffHeap event = OffHeap.allocate(EpollEvent.SIZEOF);
    private int out = NO_FD;
    private int in = NO_FD;
    private int epoll = NO_FD;

    @BeforeEach
    void needsNativeCode() throws IOException {
        assumeTrue("Linux".equals(System.getProperty("os.name")), "There is native code for Linux only");
        Natives.require();
        Foreign.bind();
        Errno.check(
                "socketpair",
                Socket.socketpair(Socket.AF_UNIX, Socket.SOCK_SEQPACKET | Socket.SOCK_NONBLOCK, 0, fds.address()));
        out = fds.bytes().getInt(0);
        in = fds.bytes().getInt(Integer.BYTES);
        epoll = Errno.check("epoll_create1", Epoll.epoll_create1(Epoll.EPOLL_CLOEXEC));
        event.bytes().putInt(EpollEvent.EVENTS, Epoll.EPOLLIN);
        Errno.check("epoll_ctl", Epoll.epoll_ctl(epoll, Epoll.EPOLL_CTL_ADD, in, event.address()));
        iovec.bytes().putLong(Iovec.IOV_BASE, bytes.address()).putLong(Iovec.IOV_LEN, SIZE);
        message.bytes().putLong(Msghdr.MSG_IOV, iovec.address()).putLong(Msghdr.MSG_IOVLEN, 1);
    }

    @AfterEach
    void closes() {
        for (int fd : new int[] {out, in, epoll}) {
            int ignored = Unistd.close(fd);
        }
    }

    /** The functions that go two ways, as one of the ways has them. */
    private interface Way {

        long send(int fd, long bytes, long count, int flags);

        long recv(int fd, long bytes, long count, int flags);

        long sendmsg(int fd, long message, int flags);

        long recvmsg(int fd, long message, int flags);

        long sendmmsg(int fd, long messages, int count, int flags);

        long recvmmsg(int fd, long messages, int count, int flags, long timeout);

        long epollWait(int epoll, long events, int most, int timeoutMillis);

        long read(int fd, long bytes, long count);

        long write(int fd, long bytes, long count);
    }

    /** What everybody calls. */
    private static final Way QUICKEST = new Way() {
        @Override
        public long send(int fd, long bytes, long count, int flags) {
            return Socket.send(fd, bytes, count, flags);
        }

        @Override
        public long recv(int fd, long bytes, long count, int flags) {
            return Socket.recv(fd, bytes, count, flags);
        }

        @Override
        public long sendmsg(int fd, long message, int flags) {
            return Socket.sendmsg(fd, message, flags);
        }

        @Override
        public long recvmsg(int fd, long message, int flags) {
            return Socket.recvmsg(fd, message, flags);
        }

        @Override
        public long sendmmsg(int fd, long messages, int count, int flags) {
            return Socket.sendmmsg(fd, messages, count, flags);
        }

        @Override
        public long recvmmsg(int fd, long messages, int count, int flags, long timeout) {
            return Socket.recvmmsg(fd, messages, count, flags, timeout);
        }

        @Override
        public long epollWait(int epoll, long events, int most, int timeoutMillis) {
            return Epoll.epoll_wait(epoll, events, most, timeoutMillis);
        }

        @Override
        public long read(int fd, long bytes, long count) {
            return Unistd.read(fd, bytes, count);
        }

        @Override
        public long write(int fd, long bytes, long count) {
            return Unistd.write(fd, bytes, count);
        }
    };

    private static final Way JNA = new Way() {
        @Override
        public long send(int fd, long bytes, long count, int flags) {
            return Socket.Jna.send(fd, bytes, count, flags);
        }

        @Override
        public long recv(int fd, long bytes, long count, int flags) {
            return Socket.Jna.recv(fd, bytes, count, flags);
        }

        @Override
        public long sendmsg(int fd, long message, int flags) {
            return Socket.Jna.sendmsg(fd, message, flags);
        }

        @Override
        public long recvmsg(int fd, long message, int flags) {
            return Socket.Jna.recvmsg(fd, message, flags);
        }

        @Override
        public long sendmmsg(int fd, long messages, int count, int flags) {
            return Socket.Jna.sendmmsg(fd, messages, count, flags);
        }

        @Override
        public long recvmmsg(int fd, long messages, int count, int flags, long timeout) {
            return Socket.Jna.recvmmsg(fd, messages, count, flags, timeout);
        }

        @Override
        public long epollWait(int epoll, long events, int most, int timeoutMillis) {
            return Epoll.Jna.epoll_wait(epoll, events, most, timeoutMillis);
        }

        @Override
        public long read(int fd, long bytes, long count) {
            return Unistd.Jna.read(fd, bytes, count);
        }

        @Override
        public long write(int fd, long bytes, long count) {
            return Unistd.Jna.write(fd, bytes, count);
        }
    };

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    void an_older_platform_has_no_quicker_way() {
        assertFalse(Foreign.ready());
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22)
    void a_newer_platform_has_a_quicker_way() {
        assumeFalse("jna".equals(System.getProperty(Foreign.PROPERTY)), "This run is to be JNA's");
        assertTrue(Foreign.ready());
        assertThrows(LinkageError.class, () -> Foreign.function("headway_has_no_such_function", int.class));
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22)
    void it_is_taken_after_many_calls() throws Exception {
        assertEquals("late EBADF", said("foreign"));
    }

    @Test
    void a_property_keeps_everything_with_jna() throws Exception {
        assertEquals("never EBADF", said("jna"));
    }

    /** What a process of its own says where the property has that value. */
    private static String said(String property) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-D" + Foreign.PROPERTY + "=" + property,
                        Asked.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return said.strip();
    }

    /** Says when it has the quicker way, and how it fails then. */
    static final class Asked {
        private Asked() {}

        public static void main(String[] args) throws Exception {
            boolean early = Foreign.ready();
            boolean late = false;
            for (int second = 0; second < 20 && !late; second++) {
                // More than enough calls; JNA's alone are waited for no longer than that.
                for (int i = 0; i < 10_000; i++) {
                    long ignored = Unistd.read(NO_FD, 0, 0);
                }
                late = Foreign.ready();
                Thread.sleep(late || "jna".equals(System.getProperty(Foreign.PROPERTY)) ? 50 : 1000);
            }
            System.out.println((early ? "early " : late ? "late " : "never ") + errno(Unistd.read(NO_FD, 0, 0)));
        }

        private static String errno(long result) {
            return result == -1 ? Errno.name(Errno.last()) : "no error";
        }
    }

    @Test
    void what_one_way_sends_the_other_receives() {
        for (Way sender : new Way[] {QUICKEST, JNA}) {
            for (Way receiver : new Way[] {QUICKEST, JNA}) {
                crosses(() -> sender.write(out, bytes.address(), SIZE), receiver, 1, SIZE);
                crosses(() -> sender.send(out, bytes.address(), SIZE, FLAGS), receiver, 2, SIZE);
                crosses(() -> sender.sendmsg(out, message.address(), FLAGS), receiver, 3, SIZE);
                crosses(() -> sender.sendmmsg(out, message.address(), 1, FLAGS), receiver, 4, 1);
            }
        }
    }

    /** Something that is sent comes, by each function that receives. */
    private void crosses(LongSupplier send, Way receiver, long value, long sent) {
        for (int function = 0; function < 4; function++) {
            assertEquals(0, receiver.epollWait(epoll, event.address(), 1, 0));
            bytes.bytes().putLong(0, value);
            assertEquals(sent, send.getAsLong());
            bytes.bytes().putLong(0, 0);
            assertEquals(1, receiver.epollWait(epoll, event.address(), 1, 0));
            assertEquals(function == 3 ? 1 : SIZE, received(receiver, function));
            assertEquals(value, bytes.bytes().getLong(0));
        }
    }

    private long received(Way receiver, int function) {
        return switch (function) {
            case 0 -> receiver.read(in, bytes.address(), SIZE);
            case 1 -> receiver.recv(in, bytes.address(), SIZE, FLAGS);
            case 2 -> receiver.recvmsg(in, message.address(), FLAGS);
            default -> receiver.recvmmsg(in, message.address(), 1, FLAGS, 0);
        };
    }

    private static void fails(String errno, LongSupplier call) {
        // Another error before it, so that what is seen is not left over.
        assertEquals(-1, Socket.socket(NO_FAMILY, Socket.SOCK_DGRAM, 0));
        assertEquals("EAFNOSUPPORT", Errno.name(Errno.last()));
        assertEquals(-1, call.getAsLong());
        assertEquals(errno, Errno.name(Errno.last()));
    }

    @Test
    void both_ways_say_the_same_errors() {
        for (Way way : new Way[] {QUICKEST, JNA}) {
            fails("EAGAIN", () -> way.read(in, bytes.address(), SIZE));
            fails("EBADF", () -> way.read(NO_FD, bytes.address(), SIZE));
            fails("EBADF", () -> way.write(NO_FD, bytes.address(), SIZE));
            fails("EFAULT", () -> way.write(out, NOWHERE, SIZE));
            fails("EAGAIN", () -> way.recv(in, bytes.address(), SIZE, FLAGS));
            fails("EBADF", () -> way.recv(NO_FD, bytes.address(), SIZE, FLAGS));
            fails("EBADF", () -> way.send(NO_FD, bytes.address(), SIZE, FLAGS));
            fails("EFAULT", () -> way.send(out, NOWHERE, SIZE, FLAGS));
            fails("EAGAIN", () -> way.recvmsg(in, message.address(), FLAGS));
            fails("EBADF", () -> way.recvmsg(NO_FD, message.address(), FLAGS));
            fails("EFAULT", () -> way.recvmsg(in, NOWHERE, FLAGS));
            fails("EBADF", () -> way.sendmsg(NO_FD, message.address(), FLAGS));
            fails("EFAULT", () -> way.sendmsg(out, NOWHERE, FLAGS));
            fails("EAGAIN", () -> way.recvmmsg(in, message.address(), 1, FLAGS, 0));
            fails("EBADF", () -> way.recvmmsg(NO_FD, message.address(), 1, FLAGS, 0));
            fails("EFAULT", () -> way.recvmmsg(in, NOWHERE, 1, FLAGS, 0));
            fails("EBADF", () -> way.sendmmsg(NO_FD, message.address(), 1, FLAGS));
            fails("EFAULT", () -> way.sendmmsg(out, NOWHERE, 1, FLAGS));
            fails("EBADF", () -> way.epollWait(NO_FD, event.address(), 1, 0));
            fails("EINVAL", () -> way.epollWait(epoll, event.address(), 0, 0));
        }
    }

    @Test
    void each_thread_has_errors_of_its_own() throws Exception {
        assertEquals(-1, Unistd.read(NO_FD, bytes.address(), SIZE));
        String other = CompletableFuture.supplyAsync(() -> {
                    long failed = Unistd.read(in, bytes.address(), SIZE);
                    return failed + " " + Errno.name(Errno.last());
                })
                .get(10, TimeUnit.SECONDS);
        assertEquals("-1 EAGAIN", other);
        assertEquals("EBADF", Errno.name(Errno.last()));
    }

    @Test
    void neither_way_leaves_garbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (Way way : new Way[] {QUICKEST, JNA}) {
            long least = Long.MAX_VALUE;
            // Until it is compiled, links of call sites and the like are made.
            for (int round = 0; round < 20 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                calls(way, 2000);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, () -> "bytes for 2000 times all functions, " + (way == JNA ? "JNA" : "quickest"));
        }
    }

    /** Each function, sometimes in vain. */
    private void calls(Way way, int times) {
        long address = bytes.address();
        long sum = 0;
        for (int i = 0; i < times; i++) {
            sum += way.write(out, address, SIZE) + way.read(in, address, SIZE) + way.read(in, address, SIZE);
            sum += way.send(out, address, SIZE, FLAGS) + way.epollWait(epoll, event.address(), 1, 0);
            sum += way.recv(in, address, SIZE, FLAGS);
            sum += way.sendmsg(out, message.address(), FLAGS) + way.recvmsg(in, message.address(), FLAGS);
            sum += way.sendmmsg(out, message.address(), 1, FLAGS);
            sum += way.recvmmsg(in, message.address(), 1, FLAGS, 0);
            sum += Errno.last() > 0 ? 0 : 1;
        }
        assertEquals(times * (6L * SIZE - 1 + 1 + 1 + 1), sum);
    }
}
