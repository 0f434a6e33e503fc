package headway.transport.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.Messages;
import headway.sys.NativeSocket;
import headway.sys.Netlink;
import headway.sys.Netlink.SockaddrNl;
import headway.sys.OffHeap;
import headway.sys.Socket;
import headway.sys.Socket.Ucred;
import headway.sys.Unistd;
import headway.tck.Inbox;
import headway.transport.Address;
import headway.transport.Link;
import headway.transport.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Anybody can send anything to a link's port. It is counted and dropped, and nobody else is disturbed. */
class HostileDatagramsTest {

    private static final String BUS = "hostile";
    private static final int LARGEST = 100_000;
    /** Misbehaviour is what is tested here, so nobody needs to read about it. */
    private static final Logger LOG = Logger.getLogger("headway.transport.netlink");

    private final Inbox inbox = new Inbox();
    private final Ports ports = new Ports(BUS);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Messages messages = new Messages(1, SockaddrNl.SIZEOF, Messages.controlSpace(Ucred.SIZEOF), LARGEST);
    private final ByteBuffer bytes = messages.payload().bytes();
    private NetlinkTransport transport;
    private NetlinkLink link;

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
        assumeTrue("Linux".equals(System.getProperty("os.name")), "Netlink is of Linux only");
        transport = new NetlinkTransport(Set.of());
        link = (NetlinkLink) transport.open(BUS, inbox);
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

