package headway.transport.afbus;

import headway.sys.Afbus;
import headway.sys.Afbus.BusStats;
import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.NativeSocket;
import headway.sys.OffHeap;
import headway.sys.Turn;
import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * One link: an AF_BUS socket, and one thread that receives, calls the listener, and sends what had to wait.
 *
 * <p>That a peer is gone the kernel says, after all it has sent. Only what did not fit in our queue we must find out, once we
 * are told that something is missing.
 */
final class AfbusLink implements Link, Incoming.Host, Turn.Round {

    /** The largest frame. The kernel takes more; above this it wants pages that lie together, which may be hard to get. */
    static final int MTU = 64 * 1024;

    /** How often it is found out at most who is there, however much is lost. */
    private static final long CENSUS_NANOS = 100_000_000;

    private static final Logger LOG = System.getLogger(AfbusLink.class.getPackageName());

    /** Told once when a link is closed or ends by itself. */
    interface End {

        /**
         * A link has ended.
         *
         * @param moduleLeaves whether that is because the module is about to be unloaded
         */
        void ended(AfbusLink link, boolean moduleLeaves);
    }

    private final Address local;
    private final NativeSocket socket;
    private final LinkListener listener;
    private final End onEnd;
    private final Peers peers = new Peers();
    private final Complaints complaints = new Complaints();
    private final Outgoing outgoing;
    private final Incoming incoming;
    private final Thread thread;
    private final Turn turn;
    private final Object ending = new Object();
    private volatile boolean closed;
    /** Why the link ended by itself; set before {@link #closed}. */
    private volatile Exception cause;

    private volatile boolean moduleLeaves;
    private final AtomicLong lost = new AtomicLong();

    // Belongs to whoever has the turn.
    private boolean mustLook;
    /** Frames were passed on and the listener was not told that these were all. */
    private boolean delivered;

    private long nextLook = System.nanoTime();
    /** Peers that were not there any more when we looked; they are gone when so many messages have been taken in. */
    private final List<Peer> missing = new ArrayList<>();

    private long missingUntil;

    /** A link over a socket that is a member of the bus; it works when {@link #start} has returned. */
    AfbusLink(Address local, int family, NativeSocket socket, LinkListener listener, End onEnd) {
        this.local = local;
        this.socket = socket;
        this.listener = listener;
        this.onEnd = onEnd;
        outgoing = new Outgoing(socket, family, peers);
        incoming = new Incoming(socket, local, peers, complaints, this);
        thread = new Thread(this::run, "headway afbus " + local);
        thread.setDaemon(true);
        turn = new Turn(this, thread);
    }

    /** Begins to receive. */
    AfbusLink start() {
        thread.start();
        return this;
    }

    @Override
    public Address local() {
        return local;
    }

    @Override
    public int mtu() {
        return MTU;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isOver() {
        return closed;
    }

    Complaints complaints() {
        return complaints;
    }

    /** How many messages, to groups and of the kernel, did not fit in this link's queue. */
    long lost() {
        return lost.get();
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = new TreeMap<>();
        all.put("messages missed", lost.get());
        all.put("frames held back", outgoing.held());
        try {
            all.put("receivers left out", outgoing.skipped());
        } catch (ErrnoException e) {
            LOG.log(Level.DEBUG, "{0} cannot ask the kernel: {1}", this, e.getMessage());
        }
        complaints.counts().forEach((refusal, count) -> all.put("refused " + refusal.label(), count));
        return all;
    }

    @Override
    public String toString() {
        return "Link " + local;
    }

    // ---- Sending: the owner's thread.

    @Override
    public SendResult send(Address to, ByteBuffer frame) {
        int length = frame.remaining();
        if (length == 0 || length > MTU) {
            throw new IllegalArgumentException("A frame has 1 to " + MTU + " bytes, not " + length);
        }
        if (closed) {
            return SendResult.CLOSED;
        }
        SendResult result;
        try {
            if (!to.isGroup()) {
                result = sendTo(to, frame);
            } else if (to.equals(Address.EVERYONE)) {
                result = outgoing.sendToEveryone(frame);
            } else {
                result = outgoing.sendToGroup(to, frame);
            }
        } catch (IOException e) {
            end(e);
            return SendResult.CLOSED;
        }
        return closed ? SendResult.CLOSED : result;
    }

    private SendResult sendTo(Address to, ByteBuffer frame) throws IOException {
        Peer peer = peers.get(to.value());
        if (peer != null) {
            return outgoing.send(peer, frame);
        }
        // 0 and 1 are the kernel's and the master's, whom we do not know.
        if (to.value() <= Afbus.BUS_ADDR_MASTER || to.equals(local)) {
            return SendResult.UNREACHABLE;
        }
        return outgoing.sendFirst(to, frame);
    }

    @Override
    public void flush() {
        try {
            outgoing.flush();
        } catch (IOException e) {
            end(e);
        }
    }

    @Override
    public void join(Address group) {
        change(group, Afbus.BUS_JOIN, Errno.EALREADY);
    }

    /** {@inheritDoc} What was sent before is delivered still. */
    @Override
    public void leave(Address group) {
        change(group, Afbus.BUS_LEAVE, Errno.ENOENT);
    }

    private void change(Address group, int option, int alreadySo) {
        if (!group.isGroup()) {
            throw new UnsupportedOperationException(group + " is not a group");
        }
        if (group.equals(Address.EVERYONE)) {
            return;
        }
        OffHeap value = OffHeap.allocate(Long.BYTES);
        value.bytes().putLong(0, group.value());
        try {
            socket.option(Afbus.SOL_BUS, option, value, Long.BYTES);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ESHUTDOWN || closed) {
                // Whoever receives will say so, after all that has come.
                return;
            }
            if (e.errno() != alreadySo) {
                end(e);
            }
        }
    }

