package headway.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import headway.sys.Netlink.SockaddrNl;
import headway.sys.Socket.Ucred;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A socket sends and receives many messages at once, carries descriptors, and can be closed under whoever waits. */
@Timeout(60)
class NativeSocketTest {

    private static final int CONTROL = Messages.controlSpace(4 * Integer.BYTES) + Messages.controlSpace(Ucred.SIZEOF);

    @BeforeEach
    void needsNativeCode() throws IOException {
        assumeTrue("Linux".equals(System.getProperty("os.name")), "There is native code for Linux only");
        Natives.require();
    }

    private static NativeSocket[] pair() throws IOException {
        return NativeSocket.pair(Socket.AF_UNIX, Socket.SOCK_SEQPACKET);
    }

    private static Messages receiving(int count, int slot) {
        Messages messages = new Messages(count, 0, CONTROL, count * slot);
        for (int i = 0; i < count; i++) {
            messages.place(i, i * slot, slot);
        }
        return messages;
    }

    private static Messages numbered(int count) {
        Messages messages = new Messages(count, 0, CONTROL, count * Integer.BYTES);
        for (int i = 0; i < count; i++) {
            messages.payload().bytes().putInt(i * Integer.BYTES, i);
            messages.place(i, i * Integer.BYTES, Integer.BYTES);
        }
        return messages;
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void many_messages_go_with_one_call_and_come_with_one() throws Exception {
        NativeSocket[] pair = pair();
        Messages out = numbered(8);
        assertEquals(8, pair[0].send(out, 0, 8));
        assertEquals(1, pair[1].await(1000));
        assertEquals(NativeSocket.SELF, pair[1].tag(0));
        Messages in = receiving(16, 100);
        assertEquals(8, pair[1].receive(in));
        for (int i = 0; i < 8; i++) {
            assertEquals(Integer.BYTES, in.length(i));
            assertEquals(i, in.payload().bytes().getInt(i * 100));
        }
        assertEquals(-Errno.EAGAIN, pair[1].receive(in));
        assertEquals(0, pair[1].await(0));
        pair[0].close();
        pair[1].close();
    }

    @Test
    void who_waits_in_the_socket_gets_what_arrives_one_or_many() throws Exception {
        NativeSocket[] pair = pair();
        pair[1].patience(999);
        Messages out = numbered(3);
        Messages in = receiving(16, 100);
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> receiveWaiting(pair[1], in, 1));
        assertEquals(1, pair[0].send(out, 0, 1));
        assertEquals(1, first.get());
        assertEquals(Integer.BYTES, in.length(0));
        assertEquals(0, in.payload().bytes().getInt(0));

        assertEquals(2, pair[0].send(out, 1, 2));
        assertEquals(2, receiveWaiting(pair[1], in, 16));
        assertEquals(Integer.BYTES, in.length(1));
        assertEquals(2, in.payload().bytes().getInt(100));
        pair[0].close();
        pair[1].close();
    }

    @Test
    void who_waits_in_the_socket_has_patience_and_no_more() throws Exception {
        NativeSocket[] pair = pair();
        pair[1].patience(1);
        Messages in = receiving(2, 100);
        assertEquals(-Errno.EAGAIN, receiveWaiting(pair[1], in, 1));
        assertEquals(-Errno.EAGAIN, receiveWaiting(pair[1], in, 2));
        assertEquals(-Errno.EAGAIN, pair[1].receive(in));
        pair[1].close();
        assertEquals(-Errno.EBADF, receiveWaiting(pair[1], in, 1));
        pair[0].close();
    }

