package headway.transport.afbus;

import headway.sys.Afbus;
import headway.sys.Afbus.BusStats;
import headway.sys.Afbus.SockaddrBus;
import headway.sys.Backlog;
import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.Messages;
import headway.sys.NativeSocket;
import headway.sys.OffHeap;
import headway.transport.Address;
import headway.transport.SendResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a link sends.
 *
 * <p>Frames gather in a batch until {@link #flush}, and leave with one call in the order given, whoever they are for. A peer
 * without room gets a backlog, which leaves when the kernel says that there is room; while it has one, everything for it goes
 * there, so that order holds, and when the backlog is full, so is the peer. A member of a group without room is left out.
 *
 * <p>The sending thread and the one that receives meet here; the monitor guards all state. Nothing blocks.
 */
final class Outgoing {

    /** Where the kernel says nothing, what waits is tried so often. */
    static final int RETRY_MILLIS = 5;

    private static final long RETRY_NANOS = RETRY_MILLIS * 1_000_000L;

    /** So many frames leave with one call at most. */
    private static final int MOST = 32;

    /** So many bytes; two large frames, or many small ones. */
    private static final int BATCH_BYTES = 2 * AfbusLink.MTU;

    private static final int BACKLOG_BYTES = BATCH_BYTES + MOST * Integer.BYTES;

    /** So long nobody asks whether there is still somebody in a group. */
    private static final long INHABITED_NANOS = 1_000_000_000;

    /** So many groups are known as inhabited at most. */
    private static final int MOST_GROUPS = 4096;

    private final NativeSocket socket;
    private final int family;
    private final Peers peers;
    private final Map<Address, Destination> groups = new HashMap<>();

    private final Messages batch;
    private final Destination[] to = new Destination[MOST];
    private final int[] at = new int[MOST];
    private final int[] length = new int[MOST];
    private int count;
    private int used;

    /** For what does not go to a destination known already. */
    private final Messages single;

    private final Messages draining;
    private final OffHeap stats = OffHeap.allocate(BusStats.SIZEOF);

    /** The destinations with a backlog. */
    private final List<Destination> waiting = new ArrayList<>();

    /** How many frames had to wait for room. */
    private long held;

    private long tried = System.nanoTime();
    /** Something that waited has left since the last tick. */
    private boolean progress;
    /** Somebody was told FULL because of a backlog. */
    private boolean owed;
    /** Somebody was told FULL, and the kernel may not say when there is room: try again soon. */
    private boolean retry;
    /** The module is about to be unloaded; whoever receives will find that out. */
    private boolean over;

    Outgoing(NativeSocket socket, int family, Peers peers) {
        this.socket = socket;
        this.family = family;
        this.peers = peers;
        batch = new Messages(MOST, Afbus.BUS_SOCKADDR_SHORT, 0, BATCH_BYTES);
        single = new Messages(1, Afbus.BUS_SOCKADDR_SHORT, 0, AfbusLink.MTU);
        draining = new Messages(MOST, Afbus.BUS_SOCKADDR_SHORT, 0, 0);
    }

    /** Says whom a message is for, and what it means if there is no room. */
    static void address(Messages messages, int i, int family, long address, int policy) {
        int name = messages.name(i);
        messages.headers()
                .putShort(name + SockaddrBus.SBUS_FAMILY, (short) family)
                .putInt(name + SockaddrBus.SBUS_FLAGS, policy)
                .putLong(name + SockaddrBus.SBUS_ADDR, address);
    }

    // ---- To destinations that are known

    /** Sends a frame to a peer, or lets it wait. */
    synchronized SendResult send(Peer peer, ByteBuffer frame) throws ErrnoException {
        SendResult result = gather(peer, frame);
        peer.reached |= result == SendResult.SENT;
        return result;
    }

    private SendResult gather(Destination destination, ByteBuffer frame) throws ErrnoException {
        int size = frame.remaining();
        if (!destination.isWaiting() && (count == MOST || used + size > BATCH_BYTES)) {
            flushBatch();
        }
        if (over) {
            return SendResult.CLOSED;
        }
        if (destination.deserted) {
            return SendResult.UNREACHABLE;
        }
        if (!destination.isWaiting()) {
            batch.payload().bytes().position(used).put(frame).clear();
            add(destination, size);
        } else if (destination.backlog.hasRoom(1, size)) {
            int where = destination.backlog.append(size);
            destination.backlog.bytes().position(where).put(frame).clear();
            held++;
        } else {
            if (!owed) {
                owed = true;
                // Who receives must look after it from now on.
                socket.wake();
            }
            return SendResult.FULL;
        }
        return SendResult.SENT;
    }

    /** The frame that was just written at the end of the batch belongs to it now. */
    private void add(Destination destination, int size) {
        to[count] = destination;
        at[count] = used;
        length[count] = size;
        batch.place(count, used, size);
        address(batch, count, family, destination.address().value(), destination.policy());
        count++;
        used += size;
    }

    /** Hands over what has gathered, and now and then tries what waits. */
    synchronized void flush() throws ErrnoException {
        flushBatch();
        if (!waiting.isEmpty() && System.nanoTime() - tried > RETRY_NANOS) {
            drainAll();
        }
    }

    private void flushBatch() throws ErrnoException {
        int i = 0;
        while (i < count) {
            Destination destination = to[i];
            if (isSendable(destination)) {
                int end = i + 1;
                while (end < count && isSendable(to[end])) {
                    end++;
                }
                int sent = socket.send(batch, i, end - i);
                if (sent > 0) {
                    i += sent;
                    continue;
                }
                failed(destination, -sent);
            }
            if (!destination.deserted) {
                hold(destination, i);
            }
            i++;
        }
        count = 0;
        used = 0;
    }

    private static boolean isSendable(Destination destination) {
        return !destination.deserted && !destination.isWaiting();
    }

    /** Something was not taken; what that means for its destination. */
    private void failed(Destination destination, int errno) throws ErrnoException {
        switch (errno) {
            case Errno.EHOSTUNREACH -> desert(destination);
            case Errno.EAGAIN, Errno.EBADF -> {
                // The kernel will say when there is room; or this link is closed.
            }
            case Errno.EDQUOT, Errno.ENOBUFS, Errno.ENOMEM -> tryAgainSoon();
            case Errno.ESHUTDOWN -> over = true;
            default -> throw new ErrnoException("sendmmsg", errno);
        }
    }

    private void tryAgainSoon() {
        if (!retry) {
            retry = true;
            socket.wake();
        }
    }

    private void hold(Destination destination, int i) {
        Backlog backlog = destination.backlog(BACKLOG_BYTES);
        if (backlog.isEmpty()) {
            waiting.add(destination);
        }
        held++;
        int where = backlog.append(length[i]);
        backlog.bytes().put(where, batch.payload().bytes(), at[i], length[i]);
    }

    /** Nothing is sent there any more, also not what waits. */
    private void desert(Destination destination) {
        destination.deserted = true;
        destination.backlog = null;
        waiting.remove(destination);
        groups.remove(destination.address(), destination);
    }

    /** Somebody will never send again; says who it was, if a frame went there or came from it. */
    synchronized Peer gone(long address) {
        Peer peer = peers.get(address);
        if (peer == null) {
            return null;
        }
        peers.remove(peer);
        desert(peer);
        return peer.reached || peer.heard ? peer : null;
    }

    // ---- What waits

    /** There is room somewhere: sends what waits there. */
    synchronized void room(long address) throws ErrnoException {
        Peer peer = peers.get(address);
        progress = true;
        if (peer != null && peer.isWaiting()) {
            drain(peer);
        }
    }

    /** There may be room anywhere; the next tick sees. */
    synchronized void tryAll() {
        tried = System.nanoTime() - RETRY_NANOS;
    }

    /** How many frames had to wait for room so far. */
    synchronized long held() {
        return held;
    }

    /** Whether {@link #tick} has something to do. */
    synchronized boolean isBusy() {
        return retry || owed || !waiting.isEmpty();
    }

    /**
     * Tries what waits, now and then.
     *
     * @return whether whoever was told FULL may try again
     */
    synchronized boolean tick() throws ErrnoException {
        boolean due = System.nanoTime() - tried >= RETRY_NANOS;
        if (due) {
            drainAll();
        }
        boolean tell = (retry && (due || progress)) || (owed && (progress || waiting.isEmpty()));
        retry &= !tell;
        owed &= !tell;
        progress = false;
        return tell;
    }

    private void drainAll() throws ErrnoException {
        tried = System.nanoTime();
        for (int i = waiting.size() - 1; i >= 0; i--) {
            drain(waiting.get(i));
        }
    }

    private void drain(Destination destination) throws ErrnoException {
        while (destination.isWaiting()) {
            int many = destination.backlog.point(draining);
            for (int i = 0; i < many; i++) {
                address(draining, i, family, destination.address().value(), destination.policy());
            }
            int sent = socket.send(draining, 0, many);
            if (sent <= 0) {
                failed(destination, -sent);
                progress |= destination.deserted;
                return;
            }
            progress = true;
            destination.backlog.drop(sent);
        }
        waiting.remove(destination);
    }

    /** Sends what can be sent still. */
    synchronized void finish() throws ErrnoException {
        flushBatch();
        drainAll();
    }

    // ---- To whoever is at an address, and to groups

    /** Sends a frame to an address that is not known yet. */
    synchronized SendResult sendFirst(Address address, ByteBuffer frame) throws ErrnoException {
        flushBatch();
        // Known before it is sent: that it is gone may be told at once, and waits for this monitor.
        Peer peer = peers.meet(address);
        SendResult result = sendNow(peer, frame);
        peer.reached |= result == SendResult.SENT;
        if (result == SendResult.UNREACHABLE) {
            peers.forgetUnheard(peer);
        }
        return result;
    }

    /** Sends a frame to a group; nobody in it may have been found out up to a second ago. */
    synchronized SendResult sendToGroup(Address group, ByteBuffer frame) throws ErrnoException {
        Destination known = groups.get(group);
        long now = System.nanoTime();
        if (known != null && (known.isWaiting() || now - known.inhabited < INHABITED_NANOS)) {
            return gather(known, frame);
        }
        flushBatch();
        Destination asked = known != null ? known : new Destination(group, Afbus.BUS_SKIP);
        SendResult result = sendNow(asked, frame);
        if (result == SendResult.SENT) {
            asked.inhabited = now;
            if (groups.size() < MOST_GROUPS) {
                groups.put(group, asked);
            }
        } else if (result == SendResult.UNREACHABLE) {
            groups.remove(group);
        }
        return result;
    }

    /** Sends a frame to all who have room, and says whether somebody had none. */
    synchronized SendResult sendToEveryone(ByteBuffer frame) throws ErrnoException {
        flushBatch();
        long before = skipped();
        SendResult result = sendNow(new Destination(Address.EVERYONE, Afbus.BUS_SKIP), frame);
        if (result == SendResult.SENT && skipped() != before) {
            tryAgainSoon();
            return SendResult.FULL;
        }
        return result;
    }

    /** How often somebody was left out of what this link has sent, for want of room. */
    synchronized long skipped() throws ErrnoException {
        socket.readOption(Afbus.SOL_BUS, Afbus.BUS_STATS, stats, BusStats.SIZEOF);
        return stats.bytes().getLong(BusStats.SKIPPED);
    }

    private SendResult sendNow(Destination destination, ByteBuffer frame) throws ErrnoException {
        int size = frame.remaining();
        single.payload().bytes().put(frame).clear();
        single.place(0, 0, size);
        address(single, 0, family, destination.address().value(), destination.policy());
        int errno = Math.max(0, -socket.send(single, 0, 1));
        return switch (errno) {
            case 0 -> SendResult.SENT;
            case Errno.EHOSTUNREACH -> SendResult.UNREACHABLE;
            case Errno.EAGAIN, Errno.EDQUOT, Errno.ENOBUFS, Errno.ENOMEM -> {
                tryAgainSoon();
                yield SendResult.FULL;
            }
            case Errno.EBADF, Errno.ESHUTDOWN -> SendResult.CLOSED;
            default -> throw new ErrnoException("sendmmsg", errno);
        };
    }
}