    // ---- The end: any thread.

    @Override
    public void close() {
        end(null);
    }

    /** Ends the link; with a cause, its listener is told. The others are told by the kernel. */
    void end(Exception why) {
        synchronized (ending) {
            if (closed) {
                return;
            }
            cause = why;
            closed = true;
        }
        try {
            outgoing.finish();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} ends before all was sent: {1}", this, e.getMessage());
        }
        socket.close();
        turn.hurry();
        onEnd.ended(this, moduleLeaves);
    }

    @Override
    public void failed(Exception why) {
        end(why);
    }

    @Override
    public void moduleLeaves() {
        moduleLeaves = true;
        end(new IOException(KernelModule.LEAVES));
    }

    // ---- Receiving: whoever has the turn.

    @Override
    public boolean receive(BooleanSupplier enough, long nanos) {
        return turn.asGuest(enough, nanos);
    }

    @Override
    public void wake() {
        socket.wake();
    }

    private void run() {
        try {
            turn.run();
        } catch (IOException | RuntimeException e) {
            end(e);
        } catch (Error e) {
            end(new IllegalStateException("The thread of link " + local + " cannot go on", e));
            throw e;
        } finally {
            turn.alone(() -> {
                if (delivered) {
                    pause();
                }
                if (cause != null) {
                    tell(() -> listener.onClosed(cause));
                }
            });
        }
    }

    @Override
    public boolean once(int millis) throws IOException {
        int ready = socket.await(patience(millis));
        turn.busy();
        if (ready > 0) {
            incoming.receive();
        }
        if (outgoing.isBusy() && outgoing.tick()) {
            tell(listener::onWritable);
        }
        if (mustLook && System.nanoTime() - nextLook >= 0) {
            lookAround();
        }
        if (!missing.isEmpty() && incoming.taken() >= missingUntil) {
            List.copyOf(missing).forEach(this::forget);
            missing.clear();
        }
        boolean pause = delivered;
        delivered = false;
        return pause;
    }

    /** How long to wait, so that nothing that is due is missed. */
    private int patience(int millis) {
        long least = millis < 0 ? Integer.MAX_VALUE : millis;
        if (mustLook) {
            least = Math.min(least, Math.max(0, nextLook - System.nanoTime()) / 1_000_000 + 1);
        }
        if (outgoing.isBusy()) {
            least = Math.min(least, Outgoing.RETRY_MILLIS);
        }
        return least == Integer.MAX_VALUE ? -1 : (int) least;
    }

    /** Sees which peers are still there, after messages were lost. */
    private void lookAround() throws ErrnoException {
        nextLook = System.nanoTime() + CENSUS_NANOS;
        Set<Long> present;
        try {
            present = Census.take();
        } catch (IOException e) {
            // Out of descriptors: that passes.
            LOG.log(Level.DEBUG, "{0} cannot take the census now: {1}", this, e.getMessage());
            return;
        }
        mustLook = false;
        missing.clear();
        for (Peer peer : peers.all()) {
            if (!present.contains(peer.address().value())) {
                missing.add(peer);
            }
        }
        if (!missing.isEmpty()) {
            // Whatever they have sent is in our queue by now.
            OffHeap stats = OffHeap.allocate(BusStats.SIZEOF);
            socket.readOption(Afbus.SOL_BUS, Afbus.BUS_STATS, stats, BusStats.SIZEOF);
            missingUntil = incoming.taken() + stats.bytes().getLong(BusStats.QUEUED);
        }
    }

    // ---- What the listener is told

    /** A listener that throws has a bug of its own; the link goes on. */
    private void tell(Runnable event) {
        if (closed && cause == null) {
            return;
        }
        try {
            event.run();
        } catch (RuntimeException e) {
            listenerFailed(e);
        }
    }

    private void listenerFailed(RuntimeException e) {
        LOG.log(Level.ERROR, "The listener of link " + local + " failed", e);
    }

    @Override
    public void deliver(Peer from, Credentials credentials, ByteBuffer frame) {
        delivered = true;
        try {
            listener.onFrame(from.address(), credentials, frame);
        } catch (RuntimeException e) {
            listenerFailed(e);
        }
    }

    @Override
    public void pause() {
        try {
            listener.onPause();
        } catch (RuntimeException e) {
            listenerFailed(e);
        }
    }

    @Override
    public void gone(long address) {
        Peer peer = outgoing.gone(address);
        if (peer != null) {
            tell(() -> listener.onGone(peer.address()));
        }
    }

    private void forget(Peer peer) {
        gone(peer.address().value());
    }

    @Override
    public void room(long address) throws ErrnoException {
        outgoing.room(address);
    }

    @Override
    public void missed(long messages) {
        // One of them may have said that somebody is gone, or has room.
        mustLook = true;
        outgoing.tryAll();
        if (lost.getAndAdd(messages) == 0) {
            LOG.log(
                    Level.DEBUG,
                    "{0} has no room for all that is sent to its groups and told by the kernel; this is only said once",
                    this);
        }
    }
}
