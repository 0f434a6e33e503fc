package headway.transport.loopback;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import headway.transport.loopback.BrokenStreamException.Cause;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One link: a socket that listens, a connection to each peer it has sent to, a connection from each peer that has sent
 * to it, and one thread that accepts, reads, writes what had to wait and calls the listener.
 *
 * <p>A connection carries frames one way. The other way carries nothing but its end, which is how a link learns that a
 * peer is gone: an address is gone when nothing listens at its socket any more and all it sent has been read.
 */
final class LoopbackLink implements Link, Inbound.Host {

    /**
     * The largest frame. Larger ones do not go faster (see README), and this is what may wait for a peer that stalls,
     * beside what the kernel keeps.
     */
    static final int MTU = 64 * 1024;

    /**
     * What the kernel keeps for a peer that does not read, in bytes as the kernel counts them: a small write costs it
     * some 800. It grants as much of this as net.core.wmem_max allows.
     */
    static final int SOCKET_BUFFER = 256 * 1024;

    /** When a peer has no room for one more connection, no event tells when it has again. */
    private static final long RETRY_MILLIS = 5;

    /** How often a peer may take a connection and end it, before its ends say nothing about whether it lives. */
    private static final int MOST_PROBES = 4;

    private static final int HELD = -1;

    /** So long the I/O thread leaves the turn to a guest that has left it, and a guest waits for the I/O thread. */
    private static final long LEASE_NANOS = 200_000;

    /** Where two wanted to be guests at once nobody is one for a while. */
    private static final long CONTENDED_NANOS = 10_000_000;

    /** A guest looks so often whether it has enough, when nothing arrives. */
    private static final long GUEST_MILLIS = 5;

    private static final Logger LOG = System.getLogger(LoopbackLink.class.getPackageName());

    private final Address local;
    private final BusDirectory directory;
    private final LinkListener listener;
    private final Consumer<LoopbackLink> onEnd;
    private final boolean vouching;
    private final ServerSocketChannel acceptor;
    private final Selector selector;
    private final Thread thread;
    private final Complaints complaints = new Complaints();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Object ending = new Object();
    /** Why the link ended by itself; set before {@link #closed}. */
    private volatile Exception cause;

    /** Connections to peers. Added to under {@link #connecting}, so that a peer is not gone and connected at once. */
    private final Map<Address, Outbound> outbounds = new ConcurrentHashMap<>();

    private final Object connecting = new Object();

    /** Peers that may be gone; the I/O thread finds out. */
    private final Queue<Address> suspects = new ConcurrentLinkedQueue<>();

    /** Somebody was told FULL and no event will say that there is room: try again after a while. */
    private volatile boolean retry;

    // The sending thread's own.
    private final ByteBuffer staging = Outbound.staging(MTU);

    /** Who may select and call the listener: the I/O thread, or a guest in its place. */
    private final ReentrantLock turn = new ReentrantLock();

    /** A guest has the turn, or waits for it. */
    private final AtomicBoolean guest = new AtomicBoolean();

    /** The I/O thread waits for something to do. */
    private volatile boolean idle;

    /** The I/O thread has let go of the turn while its listener pauses. */
    private volatile boolean away;

    private volatile long guestLeft = System.nanoTime() - LEASE_NANOS;
    private volatile long contended = System.nanoTime() - CONTENDED_NANOS;

    // Belongs to whoever has the turn.
    private final Consumer<SelectionKey> ready = this::ready;
    private final Map<Address, Inbound> inbounds = new HashMap<>();
    private final Set<Inbound> strangers = new HashSet<>();
    /** Who has ever sent to this link and is not gone. */
    private final Set<Address> met = new HashSet<>();

    /** Connections held only to see a peer's end: {@link #HELD}, or how many it has ended. */
    private final Map<Address, Integer> probes = new HashMap<>();

    private final Queue<Address> undecided = new ArrayDeque<>();
    private boolean deaf;
    /** Frames were passed on and the listener was not told that these were all. */
    private boolean delivered;

    private LoopbackLink(
            Address local,
            BusDirectory directory,
            LinkListener listener,
            boolean vouching,
            Consumer<LoopbackLink> onEnd,
            ServerSocketChannel acceptor,
            Selector selector) {
        this.local = local;
        this.directory = directory;
        this.listener = listener;
        this.vouching = vouching;
        this.onEnd = onEnd;
        this.acceptor = acceptor;
        this.selector = selector;
        this.thread = new Thread(this::run, "headway-loopback-" + local);
        thread.setDaemon(true);
    }

