package headway.transport.afbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.sys.Afbus;
import headway.sys.Afbus.SockaddrBus;
import headway.sys.Errno;
import headway.sys.Fcntl;
import headway.sys.Messages;
import headway.sys.Mman;
import headway.sys.NativeSocket;
import headway.sys.OffHeap;
import headway.sys.Unistd;
import headway.tck.Inbox;
import headway.transport.Address;
import headway.transport.Link;
import headway.transport.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may use the bus can send anything to a link. It is counted and dropped, and nobody else is disturbed. */
class HostileMessagesTest {

    private static final String BUS = "hostile";
    private static final int LARGEST = Afbus.BUS_MESSAGE_MAX;
    /** Misbehaviour is what is tested here, so nobody needs to read about it. */
    private static final Logger LOG = Logger.getLogger("headway.transport.afbus");

    private final Inbox inbox = new Inbox();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Messages messages = new Messages(1, Afbus.BUS_SOCKADDR_SHORT, Messages.controlSpace(16), LARGEST);
    private final ByteBuffer bytes = messages.payload().bytes();
    private AfbusTransport transport;
    private AfbusLink link;
    private int family;

    @BeforeAll
    static void silence() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    @BeforeEach
    void openLink() throws IOException {
        transport = Module.transport();
        family = new KernelModule().family();
        link = (AfbusLink) transport.open(BUS, inbox);
        messages.withoutControl(0);
    }

    @AfterEach
    void closeAll() throws Exception {
        if (transport != null) {
            transport.stop();
        }
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static ByteBuffer number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .flip();
    }

    /** A member of the bus, which is no link. */
    private NativeSocket stranger() throws IOException {
        NativeSocket socket = new KernelModule().socket(family);
        open.add(socket);
        OffHeap name = OffHeap.allocate(SockaddrBus.SIZEOF);
        name.bytes().putShort(SockaddrBus.SBUS_FAMILY, (short) family);
        name.bytes().put(SockaddrBus.SBUS_NAME, BUS.getBytes(StandardCharsets.US_ASCII));
        socket.bind(name, SockaddrBus.SIZEOF);
        return socket;
    }

    /** Sends so many of the bytes to the link. */
    private int send(NativeSocket from, int length) throws IOException {
        return send(from, link.local().value(), length);
    }

    private int send(NativeSocket from, long to, int length) throws IOException {
        Outgoing.address(messages, 0, family, to, Afbus.BUS_WAIT);
        messages.place(0, 0, length);
        return from.send(messages, 0, 1);
    }

    /** The link still works for those who behave, and has delivered nothing else. */
    private void assertUndisturbed() throws IOException {
        Inbox other = new Inbox();
        Link peer = transport.open(BUS, other);
        other.deliver(peer, link.local(), number(1));
        peer.flush();
        Inbox.Frame frame = inbox.nextFrame();
        assertEquals(peer.local(), frame.from());
        assertEquals(1, frame.buffer().getInt());
        inbox.deliver(link, peer.local(), number(2));
        link.flush();
        assertEquals(2, other.nextFrame().buffer().getInt());
        peer.close();
        inbox.awaitGone(peer.local());
    }

