package headway.gateway;

import headway.bus.port.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** A bus on its addresses: one thread that waits, reads, routes and writes, from {@link #start} to {@link #close}. */
final class BusServer implements AutoCloseable {

    private final BusSettings settings;
    private final Sockets sockets;
    private final Broker broker;
    /** Where clients find it. */
    private final List<String> addresses = new ArrayList<>();

    private final List<Path> files = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closing;

    /** Who has it serves. */
    private final ReentrantLock turn = new ReentrantLock();

    /** Milliseconds until there is something to do whatever happens, negative for never; belongs to who has the turn. */
    private long wait = -1;

    private volatile Throwable failure;

    /**
     * Listens, alone.
     *
     * @throws IOException why that is not possible, for people
     */
    BusServer(BusSettings settings, Sockets sockets, List<ServerAddress> addresses) throws IOException {
        this(settings, sockets, addresses, null, null);
    }

    /**
     * Listens.
     *
     * @param ports the way to other nodes, or null if it stays alone
     * @param joined completes when the node has joined
     * @throws IOException why that is not possible, for people
     */
    BusServer(
            BusSettings settings,
            Sockets sockets,
            List<ServerAddress> addresses,
            Ports ports,
            CompletionStage<?> joined)
            throws IOException {
        this.settings = settings;
        this.sockets = sockets;
        broker = new Broker(settings, sockets);
        if (ports != null) {
            broker.join(ports, joined);
        }
        try {
            for (ServerAddress address : addresses) {
                listen(address);
            }
            broker.address = this.addresses.get(0);
        } catch (IOException refused) {
            sockets.close();
            deleteFiles();
            throw refused;
        }
    }

    private void listen(ServerAddress address) throws IOException {
        try {
            removeStale(address.path());
            addresses.add(sockets.listen(address).text(settings.guid()));
        } catch (IOException refused) {
            throw new IOException(
                    "It cannot listen on " + address.text(settings.guid()) + " (" + refused.getMessage() + ")",
                    refused);
        }
        if (address.path() != null) {
            files.add(address.path());
            if (settings.anyUser()) {
                Files.setPosixFilePermissions(address.path(), PosixFilePermissions.fromString("rwxrwxrwx"));
            }
        }
    }

    /** Removes the socket of a bus that was killed: nobody answers there. */
    private static void removeStale(Path file) throws IOException {
        if (file == null || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("there is a file that is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            throw new IOException("another bus is there" + (probe.isConnected() ? "" : " or was"));
        } catch (ConnectException refused) {
            Files.delete(file);
        }
    }

    /** Where clients find it: several are separated by semicolons. */
    String address() {
        return String.join(";", addresses);
    }

    String guid() {
        return settings.guid();
    }

    void start() {
        Thread thread = new Thread(this::run, "headway-gateway");
        thread.setDaemon(true);
        thread.start();
    }

    /** The thread that usually serves; while it has nothing to do it is lent to services of this node. */
    private void run() {
        turn.lock();
        try {
            while (goesOn(() -> false)) {
                serve();
                turn.unlock();
                try {
                    broker.lend(this::standIn);
                } finally {
                    takeTurn();
                }
            }
        } finally {
            turn.unlock();
        }
    }

    /** Serves on this thread while the other is missed. */
    private void standIn(BooleanSupplier enough) {
        takeTurn();
        try {
            while (goesOn(enough)) {
                serve();
            }
        } finally {
            turn.unlock();
        }
    }

    private void takeTurn() {
        if (!turn.tryLock()) {
            // Whoever has it may be waiting for something to happen.
            sockets.wake();
            turn.lock();
        }
    }

    /** Waits, and does what there is to do; has the turn. */
    private void serve() {
        try {
            if (broker.isDue()) {
                // What this thread has posted while it was lent woke nobody.
                wait = broker.onTime();
            }
            sockets.await(wait, broker);
            wait = broker.onTime();
        } catch (IOException | RuntimeException | Error unforeseen) {
            failure = unforeseen;
            closing = true;
        }
    }

    /** Whether the one that has the turn is to serve. If all is to end it ends it. */
    private boolean goesOn(BooleanSupplier enough) {
        if (ended.getCount() == 0) {
            return false;
        }
        broker.serveHere();
        if (!closing) {
            return !enough.getAsBoolean();
        }
        try {
            broker.closeAll();
        } finally {
            sockets.close();
            deleteFiles();
            ended.countDown();
        }
        return false;
    }

    private void deleteFiles() {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException left) {
                System.getLogger(BusServer.class.getName())
                        .log(System.Logger.Level.WARNING, "{0} could not be removed: {1}", file, left.getMessage());
            }
        }
    }

    /** Waits until it has ended; returns why, or null if it was closed. */
    Throwable await() throws InterruptedException {
        ended.await();
        return failure;
    }

    /** The user that this process runs as. */
    static long ownUid() {
        try {
            return Integer.toUnsignedLong(
                    (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException | UnsupportedOperationException unknown) {
            return Identity.UNKNOWN;
        }
    }

    @Override
    public void close() {
        closing = true;
        sockets.wake();
        try {
            ended.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