    /** A socket at a port, which is no link. */
    private NativeSocket socketAt(int port) throws IOException {
        NativeSocket socket = NativeSocket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, Netlink.NETLINK_USERSOCK);
        open.add(socket);
        socket.option(Socket.SOL_SOCKET, Socket.SO_SNDBUF, 2 * LARGEST);
        OffHeap name = OffHeap.allocate(SockaddrNl.SIZEOF);
        name.bytes().putShort(SockaddrNl.NL_FAMILY, (short) Socket.AF_NETLINK);
        name.bytes().putInt(SockaddrNl.NL_PID, port);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Inbox.PATIENCE_SECONDS);
        while (true) {
            try {
                socket.bind(name, SockaddrNl.SIZEOF);
                return socket;
            } catch (ErrnoException e) {
                // A link that was closed gives its port back when its thread has noticed.
                if (e.errno() != Errno.EADDRINUSE || System.nanoTime() > until) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    /** Sends so many of the bytes to the link. */
    private int send(NativeSocket from, int length) throws IOException {
        messages.headers().putShort(messages.name(0) + SockaddrNl.NL_FAMILY, (short) Socket.AF_NETLINK);
        messages.headers().putInt(messages.name(0) + SockaddrNl.NL_PID, Ports.of(link.local()));
        messages.place(0, 0, length);
        return from.send(messages, 0, 1);
    }

    /** Whether the kernel lets this process send as another user. */
    private boolean mayClaim() throws IOException {
        messages.claim(0, (int) ProcessHandle.current().pid(), 12345, 0);
        try {
            return send(socketAt(0), 1) == 1;
        } catch (ErrnoException e) {
            assertEquals(Errno.EPERM, e.errno());
            return false;
        } finally {
            messages.withoutControl(0);
        }
    }

    /** Puts a datagram with a frame of four bytes in place; says its length. */
    private int datagram(Address from) {
        Datagram.write(
                bytes, 0, 4, Datagram.FRAME, ports.bus(), from, link.local().value(), 4, 0);
        bytes.putInt(Datagram.HEADER, 7);
        return Datagram.HEADER + 4;
    }

    /** The link still works for those who behave, and has delivered nothing else. */
    private void assertUndisturbed() throws IOException {
        Inbox other = new Inbox();
        Link peer = transport.open(BUS, other);
        other.deliver(peer, link.local(), number(1));
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

    @Test
    void a_datagram_of_another_program_is_dropped() throws Exception {
        NativeSocket stranger = socketAt(0);
        byte[] hello = "hello, is this udev?".getBytes(StandardCharsets.US_ASCII);
        bytes.put(0, hello);
        assertRefused(Refusal.NOT_HEADWAY, stranger, hello.length);
        assertRefused(Refusal.NOT_HEADWAY, stranger, 1);
        bytes.put(0, new byte[200]);
        assertRefused(Refusal.NOT_HEADWAY, stranger, 200);
    }

    @Test
    void a_datagram_in_another_version_or_of_another_length_is_dropped() throws Exception {
        Address self = ports.draw();
        NativeSocket stranger = socketAt(Ports.of(self));
        int length = datagram(self);
        assertRefused(Refusal.TRUNCATED, stranger, length - 1);
        assertRefused(Refusal.TRUNCATED, stranger, length + 1);
        assertRefused(Refusal.NOT_HEADWAY, stranger, Datagram.HEADER - 1);
        bytes.putShort(16, (short) 2);
        assertRefused(Refusal.WRONG_VERSION, stranger, length);
        assertRefused(Refusal.OVERSIZE, stranger, LARGEST);
    }

    @Test
    void a_datagram_of_another_bus_or_for_another_link_is_dropped() throws Exception {
        Address self = ports.draw();
        NativeSocket stranger = socketAt(Ports.of(self));
        int length = datagram(self);
        bytes.putLong(24, ports.bus() + 1);
        assertRefused(Refusal.OTHER_BUS, stranger, length);
        length = datagram(self);
        bytes.putLong(40, link.local().value() + (1L << 40));
        assertRefused(Refusal.MISADDRESSED, stranger, length);
    }

    @Test
    void an_address_that_is_not_at_the_senders_port_is_not_believed() throws Exception {
        Inbox other = new Inbox();
        Link peer = transport.open(BUS, other);
        other.deliver(peer, link.local(), number(0));
        inbox.nextFrame();
        NativeSocket stranger = socketAt(Ports.of(ports.draw()));
        assertRefused(Refusal.FORGED, stranger, datagram(peer.local()));
        assertRefused(Refusal.FORGED, stranger, datagram(link.local()));
        // Also not a note that the link would have written to itself.
        Datagram.write(
                bytes,
                0,
                0,
                Datagram.NOTE,
                ports.bus(),
                link.local(),
                link.local().value(),
                0,
                0);
        assertRefused(Refusal.FORGED, stranger, Datagram.HEADER);
        NativeSocket anonymous = socketAt(0);
        assertRefused(Refusal.FORGED, anonymous, datagram(ports.draw()));
        peer.close();
        inbox.awaitGone(peer.local());
    }

    @Test
    void the_address_of_a_link_that_has_ended_is_not_believed_of_who_took_its_port() throws Exception {
        Inbox other = new Inbox();
        Link peer = transport.open(BUS, other);
        other.deliver(peer, link.local(), number(0));
        inbox.nextFrame();
        peer.close();
        inbox.awaitGone(peer.local());
        NativeSocket heir = socketAt(Ports.of(peer.local()));
        assertRefused(Refusal.GONE, heir, datagram(peer.local()));
        assertEquals(SendResult.UNREACHABLE, link.send(peer.local(), number(3)));
    }

    @Test
    void a_link_that_ends_without_a_word_and_leaves_its_port_to_another_is_gone() throws Exception {
        Address first = ports.draw();
        NativeSocket before = socketAt(Ports.of(first));
        assertEquals(1, send(before, datagram(first)));
        inbox.nextFrame();
        before.close();
        Address second = Address.of(first.value() ^ (1L << 50));
        NativeSocket after = socketAt(Ports.of(first));
        assertEquals(1, send(after, datagram(second)));
        assertEquals(new Inbox.Gone(first), inbox.next());
        assertEquals(second, inbox.nextFrame().from());
    }

    @Test
    void a_user_who_is_not_heard_is_not_heard() throws Exception {
        assumeTrue(mayClaim(), "This process may not send as another user");
        Address self = ports.draw();
        NativeSocket stranger = socketAt(Ports.of(self));
        int pid = (int) ProcessHandle.current().pid();
        int length = datagram(self);
        messages.claim(0, pid, 12345, 0);
        assertRefused(Refusal.OTHER_USER, stranger, length);
        // Allowed by the settings, it is.
        NetlinkTransport open = new NetlinkTransport(Set.of(12345L));
        Inbox hearing = new Inbox();
        NetlinkLink before = link;
        link = (NetlinkLink) open.open(BUS, hearing);
        length = datagram(self);
        assertEquals(1, send(stranger, length));
        assertEquals(12345, hearing.nextFrame().credentials().uid());
        // Nor does a peer become another process.
        messages.claim(0, 1, 12345, 0);
        assertEquals(1, send(stranger, length));
        messages.claim(0, pid, 12345, 0);
        assertEquals(1, send(stranger, length));
        hearing.nextFrame();
        assertEquals(1, link.complaints().count(Refusal.FORGED));
        open.stop();
        link = before;
    }

    @Test
    void the_kernel_refuses_credentials_that_are_not_the_senders() throws Exception {
        assumeTrue(!mayClaim(), "This process may send as another user");
        NativeSocket stranger = socketAt(0);
        messages.claim(0, 1, 0, 0);
        assertEquals(
                Errno.EPERM,
                assertThrows(ErrnoException.class, () -> send(stranger, 10)).errno());
    }

    @Test
    void pieces_that_do_not_fit_are_dropped_and_what_follows_is_not() throws Exception {
        Address self = ports.draw();
        NativeSocket stranger = socketAt(Ports.of(self));
        int[][] bad = {
            // total, offset, bytes
            {0, 0, 4},
            {4, 1, 4},
            {-1, 0, 4},
            {NetlinkLink.MTU + 1, 0, 4},
            {8, -4, 4},
            {8, 4, 4},
            {4, 4, 0},
            {100, 200, 4},
            {8, Integer.MAX_VALUE, 4}
        };
        for (int[] each : bad) {
            long before = link.complaints().count(Refusal.BAD_PIECE);
            sendPiece(stranger, self, each[0], each[1], each[2]);
            assertUndisturbed();
            assertEquals(before + 1, link.complaints().count(Refusal.BAD_PIECE), () -> Arrays.toString(each));
        }
        // One that begins anew in the middle, one that skips, one of another total; then a good one.
        sendPiece(stranger, self, 8, 0, 4);
        sendPiece(stranger, self, 12, 0, 4);
        sendPiece(stranger, self, 12, 8, 4);
        sendPiece(stranger, self, 12, 0, 4);
        sendPiece(stranger, self, 8, 4, 4);
        sendPiece(stranger, self, 8, 0, 4);
        sendPiece(stranger, self, 8, 4, 4);
        assertEquals(8, inbox.nextFrame().bytes().length);
        sendPiece(stranger, self, 8, 4, 4);
        assertUndisturbed();
    }

    private void sendPiece(NativeSocket from, Address self, int total, int offset, int length) throws IOException {
        Datagram.write(
                bytes,
                0,
                length,
                Datagram.FRAME,
                ports.bus(),
                self,
                link.local().value(),
                total,
                offset);
        assertEquals(1, send(from, Datagram.HEADER + length));
    }

    @Test
    void a_peer_that_dies_in_the_middle_of_a_frame_is_gone_and_half_a_frame_is_never_delivered() throws Exception {
        Address self = ports.draw();
        NativeSocket dying = socketAt(Ports.of(self));
        sendPiece(dying, self, 1000, 0, 400);
        sendPiece(dying, self, 1000, 400, 400);
        assertUndisturbed();
        dying.close();
        // The kernel refuses what is sent to it now; who has its port next is somebody else, and begins anew.
        SendResult ignored = link.send(self, number(1));
        link.flush();
        inbox.awaitGone(self);
        Address heir = Address.of(self.value() ^ (1L << 40));
        NativeSocket next = socketAt(Ports.of(heir));
        long before = link.complaints().count(Refusal.BAD_PIECE);
        sendPiece(next, heir, 1000, 800, 200);
        assertUndisturbed();
        assertEquals(before + 1, link.complaints().count(Refusal.BAD_PIECE));
    }

    @Test
    void each_cause_is_logged_once_for_each_who_did_it_with_its_process_and_user() throws Exception {
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(new SimpleFormatter().formatMessage(entry));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        LOG.setLevel(Level.WARNING);
        LOG.setUseParentHandlers(false);
        LOG.addHandler(handler);
        try {
            NativeSocket stranger = socketAt(0);
            bytes.put(0, new byte[200]);
            for (int i = 0; i < 50; i++) {
                assertEquals(1, send(stranger, 200));
            }
            assertUndisturbed();
        } finally {
            LOG.removeHandler(handler);
            LOG.setUseParentHandlers(true);
            LOG.setLevel(Level.OFF);
        }
        assertEquals(1, logged.size(), logged::toString);
        String who = "(process " + ProcessHandle.current().pid() + ", user " + Unistd.geteuid() + ")";
        assertTrue(logged.get(0).contains(who), logged.get(0));
        assertEquals(50, link.counters().get("refused not headway"));
    }

    @Test
    void unknown_kinds_are_dropped() throws Exception {
        Address self = ports.draw();
        NativeSocket stranger = socketAt(Ports.of(self));
        int length = datagram(self);
        for (int kind : new int[] {0, Datagram.NOTE, 5, -1}) {
            bytes.putShort(18, (short) kind);
            assertRefused(Refusal.UNKNOWN_KIND, stranger, length);
        }
    }

    @Test
    void any_bytes_at_all_are_taken_or_refused_and_never_anything_else() throws Exception {
        Address self = ports.draw();
        NativeSocket stranger = socketAt(Ports.of(self));
        for (int seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int length = datagram(self);
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes.put(random.nextInt(Datagram.HEADER), (byte) random.nextInt());
            }
            length = random.nextInt(10) == 0 ? random.nextInt(1, 200) : length;
            while (send(stranger, length) != 1) {
                Thread.onSpinWait();
            }
        }
        Inbox other = new Inbox();
        Link peer = transport.open(BUS, other);
        other.deliver(peer, link.local(), number(1));
        Inbox.Event event = inbox.next();
        while (!(event instanceof Inbox.Frame frame && frame.from().equals(peer.local()))) {
            event = inbox.next();
        }
        long refused = 0;
        for (Refusal each : Refusal.values()) {
            refused += link.complaints().count(each);
        }
        assertTrue(refused > 10_000, refused + " were refused");
    }

    @Test
    void a_flood_delays_peers_and_loses_nothing_of_theirs() throws Exception {
        NativeSocket stranger = socketAt(0);
        Inbox other = new Inbox();
        Link peer = transport.open(BUS, other);
        Thread flood = new Thread(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    int ignored = send(stranger, 1000);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        flood.start();
        for (int i = 0; i < 2000; i++) {
            other.deliver(peer, link.local(), number(i));
            peer.flush();
        }
        flood.interrupt();
        flood.join();
        for (int i = 0; i < 2000; i++) {
            assertEquals(i, inbox.nextFrame().buffer().getInt());
        }
    }
}