    private void assertRefused(Refusal refusal, NativeSocket from, int length) throws IOException {
        long before = link.complaints().count(refusal);
        assertEquals(1, send(from, length));
        assertUndisturbed();
        assertEquals(before + 1, link.complaints().count(refusal), refusal::name);
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void a_message_without_bytes_or_with_more_than_a_frame_has_is_dropped() throws Exception {
        NativeSocket stranger = stranger();
        assertRefused(Refusal.EMPTY, stranger, 0);
        assertRefused(Refusal.OVERSIZE, stranger, AfbusLink.MTU + 1);
        assertRefused(Refusal.OVERSIZE, stranger, AfbusLink.MTU + 100);
        assertRefused(Refusal.OVERSIZE, stranger, LARGEST);
    }

    @Test
    void descriptors_that_come_along_are_closed_and_their_message_dropped() throws Exception {
        NativeSocket stranger = stranger();
        int memory = Errno.check("memfd_create", Mman.memfd_create("test", Mman.MFD_CLOEXEC | Mman.MFD_ALLOW_SEALING));
        assertEquals(0, Fcntl.fcntl(memory, Fcntl.F_ADD_SEALS, Fcntl.F_SEAL_SEAL));
        assertUndisturbed();
        long before = openDescriptors();
        for (int i = 1; i <= 4; i++) {
            int[] fds = new int[i];
            java.util.Arrays.fill(fds, memory);
            messages.attach(0, fds);
            assertRefused(Refusal.DESCRIPTORS, stranger, 10);
        }
        assertEquals(before, openDescriptors());
        assertEquals(0, Unistd.close(memory));
    }

    @Test
    void nobody_speaks_for_another_or_for_the_kernel() throws Exception {
        NativeSocket stranger = stranger();
        // What looks like an event of the kernel's is a frame like any other, of who sent it.
        bytes.putInt(0, Afbus.BUS_EVENT_EXIT)
                .putInt(4, 0)
                .putLong(8, link.local().value())
                .putLong(16, 0);
        assertEquals(1, send(stranger, 24));
        OffHeap name = OffHeap.allocate(SockaddrBus.SIZEOF);
        stranger.readName(name, SockaddrBus.SIZEOF);
        Inbox.Frame frame = inbox.nextFrame();
        assertEquals(name.bytes().getLong(SockaddrBus.SBUS_ADDR), frame.from().value());
        assertEquals(ProcessHandle.current().pid(), frame.credentials().pid());
        assertEquals(24, frame.bytes().length);
        assertThrows(IOException.class, () -> {
            messages.claim(0, 1, 0, 0);
            int ignored = send(stranger, 24);
        });
        messages.withoutControl(0);
        stranger.close();
        inbox.awaitGone(frame.from());
        assertUndisturbed();
    }

    @Test
    void what_is_for_the_master_or_for_nobody_does_not_come_here() throws Exception {
        NativeSocket stranger = stranger();
        assertEquals(-Errno.EHOSTUNREACH, send(stranger, Afbus.BUS_ADDR_MASTER, 4));
        assertEquals(SendResult.UNREACHABLE, link.send(new Address(Afbus.BUS_ADDR_MASTER), number(1)));
        assertEquals(SendResult.UNREACHABLE, link.send(new Address(Afbus.BUS_ADDR_KERNEL), number(1)));
        assertUndisturbed();
    }

    @Test
    void any_messages_at_all_are_taken_or_refused_and_never_anything_else() throws Exception {
        List<NativeSocket> strangers = new ArrayList<>();
        int memory = Errno.check("memfd_create", Mman.memfd_create("test", Mman.MFD_CLOEXEC));
        long taken = 0;
        int count = 3000;
        for (int seed = 0; seed < count; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            if (strangers.isEmpty() || random.nextInt(50) == 0) {
                strangers.add(stranger());
            }
            NativeSocket from = strangers.get(random.nextInt(strangers.size()));
            int length = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> random.nextInt(100);
                case 2 -> AfbusLink.MTU - 2 + random.nextInt(5);
                default -> random.nextInt(LARGEST + 1);
            };
            for (int i = 0; i < 40; i++) {
                bytes.put(i, (byte) random.nextInt());
            }
            messages.withoutControl(0);
            boolean fds = random.nextInt(4) == 0;
            if (fds) {
                messages.attach(0, memory, memory);
            }
            long to = random.nextInt(4) == 0
                    ? Address.EVERYONE.value()
                    : link.local().value();
            while (send(from, to, length) != 1) {
                Thread.onSpinWait();
            }
            taken += !fds && length > 0 && length <= AfbusLink.MTU ? 1 : 0;
            if (random.nextInt(100) == 0) {
                strangers.remove(from);
                from.close();
            }
        }
        Inbox other = new Inbox();
        Link peer = transport.open(BUS, other);
        other.deliver(peer, link.local(), number(1));
        peer.flush();
        Inbox.Event event = inbox.next();
        long came = 0;
        while (!(event instanceof Inbox.Frame frame && frame.from().equals(peer.local()))) {
            assertFalse(event instanceof Inbox.Closed, "The link has ended");
            came += event instanceof Inbox.Frame ? 1 : 0;
            event = inbox.next();
        }
        assertEquals(taken, came);
        long refused = 0;
        for (Refusal each : Refusal.values()) {
            refused += link.complaints().count(each);
        }
        assertEquals(count - taken, refused);
        assertEquals(0, Unistd.close(memory));
    }

    @Test
    void a_flood_delays_peers_and_loses_nothing_of_theirs() throws Exception {
        NativeSocket stranger = stranger();
        Inbox other = new Inbox();
        Link peer = transport.open(BUS, other);
        Thread flood = new Thread(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    int ignored = send(stranger, 0);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        flood.start();
        int count = 300;
        for (int i = 0; i < count; i++) {
            awaitRefusedEmpty(i + 1);
            other.deliver(peer, link.local(), number(i));
            peer.flush();
        }
        for (int i = 0; i < count; i++) {
            assertEquals(i, inbox.nextFrame().buffer().getInt());
        }
        flood.interrupt();
        flood.join();
    }

    /** Waits until so many empty messages were refused, so that the others come among them on any machine. */
    private void awaitRefusedEmpty(long number) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Inbox.PATIENCE_SECONDS);
        while (link.counters().getOrDefault("refused empty", 0L) < number) {
            assertTrue(System.nanoTime() - until < 0, "The flood does not come in");
            LockSupport.parkNanos(this, 10_000);
        }
    }
}
