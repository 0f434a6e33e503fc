package headway.transport.netlink;

import headway.sys.Errno;
import headway.sys.NativeSocket;
import headway.sys.Turn;
import headway.transport.Address;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * One link: a netlink socket with a port of its own, and one thread that receives, calls the listener, and sends what had to
 * wait.
 *
 * <p>That a peer is gone is known from its goodbye, from its process's end, from a port where nobody is, or from the census.
 * All it sent is in this socket's queue by then, so a note to ourselves, sent when we know, arrives after it: then the
 * listener is told.
 */
final class NetlinkLink implements Link, Incoming.Host, Outgoing.Host, Turn.Round {

    /** The largest frame; it fits one datagram where the kernel's limits are the usual ones. */
    static final int MTU = 64 * 1024;

    /** When a receiver has no room no event tells when it has again. */
    private static final int RETRY_MILLIS = 1;

    /**
     * After something has arrived the next is waited for in the socket itself, which takes one system call less. So long at
     * most, and so often at least it is looked at what else there is to wait for.
     */
    static final int LISTEN_MILLIS = 4;

    private static final long LISTEN_NANOS = LISTEN_MILLIS * 1_000_000L;

    /** How often the census is taken: the last resort to learn that somebody is gone. */
    private static final long CENSUS_NANOS = 1_000_000_000;

    private static final Logger LOG = System.getLogger(NetlinkLink.class.getPackageName());

    private final Address local;
    private final Ports ports;
    private final NativeSocket socket;
    private final LinkListener listener;
    private final boolean mayJoin;
    private final Consumer<NetlinkLink> onEnd;
    private final Peers peers = new Peers();
    private final Complaints complaints = new Complaints();
    private final Groups groups;
    private final Outgoing outgoing;
    private final Incoming incoming;
    private final Deaths deaths;
    private final Master master;
    private final Thread thread;
    private final Turn turn;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Held by whoever ends the link. */
    private final Object ending = new Object();
    /** Why the link ended by itself; set before {@link #closed}. */
    private volatile Exception cause;

    /** Peers that are not there any more; whoever has the turn sees to it. */
    private final Queue<Peer> suspects = new ConcurrentLinkedQueue<>();

    /** What to do when the notes that were sent have arrived, and how many could not be sent yet. Guarded by itself. */
    private final Queue<Runnable> notes = new ArrayDeque<>();

    private int unsentNotes;

    private final AtomicLong overruns = new AtomicLong();

    /** When the kernel's groups were last seen to have a member other than us. The sending thread's own. */
    private final long[] inhabited = new long[33];

    /** Whoever has the turn waits in the socket, where only what arrives wakes it. */
    private volatile boolean listens;
    /** Somebody called {@link #wake} since it was last looked. */
    private volatile boolean woken;

    // Belongs to whoever has the turn.
    /** Something arrived the last time. */
    private boolean lively;
    /** When it was last looked at all there is to wait for. */
    private long looked;

    /** Frames were passed on and the listener was not told that these were all. */
    private boolean delivered;

    private long nextCensus = System.nanoTime() + CENSUS_NANOS;

    /**
     * A link over a socket that is bound; it works when {@link #start} has returned.
     *
     * @param isHeard from which users it takes anything
     * @param mayJoin whether this process may become a member of the kernel's groups
     * @param pieceBytes how much of a frame one datagram carries; at least 4096
     * @param onEnd told once, when the link is closed or ends by itself
     */
    NetlinkLink(
            Address local,
            Ports ports,
            NativeSocket socket,
            LinkListener listener,
            LongPredicate isHeard,
            boolean mayJoin,
            int pieceBytes,
            Consumer<NetlinkLink> onEnd) {
        this.local = local;
        this.ports = ports;
        this.socket = socket;
        this.listener = listener;
        this.mayJoin = mayJoin;
        this.onEnd = onEnd;
        master = new Master(ports);
        groups = new Groups(socket, ports);
        outgoing = new Outgoing(
                socket, local, ports, peers, pieceBytes, Math.min(pieceBytes, NetlinkTransport.MOST_TO_GROUP), this);
        incoming = new Incoming(socket, local, ports, peers, groups, isHeard, complaints, this);
        deaths = new Deaths(socket);
        thread = new Thread(this::run, "headway-netlink-" + local);
        thread.setDaemon(true);
        turn = new Turn(this, thread);
    }