    /**
     * Opens a link; it is visible and works when this returns.
     *
     * @param vouching whether to ask the kernel who connects
     * @param onEnd told once, when the link is closed or ends by itself
     */
    static LoopbackLink open(
            Address local,
            BusDirectory directory,
            LinkListener listener,
            boolean vouching,
            Consumer<LoopbackLink> onEnd)
            throws IOException {
        ServerSocketChannel acceptor = directory.bind(local);
        Selector selector = null;
        try {
            acceptor.configureBlocking(false);
            selector = Selector.open();
            LoopbackLink link = new LoopbackLink(local, directory, listener, vouching, onEnd, acceptor, selector);
            acceptor.register(selector, SelectionKey.OP_ACCEPT, (Ready) key -> link.accept());
            link.thread.start();
            return link;
        } catch (IOException | RuntimeException | Error e) {
            directory.remove(local);
            acceptor.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    @Override
    public Address local() {
        return local;
    }

    @Override
    public int mtu() {
        return MTU;
    }

    boolean isClosed() {
        return closed.get();
    }

    Complaints complaints() {
        return complaints;
    }

    // ---- Sending: the owner's thread.

    /**
     * {@inheritDoc}
     *
     * <p>To {@link Address#EVERYONE}: each link that is open now and has room gets the frame; {@code FULL} says that at
     * least one had no room. So a peer that stalls never keeps the others from hearing anything.
     */
    @Override
    public SendResult send(Address to, ByteBuffer frame) {
        int length = frame.remaining();
        if (length == 0 || length > MTU) {
            throw new IllegalArgumentException("A frame has 1 to " + MTU + " bytes, not " + length);
        }
        if (closed.get()) {
            return SendResult.CLOSED;
        }
        SendResult result = to.equals(Address.EVERYONE) ? sendToEveryone(frame) : sendTo(to, frame);
        return closed.get() ? SendResult.CLOSED : result;
    }

    private SendResult sendTo(Address to, ByteBuffer frame) {
        Outbound outbound = outbounds.get(to);
        if (outbound == null) {
            if (to.isGroup() || to.value() == 0 || to.equals(local)) {
                return SendResult.UNREACHABLE;
            }
            SendResult result = connect(to);
            if (result != SendResult.SENT) {
                return result;
            }
            outbound = outbounds.get(to);
            if (outbound == null) {
                return SendResult.UNREACHABLE;
            }
        }
        try {
            return outbound.send(frame, staging);
        } catch (IOException e) {
            lost(outbound);
            return SendResult.UNREACHABLE;
        }
    }

    private SendResult sendToEveryone(ByteBuffer frame) {
        List<Address> present;
        try {
            present = directory.list(local);
        } catch (BusDirectory.GoneException e) {
            end(e);
            return SendResult.CLOSED;
        } catch (IOException e) {
            // Out of descriptors: that passes.
            LOG.log(Level.DEBUG, "Link {0} cannot list its peers now: {1}", local, e);
            tryAgain();
            return SendResult.FULL;
        }
        boolean sent = false;
        boolean full = false;
        int position = frame.position();
        int limit = frame.limit();
        for (Address each : present) {
            SendResult result = sendTo(each, frame.limit(limit).position(position));
            sent |= result == SendResult.SENT;
            full |= result == SendResult.FULL;
        }
        return full ? SendResult.FULL : sent ? SendResult.SENT : SendResult.UNREACHABLE;
    }

    /** Connects to a peer; {@code SENT} says that it is connected. */
    private SendResult connect(Address to) {
        synchronized (connecting) {
            if (closed.get()) {
                return SendResult.CLOSED;
            }
            SocketChannel channel = null;
            try {
                channel = dial(to);
                channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
                ByteBuffer preamble = Preamble.of(local);
                channel.write(preamble);
                if (preamble.hasRemaining()) {
                    throw new IOException("A new connection to " + to + " has no room for its preamble");
                }
                Outbound outbound = new Outbound(to, channel, MTU);
                outbound.watchedBy(
                        channel.register(selector, SelectionKey.OP_READ, (Ready) key -> ready(outbound, key)));
                outbounds.put(to, outbound);
                selector.wakeup();
                return SendResult.SENT;
            } catch (NoOneThereException e) {
                return SendResult.UNREACHABLE;
            } catch (BusyException e) {
                tryAgain();
                return SendResult.FULL;
            } catch (IOException e) {
                // It ended between the connect and the preamble.
                closeQuietly(channel);
                return SendResult.UNREACHABLE;
            } catch (RuntimeException e) {
                // The selector is closed, so this link is.
                closeQuietly(channel);
                return SendResult.CLOSED;
            }
        }
    }

    /** Nothing listens at an address. */
    private static final class NoOneThereException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** No connection can be made now, to an address at which something listens. */
    private static final class BusyException extends IOException {
        private static final long serialVersionUID = 1L;

        BusyException(Exception cause) {
            super(cause);
        }
    }

    /** Connects without waiting: a connection to AF_UNIX is there at once or not at all. */
    private SocketChannel dial(Address to) throws NoOneThereException, BusyException {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            if (!channel.connect(directory.where(to))) {
                throw new SocketException("The connection is not there at once");
            }
            return channel;
        } catch (ConnectException e) {
            // Refused, so it is dead: sockets get their name only when they accept. Its address never comes back.
            closeQuietly(channel);
            directory.remove(to);
            throw new NoOneThereException();
        } catch (IOException e) {
            closeQuietly(channel);
            if (!directory.has(to)) {
                throw new NoOneThereException();
            }
            // EAGAIN: its backlog is full, because its owner has not accepted for long. Or we are out of descriptors.
            LOG.log(Level.DEBUG, "Link {0} cannot connect to {1} now: {2}", local, to, e);
            throw new BusyException(e);
        }
    }

    /** Lets the listener hear in a while that there may be room. */
    private void tryAgain() {
        if (!retry) {
            retry = true;
            selector.wakeup();
        }
    }

    /** {@inheritDoc} Nothing is held back here: what did not leave at once leaves when its socket has room. */
    @Override
    public void flush() {}

    private void writeAll() {
        for (Outbound outbound : outbounds.values()) {
            try {
                outbound.write();
            } catch (IOException e) {
                lost(outbound);
            }
        }
    }

    private void lost(Outbound outbound) {
        if (outbound.giveUp()) {
            tryAgain();
        }
        suspects.add(outbound.peer());
        selector.wakeup();
    }

    @Override
    public void join(Address group) {
        refuseGroup(group);
    }

    @Override
    public void leave(Address group) {
        refuseGroup(group);
    }

    private static void refuseGroup(Address group) {
        if (!group.equals(Address.EVERYONE)) {
            throw new UnsupportedOperationException("loopback has no groups; " + group + " is one");
        }
    }

    // ---- The end: any thread.

    @Override
    public void close() {
        end(null);
    }

    /** Ends the link; with a cause, its listener is told. */
    void end(Exception why) {
        synchronized (ending) {
            if (closed.get()) {
                return;
            }
            cause = why;
            closed.set(true);
        }
        // First the name, then the connections: whoever sees one end finds that nobody is here any more.
        directory.remove(local);
        writeAll();
        synchronized (connecting) {
            outbounds.values().forEach(Outbound::giveUp);
        }
        closeQuietly(acceptor);
        selector.wakeup();
        LockSupport.unpark(thread);
        onEnd.accept(this);
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (Exception e) {
            // Nothing depends on it any more.
        }
    }

    // ---- The I/O thread.

    /** What a selection key is attached to. */
    private interface Ready {
        void ready(SelectionKey key);
    }

    private void run() {
        try {
            while (!closed.get()) {
                boolean pause;
                turn.lock();
                try {
                    idle = true;
                    pause = select(0);
                    away = pause;
                } finally {
                    turn.unlock();
                }
                if (pause) {
                    tellPause();
                    away = false;
                }
                makeWay();
            }
        } catch (IOException | RuntimeException e) {
            end(e);
        } catch (Error e) {
            end(new IllegalStateException("The thread of link " + local + " cannot go on", e));
            throw e;
        } finally {
            closeChannels();
            if (delivered) {
                tellPause();
            }
            if (cause != null) {
                tell(() -> listener.onClosed(cause));
            }
        }
    }

    private void closeChannels() {
        turn.lock();
        try {
            selector.keys().forEach(key -> closeQuietly(key.channel()));
            closeQuietly(selector);
        } finally {
            turn.unlock();
        }
    }

    /** Waits until something is to be done, and does it; whoever has the turn. Says whether the listener is to hear of a pause. */
    private boolean select(long millis) throws IOException {
        boolean later = retry || deaf || !undecided.isEmpty();
        selector.select(ready, later ? RETRY_MILLIS : millis);
        idle = false;
        if (later) {
            listenAgain();
            suspects.addAll(undecided);
            undecided.clear();
            if (retry) {
                retry = false;
                tellWritable();
            }
        }
        if (Thread.currentThread() == thread) {
            // A listener may leave the thread interrupted; then every selection would return at once.
            Thread.interrupted();
        }
        for (Address suspect = suspects.poll(); suspect != null; suspect = suspects.poll()) {
            examine(suspect);
        }
        boolean pause = delivered;
        delivered = false;
        return pause;
    }

    /** A guest has the turn or has had it just now: it will most likely want it again, so the I/O thread waits a little. */
    private void makeWay() {
        while (!closed.get() && (guest.get() || (isLeased() && !isContended()))) {
            LockSupport.parkNanos(this, LEASE_NANOS);
        }
    }

    private boolean isLeased() {
        return System.nanoTime() - guestLeft < LEASE_NANOS;
    }

    private boolean isContended() {
        return System.nanoTime() - contended < CONTENDED_NANOS;
    }

    /**
     * {@inheritDoc}
     *
     * <p>One guest at a time, and only where the I/O thread has nothing to do: several who wait are served best by it.
     */
    @Override
    public boolean receive(BooleanSupplier enough, long nanos) {
        if (closed.get() || Thread.currentThread().isInterrupted() || isContended() || !(idle || away || isLeased())) {
            return false;
        }
        if (!guest.compareAndSet(false, true)) {
            contended = System.nanoTime();
            return false;
        }
        try {
            if (!turn.tryLock()) {
                selector.wakeup();
                if (!turn.tryLock(LEASE_NANOS, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
            try {
                long until = System.nanoTime() + nanos;
                while (!enough.getAsBoolean()
                        && !closed.get()
                        && System.nanoTime() < until
                        && !Thread.currentThread().isInterrupted()) {
                    if (select(GUEST_MILLIS)) {
                        tellPause();
                    }
                }
            } finally {
                guestLeft = System.nanoTime();
                turn.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            end(e);
        } finally {
            guest.set(false);
            if (isContended()) {
                LockSupport.unpark(thread);
            }
        }
        return enough.getAsBoolean();
    }

    private void ready(SelectionKey key) {
        if (!closed.get() && key.isValid()) {
            ((Ready) key.attachment()).ready(key);
        }
    }

    /** A listener that throws has a bug of its own; the link goes on. */
    private void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            listenerFailed(e);
        }
    }

    private void listenerFailed(RuntimeException e) {
        LOG.log(Level.ERROR, "The listener of link " + local + " failed", e);
    }

    private void tellPause() {
        try {
            listener.onPause();
        } catch (RuntimeException e) {
            listenerFailed(e);
        }
    }

    private void tellWritable() {
        if (!closed.get()) {
            tell(listener::onWritable);
        }
    }

    @Override
    public void deliver(Address from, Credentials credentials, ByteBuffer frame) {
        if (closed.get()) {
            return;
        }
        delivered = true;
        try {
            listener.onFrame(from, credentials, frame);
        } catch (RuntimeException e) {
            listenerFailed(e);
        }
    }

    /** A connection to a peer has room, or has ended; nothing ever arrives on it. */
    private void ready(Outbound outbound, SelectionKey key) {
        try {
            if (key.isWritable() && outbound.writable()) {
                tellWritable();
            }
            if (key.isValid() && key.isReadable()) {
                lost(outbound);
            }
        } catch (IOException e) {
            lost(outbound);
        }
    }

    private void accept() {
        try {
            for (SocketChannel channel = acceptor.accept(); channel != null; channel = acceptor.accept()) {
                Inbound inbound = new Inbound(channel, MTU, this);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, (Ready) key -> read(inbound));
                strangers.add(inbound);
            }
        } catch (IOException e) {
            // Closed, or out of descriptors: then the peer waits in the backlog, and the event would come at once
            // again.
            LOG.log(Level.DEBUG, "Link {0} cannot accept a connection now: {1}", local, e);
            deaf = true;
            SelectionKey key = acceptor.keyFor(selector);
            if (key.isValid()) {
                key.interestOps(0);
            }
        }
    }

    private void listenAgain() {
        SelectionKey key = acceptor.keyFor(selector);
        if (deaf && key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
        deaf = false;
    }

    private void read(Inbound inbound) {
        boolean more = false;
        try {
            more = inbound.read();
        } catch (BrokenStreamException e) {
            complaints.note("Link " + local, inbound.toString(), e);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "Link {0}: the connection from {1} broke: {2}", local, inbound, e);
        }
        if (!more) {
            closeQuietly(inbound.channel());
            strangers.remove(inbound);
            if (inbound.from() != null && inbounds.remove(inbound.from(), inbound)) {
                suspects.add(inbound.from());
            }
        }
    }

    @Override
    public Credentials meet(Inbound stranger, Address from) throws IOException {
        Credentials credentials = vouching ? vouched(stranger.channel(), from) : Credentials.NONE;
        if (from.equals(local)) {
            throw new BrokenStreamException(Cause.FORGED, "it claims to be this link itself");
        }
        if (inbounds.putIfAbsent(from, stranger) != null) {
            throw new BrokenStreamException(Cause.TWICE, "it claims to be " + from + ", who is connected already");
        }
        strangers.remove(stranger);
        met.add(from);
        return credentials;
    }

    /** Whoever claims an address must own its socket. */
    private Credentials vouched(SocketChannel channel, Address from) throws IOException {
        Credentials credentials;
        try {
            credentials = PeerUser.owning(channel, directory.socket(from));
        } catch (NoSuchFileException e) {
            // It may have closed since; only the owner of the directory can remove a socket, so it must be that one.
            credentials = PeerUser.owning(channel, directory.path());
        }
        if (credentials == null) {
            throw new BrokenStreamException(
                    Cause.FORGED, "it claims to be " + from + ", whose socket belongs to another user");
        }
        return credentials;
    }

    /** Hears what those have to say who connected just now: a peer may have sent something and gone at once. */
    private void meetStrangers() {
        accept();
        if (!strangers.isEmpty()) {
            List.copyOf(strangers).forEach(this::read);
        }
    }

    /** Finds out whether a peer is gone, and if so tells the listener, after all that the peer has sent. */
    private void examine(Address peer) {
        meetStrangers();
        if (!met.contains(peer) && !outbounds.containsKey(peer)) {
            // More than one of its connections ended, and it has been told.
            return;
        }
        if (inbounds.containsKey(peer)) {
            // Its end leads back here.
            return;
        }
        synchronized (connecting) {
            Outbound outbound = outbounds.get(peer);
            if ((outbound != null && !outbound.isBroken()) || isProbed(peer)) {
                // Likewise.
                return;
            }
        }
        // Whoever listened when an end was seen and connected since has been heard by now or is heard here.
        meetStrangers();
        if (!inbounds.containsKey(peer) && !closed.get()) {
            outbounds.remove(peer);
            met.remove(peer);
            probes.remove(peer);
            tell(() -> listener.onGone(peer));
        }
    }

    /**
     * Holds a connection to a peer for nothing but its end. A process that is being killed may still take one, but ends
     * it; then the next is refused.
     *
     * @return false if nothing listens there any more
     */
    private boolean isProbed(Address peer) {
        int attempts = probes.getOrDefault(peer, 0);
        if (attempts == HELD) {
            return true;
        }
        if (attempts == MOST_PROBES) {
            LOG.log(Level.WARNING, "Link {0}: {1} takes connections and ends them; is it a link?", local, peer);
            return true;
        }
        SocketChannel channel = null;
        try {
            channel = dial(peer);
            channel.register(selector, SelectionKey.OP_READ, (Ready) key -> {
                closeQuietly(key.channel());
                probes.put(peer, attempts + 1);
                suspects.add(peer);
            });
            probes.put(peer, HELD);
            return true;
        } catch (NoOneThereException e) {
            return false;
        } catch (IOException e) {
            closeQuietly(channel);
            undecided.add(peer);
            return true;
        }
    }
}
