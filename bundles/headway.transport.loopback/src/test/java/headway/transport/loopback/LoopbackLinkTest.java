package headway.transport.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import headway.tck.Inbox;
import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import headway.transport.loopback.BrokenStreamException.Cause;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only loopback promises: it stands what others write to its sockets, and leaves nothing behind. */
class LoopbackLinkTest {

    private static final String BUS = "test";
    /** Misbehaviour is what is tested here, so nobody needs to read about it. */
    private static final Logger LOG = Logger.getLogger("headway.transport.loopback");

    @TempDir
    Path runtime;

    private final Inbox inbox = new Inbox();
    private final List<AutoCloseable> open = new ArrayList<>();
    private LoopbackTransport transport;
    private LoopbackLink link;

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
        transport = new LoopbackTransport(runtime);
        link = (LoopbackLink) transport.open(BUS, inbox);
    }

    @AfterEach
    void closeAll() throws Exception {
        transport.stop();
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private Path socket(Address address) {
        return runtime.resolve(BUS).resolve(address.toString());
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket(link.local())));
        open.add(channel);
        return channel;
    }

    /** Something that listens under an address and is no link. */
    private ServerSocketChannel listen(Address address, int backlog) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(socket(address)), backlog);
        open.add(channel);
        return channel;
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    private static ByteBuffer number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .flip();
    }

    /** Waits until the link has closed that connection. */
    private static void awaitClosed(SocketChannel channel) {
        try {
            assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
        } catch (IOException e) {
            // Reset: closed before everything was read.
        }
    }

    /** Waits for a frame from one peer; what is heard of those who misbehaved comes before. */
    private void awaitFrom(Address peer) {
        Inbox.Event event = inbox.next();
        while (!(event instanceof Inbox.Frame frame) || !frame.from().equals(peer)) {
            event = inbox.next();
        }
    }

    /** The link still works for those who behave. */
    private void assertUndisturbed() throws IOException {
        Inbox other = new Inbox();
        var peer = transport.open(BUS, other);
        other.deliver(peer, link.local(), number(1));
        awaitFrom(peer.local());
        inbox.deliver(link, peer.local(), number(2));
        assertEquals(2, other.nextFrame().buffer().getInt());
        peer.close();
        inbox.awaitGone(peer.local());
    }

    private void assertRefused(Cause cause, ByteBuffer... written) throws IOException {
        long before = link.complaints().count(cause);
        SocketChannel channel = connect();
        for (ByteBuffer each : written) {
            channel.write(each);
        }
        channel.shutdownOutput();
        awaitClosed(channel);
        assertEquals(before + 1, link.complaints().count(cause));
        assertUndisturbed();
    }

    @Test
    void a_connection_that_is_not_of_this_transport_is_closed() throws Exception {
        assertRefused(Cause.NOT_HEADWAY, StandardCharsets.US_ASCII.encode("GET / HTTP/1.1\r\nHost: headway\r\n\r\n"));
    }

    @Test
    void a_connection_in_another_version_is_closed() throws Exception {
        assertRefused(Cause.WRONG_VERSION, Preamble.of(Address.of(5)).put(4, (byte) 9));
    }

    @Test
    void a_connection_that_stops_in_the_middle_is_closed() throws Exception {
        assertRefused(Cause.TRUNCATED, bytes('H', 'D', 'W'));
        assertRefused(Cause.TRUNCATED, Preamble.of(Address.of(5)), bytes(100, 0, 0, 0, 1, 2, 3));
    }

    @Test
    void a_connection_with_an_empty_or_oversize_frame_is_closed() throws Exception {
        assertRefused(Cause.EMPTY_FRAME, Preamble.of(Address.of(5)), bytes(0, 0, 0, 0));
        assertRefused(Cause.OVERSIZE_FRAME, Preamble.of(Address.of(6)), bytes(1, 0, 1, 0));
    }

    @Test
    void a_connection_that_claims_to_be_ourselves_is_closed() throws Exception {
        assertRefused(Cause.FORGED, Preamble.of(link.local()));
    }

    @Test
    void a_connection_that_claims_to_be_who_is_connected_already_is_closed() throws Exception {
        Inbox other = new Inbox();
        var peer = transport.open(BUS, other);
        other.deliver(peer, link.local(), number(1));
        inbox.nextFrame();
        assertRefused(Cause.TWICE, Preamble.of(peer.local()));
        other.deliver(peer, link.local(), number(3));
        assertEquals(3, inbox.nextFrame().buffer().getInt());
    }

    @Test
    void a_connection_that_claims_the_address_of_another_user_is_closed() throws Exception {
        Address root = Address.of(0x5151);
        listen(root, 10);
        try {
            Files.setAttribute(socket(root), "unix:uid", 12345);
        } catch (IOException e) {
            assumeTrue(false, "Only root can give a file to another user");
        }
        assertRefused(Cause.FORGED, Preamble.of(root));
    }

    @Test
    void a_peer_is_not_gone_because_somebody_borrowed_its_address_and_misbehaved() throws Exception {
        Inbox other = new Inbox();
        var peer = transport.open(BUS, other);
        SocketChannel channel = connect();
        channel.write(Preamble.of(peer.local()));
        channel.write(bytes(0, 0, 0, 0));
        awaitClosed(channel);
        other.deliver(peer, link.local(), number(1));
        assertInstanceOf(Inbox.Frame.class, inbox.next());
        peer.close();
        assertEquals(new Inbox.Gone(peer.local()), inbox.next());
    }

    @Test
    void random_bytes_disturb_nobody() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] noise = new byte[1 + random.nextInt(3000)];
            random.nextBytes(noise);
            SocketChannel channel = connect();
            try {
                if (random.nextBoolean()) {
                    channel.write(Preamble.of(Address.of(1 + random.nextLong(Long.MAX_VALUE))));
                }
                channel.write(ByteBuffer.wrap(noise));
                channel.shutdownOutput();
            } catch (IOException e) {
                // Closed already.
            }
            awaitClosed(channel);
        }
        // Noise may contain a small frame by chance; it comes before.
        Inbox other = new Inbox();
        var peer = transport.open(BUS, other);
        other.deliver(peer, link.local(), number(77));
        awaitFrom(peer.local());
    }

    @Test
    void stale_sockets_of_the_dead_are_removed() throws Exception {
        Address dead = Address.of(0xdead);
        Address alsoDead = Address.of(0xbeef);
        listen(dead, 10).close();
        listen(alsoDead, 10).close();
        assertTrue(Files.exists(socket(dead)));
        assertEquals(SendResult.UNREACHABLE, link.send(Address.EVERYONE, number(1)));
        assertFalse(Files.exists(socket(dead)));
        assertFalse(Files.exists(socket(alsoDead)));
        listen(dead, 10).close();
        assertEquals(SendResult.UNREACHABLE, link.send(dead, number(1)));
        assertFalse(Files.exists(socket(dead)));
    }

    @Test
    void other_files_in_the_directory_are_left_alone() throws Exception {
        Path file = Files.createFile(runtime.resolve(BUS).resolve("README"));
        assertEquals(SendResult.UNREACHABLE, link.send(Address.EVERYONE, number(1)));
        assertTrue(Files.exists(file));
    }

    @Test
    void a_peer_that_accepts_nobody_is_full_and_keeps_nobody_from_hearing_everyone() throws Exception {
        Address busy = Address.of(0xb5);
        ServerSocketChannel acceptor = listen(busy, 1);
        List<SocketChannel> waiting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            waiting.add(SocketChannel.open(UnixDomainSocketAddress.of(socket(busy))));
        }
        open.addAll(waiting);
        Inbox other = new Inbox();
        transport.open(BUS, other);
        assertEquals(SendResult.FULL, link.send(busy, number(1)));
        assertEquals(SendResult.FULL, link.send(Address.EVERYONE, number(2)));
        assertEquals(2, other.nextFrame().buffer().getInt());
        inbox.awaitWritable(link);
        open.add(acceptor.accept());
        open.add(acceptor.accept());
        inbox.deliver(link, busy, number(3));
    }

    @Test
    void closing_removes_the_socket() {
        assertTrue(Files.exists(socket(link.local())));
        link.close();
        assertFalse(Files.exists(socket(link.local())));
    }

    @Test
    void a_link_ends_when_its_directory_or_socket_is_removed() throws Exception {
        Files.delete(socket(link.local()));
        assertEquals(SendResult.CLOSED, link.send(Address.EVERYONE, number(1)));
        Inbox.Closed closed = assertInstanceOf(Inbox.Closed.class, inbox.next());
        assertTrue(closed.cause().getMessage().startsWith("Somebody removed the socket "));

        Inbox second = new Inbox();
        var other = transport.open(BUS, second);
        Files.delete(socket(other.local()));
        Files.delete(runtime.resolve(BUS));
        assertEquals(SendResult.CLOSED, other.send(Address.EVERYONE, number(1)));
        closed = assertInstanceOf(Inbox.Closed.class, second.next());
        assertTrue(closed.cause().getMessage().contains(runtime.resolve(BUS) + " was removed"));
    }

    @Test
    void links_end_with_their_transport() {
        transport.stop();
        Inbox.Closed closed = assertInstanceOf(Inbox.Closed.class, inbox.next());
        assertEquals("The loopback transport was stopped.", closed.cause().getMessage());
        assertEquals(SendResult.CLOSED, link.send(Address.EVERYONE, number(1)));
        assertThrows(IOException.class, () -> transport.open(BUS, inbox));
    }

    /** A listener that keeps nothing. */
    private static class Quiet implements LinkListener {
        final Semaphore writable = new Semaphore(0);
        final AtomicLong frames = new AtomicLong();

        @Override
        public void onFrame(Address from, Credentials credentials, ByteBuffer frame) {
            frames.incrementAndGet();
        }

        @Override
        public void onWritable() {
            writable.release();
        }

        @Override
        public void onGone(Address peer) {}

        @Override
        public void onClosed(Exception cause) {}
    }

    @Test
    void a_listener_that_throws_or_is_interrupted_harms_nobody() throws Exception {
        Quiet failing = new Quiet() {
            @Override
            public void onFrame(Address from, Credentials credentials, ByteBuffer frame) {
                super.onFrame(from, credentials, frame);
                Thread.currentThread().interrupt();
                throw new IllegalStateException("thrown on purpose");
            }
        };
        var other = transport.open(BUS, failing);
        for (int i = 0; i < 3; i++) {
            inbox.deliver(link, other.local(), number(i));
        }
        other.send(link.local(), number(9));
        assertEquals(9, inbox.nextFrame().buffer().getInt());
        await(() -> failing.frames.get() == 3);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Inbox.PATIENCE_SECONDS * 1_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "It did not come");
            Thread.onSpinWait();
        }
    }

    @Test
    void neither_sending_nor_receiving_a_frame_allocates() throws Exception {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemorySupported(),
                "This Java runtime does not count allocations");
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Quiet sending = new Quiet();
        Quiet receiving = new Quiet();
        var from = transport.open(BUS, sending);
        var to = transport.open(BUS, receiving);
        long receiver = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("headway-loopback-" + to.local()))
                .mapToLong(Thread::getId)
                .findFirst()
                .orElseThrow();
        ByteBuffer frame = ByteBuffer.wrap(new byte[200]);
        int warmUp = 50_000;
        int count = 50_000;
        sendMany(from, to.local(), frame, warmUp, sending, receiving);
        long sentBytes = bean.getCurrentThreadAllocatedBytes();
        long receivedBytes = bean.getThreadAllocatedBytes(receiver);
        sendMany(from, to.local(), frame, count, sending, receiving);
        sentBytes = bean.getCurrentThreadAllocatedBytes() - sentBytes;
        receivedBytes = bean.getThreadAllocatedBytes(receiver) - receivedBytes;
        // Waiting for room and the JDK's selector allocate now and then; a frame does not.
        assertTrue(sentBytes < count, sentBytes + " bytes for " + count + " frames sent");
        assertTrue(receivedBytes < count, receivedBytes + " bytes for " + count + " frames received");
    }

    private static void sendMany(Link from, Address to, ByteBuffer frame, int count, Quiet sending, Quiet receiving)
            throws InterruptedException {
        long target = receiving.frames.get() + count;
        for (int i = 0; i < count; ) {
            if (from.send(to, frame.clear()) == SendResult.SENT) {
                i++;
            } else {
                sending.writable.acquire();
            }
        }
        await(() -> receiving.frames.get() == target);
    }
}