    /** Begins to receive. */
    NetlinkLink start() {
        seizeMaster();
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
        return closed.get();
    }

    @Override
    public boolean isOver() {
        return closed.get();
    }

    Complaints complaints() {
        return complaints;
    }

    /** How often the kernel dropped what was sent to a group, for want of room here. */
    long overruns() {
        return overruns.get();
    }

    @Override
    public String toString() {
        return "Link " + local;
    }

    /** {@inheritDoc} */
    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = new TreeMap<>();
        all.put("master", master.isHeld() ? 1L : 0L);
        all.put("overruns", overruns.get());
        all.put("frames split", outgoing.split());
        all.put("frames joined", incoming.joined());
        all.put("datagrams held back", outgoing.held());
        complaints.counts().forEach((refusal, count) -> all.put("refused " + refusal.label(), count));
        return all;
    }

    // ---- Sending: the owner's thread.

    @Override
    public SendResult send(Address to, ByteBuffer frame) {
        int length = frame.remaining();
        if (length == 0 || length > MTU) {
            throw new IllegalArgumentException("A frame has 1 to " + MTU + " bytes, not " + length);
        }
        if (closed.get()) {
            return SendResult.CLOSED;
        }
        SendResult result;
        try {
            if (!to.isGroup()) {
                result = sendTo(to, frame);
            } else if (to.equals(Address.EVERYONE)) {
                result = sendToEveryone(frame);
            } else {
                result = sendToGroup(to, frame);
            }
        } catch (IOException e) {
            end(e);
            return SendResult.CLOSED;
        }
        return closed.get() ? SendResult.CLOSED : result;
    }

    private SendResult sendTo(Address to, ByteBuffer frame) throws IOException {
        Peer peer = peers.get(to.value());
        if (peer != null) {
            return outgoing.send(peer, to, frame);
        }
        if (!ports.isOurs(to.value()) || to.equals(local) || peers.isGone(to)) {
            return SendResult.UNREACHABLE;
        }
        return outgoing.sendFirst(to, frame);
    }

    /** One to each, not to a kernel's group: so it is known who has no room, and whoever may not join is reached too. */
    private SendResult sendToEveryone(ByteBuffer frame) throws IOException {
        int position = frame.position();
        int limit = frame.limit();
        boolean sent = false;
        boolean full = false;
        for (Census.Entry each : others()) {
            frame.limit(limit).position(position);
            Peer peer = peers.atPort(each.port());
            SendResult result = peer == null || peer.dying
                    ? outgoing.sendToPort(each.port(), frame)
                    : outgoing.send(peer, Address.EVERYONE, frame);
            sent |= result == SendResult.SENT;
            full |= result == SendResult.FULL;
        }
        return full ? SendResult.FULL : sent ? SendResult.SENT : SendResult.UNREACHABLE;
    }

    private List<Census.Entry> others() throws IOException {
        List<Census.Entry> all = Census.take(ports);
        all.removeIf(each -> each.port() == Ports.of(local));
        return all;
    }

    private SendResult sendToGroup(Address group, ByteBuffer frame) throws IOException {
        if (!mayJoin) {
            return SendResult.UNREACHABLE;
        }
        int kernelGroup = ports.kernelGroup(group.value());
        return isInhabited(kernelGroup) ? outgoing.sendToGroup(kernelGroup, group, frame) : SendResult.UNREACHABLE;
    }

    /** Whether somebody else is in a kernel's group; or was a moment ago, for it takes a while to find out. */
    private boolean isInhabited(int kernelGroup) throws IOException {
        long now = System.nanoTime();
        if (inhabited[kernelGroup] != 0 && now - inhabited[kernelGroup] < CENSUS_NANOS) {
            return true;
        }
        for (Census.Entry each : others()) {
            if ((each.groups() & Ports.mask(kernelGroup)) != 0) {
                inhabited[kernelGroup] = now;
                return true;
            }
        }
        return false;
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
        if (isRealGroup(group)) {
            try {
                groups.join(group.value());
            } catch (IOException e) {
                end(e);
            }
        }
    }

    /** {@inheritDoc} What was sent before is delivered still: the membership ends when a note to ourselves has come. */
    @Override
    public void leave(Address group) {
        if (isRealGroup(group)) {
            long membership = groups.membership(group.value());
            note(() -> {
                try {
                    groups.leave(group.value(), membership);
                } catch (IOException e) {
                    end(e);
                }
            });
        }
    }

    private boolean isRealGroup(Address group) {
        if (group.equals(Address.EVERYONE)) {
            return false;
        }
        if (!mayJoin || !group.isGroup()) {
            throw new UnsupportedOperationException(
                    mayJoin
                            ? group + " is not a group"
                            : "Without the privilege CAP_NET_ADMIN netlink has no groups; " + group + " is one");
        }
        return true;
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
        // Who hears the goodbye may take it.
        master.close();
        try {
            outgoing.sayBye();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} ends without a goodbye: {1}", this, e.getMessage());
        }
        if (listens) {
            nudge();
        }
        socket.close();
        turn.hurry();
        onEnd.accept(this);
    }

    @Override
    public void failed(Exception why) {
        end(why);
    }

    // ---- Receiving: whoever has the turn.

    @Override
    public boolean receive(BooleanSupplier enough, long nanos) {
        return turn.asGuest(enough, nanos);
    }

    @Override
    public void wake() {
        woken = true;
        socket.wake();
        if (listens) {
            nudge();
        }
    }

    /** Lets something arrive here: nothing else wakes who waits in the socket. Where it has no room nobody waits. */
    private void nudge() {
        try {
            outgoing.nudge();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} cannot write to itself: {1}", this, e.getMessage());
        }
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
                deaths.close();
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
        int patience = patience(millis);
        boolean mayListen = patience < 0 || patience >= LISTEN_MILLIS;
        boolean listening = lively && mayListen && System.nanoTime() - looked < LISTEN_NANOS;
        lively = listening ? listen() : look(patience);
        if (outgoing.isBusy() && outgoing.tick()) {
            tell(listener::onWritable);
        }
        if (takesCensus() && System.nanoTime() - nextCensus >= 0) {
            lookAround();
        }
        for (Peer suspect = suspects.poll(); suspect != null; suspect = suspects.poll()) {
            Peer peer = suspect;
            outgoing.stop(peer);
            note(() -> gone(peer));
        }
        sendNotes();
        boolean pause = delivered;
        delivered = false;
        return pause;
    }

    /** Waits for what arrives and for nothing else; says whether something did. */
    private boolean listen() throws IOException {
        listens = true;
        try {
            // Whoever calls wake after this sees that we listen.
            return !woken && !closed.get() && incoming.receive(true);
        } finally {
            listens = false;
        }
    }

    /** Waits for all there is to wait for; says whether something has arrived. */
    private boolean look(int millis) throws IOException {
        woken = false;
        int ready = socket.await(millis);
        looked = System.nanoTime();
        turn.busy();
        boolean arrived = false;
        for (int i = 0; i < ready; i++) {
            if (socket.tag(i) == NativeSocket.SELF) {
                arrived = true;
            } else {
                suspects.addAll(deaths.ended(socket.tag(i)));
            }
        }
        return arrived && incoming.receive(false);
    }

    @Override
    public void awake() {
        listens = false;
        turn.busy();
    }

    /** How long to wait, so that nothing that is due is missed. */
    private int patience(int millis) {
        long least = millis < 0 ? Integer.MAX_VALUE : millis;
        if (takesCensus()) {
            least = Math.min(least, Math.max(0, nextCensus - System.nanoTime()) / 1_000_000 + 1);
        }
        if (outgoing.isBusy() || hasUnsentNotes()) {
            least = Math.min(least, RETRY_MILLIS);
        }
        return least == Integer.MAX_VALUE ? -1 : (int) least;
    }

    /** Whether somebody may go and we would have to find out. */
    private boolean takesCensus() {
        return !peers.isEmpty() || !master.isHeld();
    }

    /** Takes the master port if it is free. */
    private void seizeMaster() {
        try {
            if (!closed.get()) {
                master.seize();
            }
        } catch (IOException e) {
            // Out of descriptors, perhaps; nothing depends on it.
            LOG.log(Level.DEBUG, "{0} cannot take the master port now: {1}", this, e.getMessage());
        }
    }

    /** Sees whether all peers are still there, and the master. */
    private void lookAround() throws IOException {
        nextCensus = System.nanoTime() + CENSUS_NANOS;
        seizeMaster();
        Map<Integer, Census.Entry> present = new HashMap<>();
        try {
            Census.take(ports).forEach(each -> present.put(each.port(), each));
        } catch (IOException e) {
            // Out of descriptors: that passes.
            LOG.log(Level.DEBUG, "{0} cannot take the census now: {1}", this, e.getMessage());
            return;
        }
        for (Peer peer : peers.all()) {
            Census.Entry entry = present.get(peer.port());
            if (entry == null) {
                if (outgoing.isDeserted(peer)) {
                    suspect(peer);
                }
            } else if (peer.inode == 0) {
                peer.inode = entry.inode();
            } else if (peer.inode != entry.inode()) {
                suspect(peer);
            }
        }
    }

    private void suspect(Peer peer) {
        suspects.add(peer);
        wake();
    }

    @Override
    public void refused(Peer peer) {
        suspect(peer);
    }

    // ---- Notes to ourselves

    /** Does something when all that has been received by now has been taken in. */
    private void note(Runnable then) {
        synchronized (notes) {
            notes.add(then);
            unsentNotes++;
        }
        sendNotes();
    }

    private boolean hasUnsentNotes() {
        synchronized (notes) {
            return unsentNotes > 0;
        }
    }

    private void sendNotes() {
        synchronized (notes) {
            try {
                while (unsentNotes > 0 && outgoing.note()) {
                    unsentNotes--;
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "{0} cannot write to itself: {1}", this, e.getMessage());
            }
        }
    }

    @Override
    public void noted() {
        Runnable then;
        synchronized (notes) {
            then = notes.poll();
        }
        if (then != null) {
            then.run();
        }
    }

    // ---- What the listener is told

    /** A listener that throws has a bug of its own; the link goes on. */
    private void tell(Runnable event) {
        if (closed.get() && cause == null) {
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
    public void deliver(Peer from, ByteBuffer frame) {
        delivered = true;
        try {
            listener.onFrame(from.address(), from.credentials, frame);
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
    public void identified(Peer peer) {
        if (!deaths.watch(peer)) {
            suspect(peer);
        }
    }

    @Override
    public void gone(Peer peer) {
        if (peers.remove(peer)) {
            outgoing.stop(peer);
            deaths.forget(peer);
            seizeMaster();
            tell(() -> listener.onGone(peer.address()));
        }
    }

    @Override
    public void overrun() {
        if (overruns.incrementAndGet() == 1) {
            LOG.log(
                    Level.WARNING,
                    "{0} had no room for all that was sent to its groups ({1}); the newest were dropped",
                    this,
                    Errno.name(Errno.ENOBUFS));
        }
    }
}