    private static int receiveWaiting(NativeSocket socket, Messages in, int most) {
        try {
            return socket.receiveWaiting(in, most);
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_message_that_is_too_long_says_so() throws Exception {
        NativeSocket[] pair = pair();
        Messages out = new Messages(1, 0, 0, 100);
        out.place(0, 0, 100);
        pair[0].send(out, 0, 1);
        Messages in = receiving(1, 50);
        assertEquals(1, pair[1].receive(in));
        assertTrue((in.flags(0) & Socket.MSG_TRUNC) != 0);
        out.place(0, 0, 10);
        pair[0].send(out, 0, 1);
        assertEquals(1, pair[1].receive(in));
        assertEquals(0, in.flags(0) & Socket.MSG_TRUNC);
        pair[0].close();
        pair[1].close();
    }

    @Test
    void a_socket_without_room_is_a_value_and_what_was_sent_before_is_counted() throws Exception {
        NativeSocket[] pair = pair();
        Messages out = numbered(64);
        int sent = pair[0].send(out, 0, 64);
        int all = 0;
        while (sent > 0) {
            all += sent;
            sent = pair[0].send(out, 0, 64);
        }
        assertEquals(-Errno.EAGAIN, sent);
        Messages in = receiving(64, 10);
        int received = 0;
        for (int got = pair[1].receive(in); got > 0; got = pair[1].receive(in)) {
            received += got;
        }
        assertEquals(all, received);
        pair[1].close();
        assertEquals(-Errno.EPIPE, pair[0].send(out, 0, 1));
        pair[0].close();
    }

    @Test
    void descriptors_travel_and_come_out_usable() throws Exception {
        NativeSocket[] pair = pair();
        int memory = Errno.check("memfd_create", Mman.memfd_create("test", Mman.MFD_CLOEXEC));
        OffHeap word = OffHeap.allocate(8);
        word.bytes().putLong(0, 0x1122334455667788L);
        assertEquals(8, Unistd.write(memory, word.address(), 8));
        Messages out = numbered(2);
        out.attach(0, memory, memory, memory);
        out.withoutControl(1);
        assertEquals(2, pair[0].send(out, 0, 2));
        assertEquals(0, Unistd.close(memory));
        long before = openDescriptors();
        Messages in = receiving(2, 10);
        assertEquals(2, pair[1].receive(in));
        int[] fds = new int[2];
        assertEquals(2, in.descriptors(0, fds), "The third has no room and is closed");
        assertEquals(0, in.descriptors(1, new int[2]));
        assertEquals(before + 2, openDescriptors());
        assertEquals(Fcntl.FD_CLOEXEC, Errno.check("fcntl", Fcntl.fcntl(fds[0], Fcntl.F_GETFD, 0)), "Not for children");
        long mapped = Mman.mmap(0, 4096, Mman.PROT_READ, Mman.MAP_SHARED, fds[1], 0);
        assertTrue(mapped > 0);
        assertEquals(0, Mman.munmap(mapped, 4096));
        for (int fd : fds) {
            assertEquals(0, Unistd.close(fd));
        }
        assertThrows(IllegalArgumentException.class, () -> out.attach(0, new int[50]));
        pair[0].close();
        pair[1].close();
    }

    @Test
    void the_kernel_says_who_sent_a_message() throws Exception {
        NativeSocket[] pair = pair();
        pair[1].option(Socket.SOL_SOCKET, Socket.SO_PASSCRED, 1);
        assertEquals(1, pair[1].option(Socket.SOL_SOCKET, Socket.SO_PASSCRED));
        pair[0].send(numbered(1), 0, 1);
        Messages in = receiving(1, 10);
        assertEquals(1, pair[1].receive(in));
        int at = in.credentials(0);
        assertEquals(Ucred.SIZEOF, in.controlLength(at));
        assertEquals(ProcessHandle.current().pid(), in.headers().getInt(at + Ucred.PID));
        assertEquals(Unistd.geteuid(), in.headers().getInt(at + Ucred.UID));
        pair[0].close();
        pair[1].close();
    }

    @Test
    void options_that_are_structures_and_names_are_read_and_written() throws Exception {
        NativeSocket[] pair = pair();
        OffHeap memory = OffHeap.allocate(16);
        pair[0].readOption(Socket.SOL_SOCKET, Socket.SO_PEERCRED, memory, Ucred.SIZEOF);
        assertEquals(ProcessHandle.current().pid(), memory.bytes().getInt(Ucred.PID));
        // A struct timeval of a second and 250 milliseconds.
        memory.bytes().putLong(0, 1).putLong(8, 250_000);
        pair[0].option(Socket.SOL_SOCKET, Socket.SO_RCVTIMEO, memory, 16);
        memory.bytes().putLong(0, 0).putLong(8, 0);
        pair[0].readOption(Socket.SOL_SOCKET, Socket.SO_RCVTIMEO, memory, 16);
        assertEquals(1, memory.bytes().getLong(0));
        // The kernel counts in ticks, of ten milliseconds at most.
        assertTrue(Math.abs(250_000 - memory.bytes().getLong(8)) <= 10_000);
        pair[0].readName(memory, 16);
        assertEquals(Socket.AF_UNIX, memory.bytes().getShort(0));
        pair[0].close();
        pair[1].close();
        assertEquals(
                Errno.EBADF,
                assertThrows(ErrnoException.class, () -> pair[0].readName(memory, 16))
                        .errno());
    }

    @Test
    void a_failure_names_the_call_and_the_error() throws Exception {
        assertEquals(
                "socket: Protocol not supported (EPROTONOSUPPORT)",
                assertThrows(ErrnoException.class, () -> NativeSocket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, 77))
                        .getMessage());
        NativeSocket one = NativeSocket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, Netlink.NETLINK_USERSOCK);
        NativeSocket two = NativeSocket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, Netlink.NETLINK_USERSOCK);
        OffHeap address = OffHeap.allocate(SockaddrNl.SIZEOF);
        address.bytes().putShort(SockaddrNl.NL_FAMILY, (short) Socket.AF_NETLINK);
        address.bytes().putInt(SockaddrNl.NL_PID, 0x3abcdef1);
        one.bind(address, SockaddrNl.SIZEOF);
        ErrnoException taken = assertThrows(ErrnoException.class, () -> two.bind(address, SockaddrNl.SIZEOF));
        assertEquals(Errno.EADDRINUSE, taken.errno());
        one.close();
        two.bind(address, SockaddrNl.SIZEOF);
        two.close();
    }

    @Test
    void who_waits_is_woken_and_by_a_wake_up_only_once() throws Exception {
        NativeSocket[] pair = pair();
        CompletableFuture<Integer> woken = CompletableFuture.supplyAsync(() -> await(pair[0], -1));
        pair[0].wake();
        assertEquals(0, woken.get(10, TimeUnit.SECONDS));
        assertEquals(0, pair[0].await(0));
        pair[0].wake();
        pair[1].send(numbered(1), 0, 1);
        assertEquals(1, pair[0].await(1000), "A wake-up is not counted");
        assertEquals(NativeSocket.SELF, pair[0].tag(0));
        pair[0].close();
        pair[1].close();
    }

    private static int await(NativeSocket socket, int millis) {
        try {
            return socket.await(millis);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void other_descriptors_are_waited_for_too_and_told_by_their_tag() throws Exception {
        NativeSocket[] pair = pair();
        Process child = new ProcessBuilder("sleep", "60").start();
        int pidfd = Errno.check("pidfd_open", Unistd.syscall(Unistd.SYS_pidfd_open, child.pid(), 0));
        pair[0].watch(pidfd, Epoll.EPOLLIN, 42);
        assertEquals(0, pair[0].await(0));
        child.destroyForcibly();
        assertEquals(1, pair[0].await(10_000));
        assertEquals(42, pair[0].tag(0));
        assertTrue((pair[0].events(0) & Epoll.EPOLLIN) != 0);
        pair[0].unwatch(pidfd);
        assertEquals(0, Unistd.close(pidfd));
        assertEquals(0, pair[0].await(0));
        pair[0].close();
        pair[1].close();
    }

    @Test
    void a_socket_closed_under_whoever_waits_lets_it_go_and_leaks_nothing() throws Exception {
        long before = openDescriptors();
        for (int round = 0; round < 200; round++) {
            NativeSocket[] pair = pair();
            CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> await(pair[0], -1));
            if (round % 2 == 0) {
                Thread.sleep(1);
            }
            pair[0].close();
            pair[0].close();
            assertEquals(-Errno.EBADF, waiting.get(10, TimeUnit.SECONDS));
            assertTrue(pair[0].isClosed());
            assertEquals(-Errno.EBADF, pair[0].receive(receiving(1, 1)));
            assertEquals(-Errno.EBADF, pair[0].send(numbered(1), 0, 1));
            pair[0].wake();
            pair[1].close();
        }
        assertEquals(before, openDescriptors());
    }

    /** Threads send, receive and wait on sockets that are closed meanwhile, beside a pipe that must stay untouched. */
    @Test
    void no_call_ever_meets_a_number_that_means_another_file_by_now() throws Exception {
        NativeSocket[] bystander = pair();
        Messages in = receiving(1, 10);
        for (int round = 0; round < 300; round++) {
            NativeSocket[] pair = pair();
            Thread[] threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                int kind = t;
                threads[t] = new Thread(() -> use(pair[0], kind));
                threads[t].start();
            }
            pair[0].close();
            // Takes the numbers that just became free.
            NativeSocket[] next = pair();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(-Errno.EAGAIN, next[0].receive(in));
            assertEquals(-Errno.EAGAIN, next[1].receive(in));
            assertEquals(0, next[0].await(0));
            assertEquals(0, next[1].await(0));
            next[0].close();
            next[1].close();
            pair[1].close();
        }
        assertEquals(-Errno.EAGAIN, bystander[1].receive(in));
        bystander[0].close();
        bystander[1].close();
    }

    private static void use(NativeSocket socket, int kind) {
        Messages messages = numbered(1);
        try {
            int result = 0;
            while (result != -Errno.EBADF) {
                switch (kind) {
                    case 0 -> result = socket.await(-1);
                    case 1 -> result = socket.send(messages, 0, 1);
                    case 2 -> result = socket.receive(messages);
                    default -> {
                        socket.wake();
                        result = socket.isClosed() ? -Errno.EBADF : 0;
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void sending_receiving_and_waiting_allocate_nothing() throws Exception {
        NativeSocket[] pair = pair();
        Messages out = numbered(8);
        Messages in = receiving(8, 10);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        exchange(pair, out, in, 20_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        exchange(pair, out, in, 1000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 1000, allocated + " bytes were allocated for 1000 rounds");
        pair[0].close();
        pair[1].close();
    }

    private static void exchange(NativeSocket[] pair, Messages out, Messages in, int rounds) throws IOException {
        for (int i = 0; i < rounds; i++) {
            assertFalse(pair[0].send(out, 0, 8) != 8
                    || pair[1].await(-1) != 1
                    || pair[1].receive(in) != 8
                    || pair[1].receive(in) != -Errno.EAGAIN);
        }
    }
}
