package headway.transport.netlink;

import headway.sys.Backlog;
import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.Messages;
import headway.sys.NativeSocket;
import headway.sys.Netlink.SockaddrNl;
import headway.sys.OffHeap;
import headway.sys.Socket;
import headway.transport.Address;
import headway.transport.SendResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a link sends.
 *
 * <p>Frames to peers gather in a batch until {@link #flush}, and leave with one call. A peer without room gets a backlog,
 * which leaves when there is room; while it has one, everything for it goes there, so that order holds, and when the backlog
 * is full, so is the peer. The kernel does not tell when a receiver has room, so {@link #tick} tries.
 *
 * <p>The sending thread and the one that receives meet here; the monitor guards all state. Nothing blocks.
 */
final class Outgoing {

    /** So many datagrams leave with one call at most. */
    private static final int MOST = 32;

    /** So many bytes; two large frames, or many small ones. */
    private static final int BATCH_BYTES = 2 * (NetlinkLink.MTU + 20 * Datagram.HEADER);

    private static final int BACKLOG_BYTES = BATCH_BYTES + MOST * Integer.BYTES;

    /** Each flush may try backlogs, but not more often than this: a try copies a datagram for nothing. */
    private static final long TRY_NANOS = 100_000;

    /** The link, as what it sends sees it; called under the monitor. */
    interface Host {

        /** A peer is not there any more. */
        void refused(Peer peer);

        /** Something waits for whoever receives to see to it. */
        void wake();
    }

    private final NativeSocket socket;
    private final Address local;
    private final Ports ports;
    private final Peers peers;
    private final int pieceBytes;
    private final int groupPieceBytes;
    private final Host host;

    private final Messages batch = addressed(MOST, BATCH_BYTES);
    private final OffHeap batchMemory = batch.payload();
    private final Peer[] to = new Peer[MOST];
    private final int[] at = new int[MOST];
    private final int[] length = new int[MOST];
    private int count;
    private int used;

    /** For what does not go to a peer: to a port, a group, or this link itself. */
    private final Messages single = addressed(1, Datagram.HEADER + NetlinkLink.MTU);

    private final Messages draining = addressed(MOST, 0);

    /** The peers with a backlog. */
    private final List<Peer> waiting = new ArrayList<>();

    private long tried;
    private long split;
    private long held;
    /** Something that waited has left since the last tick, or was given up. */
    private boolean progress;
    /** Somebody was told FULL because of a backlog. */
    private boolean owed;
    /** Somebody was told FULL and nothing shows when there is room: try again soon. */
    private boolean retry;

    /**
     * @param pieceBytes how much of a frame one datagram to one link carries; at least 4096
     * @param groupPieceBytes how much one to a group carries
     */
    Outgoing(
            NativeSocket socket,
            Address local,
            Ports ports,
            Peers peers,
            int pieceBytes,
            int groupPieceBytes,
            Host host) {
        this.socket = socket;
        this.local = local;
        this.ports = ports;
        this.peers = peers;
        this.pieceBytes = pieceBytes;
        this.groupPieceBytes = groupPieceBytes;
        this.host = host;
    }

    private static Messages addressed(int count, int payloadBytes) {
        Messages messages = new Messages(count, SockaddrNl.SIZEOF, 0, payloadBytes);
        for (int i = 0; i < count; i++) {
            messages.headers().putShort(messages.name(i) + SockaddrNl.NL_FAMILY, (short) Socket.AF_NETLINK);
        }
        return messages;
    }

    // ---- To peers

    /** Sends a frame to a peer, or lets it wait. */
    synchronized SendResult send(Peer peer, Address addressee, ByteBuffer frame) throws ErrnoException {
        return sendRest(peer, addressee, frame, frame.remaining(), 0);
    }

    /** Sends what follows an offset of a frame: all of that or nothing. */
    private SendResult sendRest(Peer peer, Address addressee, ByteBuffer frame, int total, int offset)
            throws ErrnoException {
        int pieces = (frame.remaining() + pieceBytes - 1) / pieceBytes;
        int bytes = frame.remaining() + pieces * Datagram.HEADER;
        if (!peer.isWaiting() && (count + pieces > MOST || used + bytes > BATCH_BYTES)) {
            flushBatch();
        }
        if (peer.dying) {
            return SendResult.UNREACHABLE;
        }
        boolean waits = peer.isWaiting();
        if (waits && !peer.backlog.hasRoom(pieces, bytes)) {
            owed = true;
            return SendResult.FULL;
        }
        split += pieces > 1 && offset == 0 ? 1 : 0;
        held += waits ? pieces : 0;
        int end = frame.limit();
        int done = offset;
        while (frame.position() < end) {
            int piece = Math.min(pieceBytes, end - frame.position());
            frame.limit(frame.position() + piece);
            int size = Datagram.HEADER + piece;
            if (waits) {
                write(peer.backlog.bytes(), peer.backlog.append(size), addressee, frame, total, done);
            } else {
                write(batchMemory.bytes(), used, addressee, frame, total, done);
                add(peer, size);
            }
            done += piece;
            frame.limit(end);
        }
        return SendResult.SENT;
    }

    /** The datagram that was just written at the end of the batch belongs to it now. */
    private void add(Peer peer, int size) {
        to[count] = peer;
        at[count] = used;
        length[count] = size;
        batch.place(count, used, size);
        batch.headers().putInt(batch.name(count) + SockaddrNl.NL_PID, peer.port());
        count++;
        used += size;
    }

    private void write(ByteBuffer out, int where, Address addressee, ByteBuffer piece, int total, int offset) {
        Datagram.write(
                out, where, piece.remaining(), Datagram.FRAME, ports.bus(), local, addressee.value(), total, offset);
        out.position(where + Datagram.HEADER);
        out.put(piece);
        out.clear();
    }

    /** Hands over what has gathered, and now and then tries what waits. */
    synchronized void flush() throws ErrnoException {
        flushBatch();
        if (!waiting.isEmpty() && System.nanoTime() - tried > TRY_NANOS) {
            drainAll();
        }
    }

    private void flushBatch() throws ErrnoException {
        int i = 0;
        while (i < count) {
            Peer peer = to[i];
            if (isSendable(peer)) {
                int end = i + 1;
                while (end < count && isSendable(to[end])) {
                    end++;
                }
                int sent = socket.send(batch, i, end - i);
                if (sent > 0) {
                    i += sent;
                    continue;
                }
                failed(peer, -sent);
            }
            if (!peer.dying) {
                hold(peer, i);
            }
            i++;
        }
        count = 0;
        used = 0;
    }

    private static boolean isSendable(Peer peer) {
        return !peer.dying && !peer.isWaiting();
    }

    /** A datagram to a peer was not taken; what it means for the peer. */
    private void failed(Peer peer, int errno) throws ErrnoException {
        switch (errno) {
            case Errno.ECONNREFUSED -> {
                stop(peer);
                host.refused(peer);
            }
            case Errno.EAGAIN, Errno.ENOBUFS, Errno.ENOMEM, Errno.EBADF -> {
                // No room now, or this link is closed.
            }
            default -> throw new ErrnoException("sendmmsg", errno);
        }
    }

    private void hold(Peer peer, int i) {
        Backlog backlog = peer.backlog(BACKLOG_BYTES);
        if (backlog.isEmpty()) {
            if (waiting.isEmpty()) {
                // Who receives must look after it from now on.
                host.wake();
            }
            waiting.add(peer);
        }
        held++;
        int where = backlog.append(length[i]);
        backlog.bytes().put(where, batchMemory.bytes(), at[i], length[i]);
    }

    /** Nothing is sent to a peer any more, also not what waits. */
    synchronized void stop(Peer peer) {
        peer.dying = true;
        peer.backlog = null;
        waiting.remove(peer);
    }

    /** Sends what waits as far as there is room. */
    private void drainAll() throws ErrnoException {
        tried = System.nanoTime();
        for (int i = waiting.size() - 1; i >= 0; i--) {
            drain(waiting.get(i));
        }
    }

    private void drain(Peer peer) throws ErrnoException {
        while (peer.isWaiting()) {
            int many = peer.backlog.point(draining);
            for (int i = 0; i < many; i++) {
                draining.headers().putInt(draining.name(i) + SockaddrNl.NL_PID, peer.port());
            }
            int sent = socket.send(draining, 0, many);
            if (sent <= 0) {
                failed(peer, -sent);
                progress |= peer.dying;
                return;
            }
            progress = true;
            peer.backlog.drop(sent);
        }
        waiting.remove(peer);
    }

    /** How many frames were too long for one datagram. */
    synchronized long split() {
        return split;
    }

    /** How many datagrams had to wait because their receiver had no room. */
    synchronized long held() {
        return held;
    }

    /** Whether {@link #tick} has something to do. */
    synchronized boolean isBusy() {
        return retry || !waiting.isEmpty() || owed;
    }

    /**
     * Tries what waits.
     *
     * @return whether whoever was told FULL may try again
     */
    synchronized boolean tick() throws ErrnoException {
        drainAll();
        boolean tell = retry || (owed && (progress || waiting.isEmpty()));
        retry = false;
        owed &= !tell;
        progress = false;
        return tell;
    }

    // ---- To whoever is at a port, and to groups

    /** Sends a frame to an address that is not known yet. */
    synchronized SendResult sendFirst(Address addressee, ByteBuffer frame) throws ErrnoException {
        flushBatch();
        int total = frame.remaining();
        int end = frame.limit();
        int piece = Math.min(pieceBytes, total);
        frame.limit(frame.position() + piece);
        SendResult result = sendPiece(Ports.of(addressee), 0, addressee, frame, total, 0);
        if (result != SendResult.SENT) {
            return result;
        }
        Peer peer = peers.meet(addressee);
        if (peer == null) {
            return SendResult.UNREACHABLE;
        }
        // From now on somebody must see whether it is still there.
        host.wake();
        split += piece < total ? 1 : 0;
        return piece == total ? result : sendRest(peer, addressee, frame.limit(end), total, piece);
    }

    /** Sends a frame for everyone to a port where nobody is known yet. */
    synchronized SendResult sendToPort(int port, ByteBuffer frame) throws ErrnoException {
        flushBatch();
        return sendPieces(port, 0, Address.EVERYONE, frame, pieceBytes);
    }

    /** Sends a frame to one of the kernel's groups. */
    synchronized SendResult sendToGroup(int kernelGroup, Address group, ByteBuffer frame) throws ErrnoException {
        // What was sent before arrives before, with all who have room.
        flushBatch();
        return sendPieces(0, Ports.mask(kernelGroup), group, frame, groupPieceBytes);
    }

    private SendResult sendPieces(int port, int groups, Address addressee, ByteBuffer frame, int most)
            throws ErrnoException {
        int total = frame.remaining();
        split += total > most ? 1 : 0;
        int start = frame.position();
        SendResult result = SendResult.SENT;
        for (int done = 0; done < total && result == SendResult.SENT; done += most) {
            int piece = Math.min(most, total - done);
            frame.limit(start + done + piece).position(start + done);
            result = sendPiece(port, groups, addressee, frame, total, done);
        }
        return result;
    }

    private SendResult sendPiece(int port, int groups, Address addressee, ByteBuffer piece, int total, int offset)
            throws ErrnoException {
        int size = Datagram.HEADER + piece.remaining();
        write(single.payload().bytes(), 0, addressee, piece, total, offset);
        int errno = sendSingle(port, groups, size);
        return switch (errno) {
            case 0 -> SendResult.SENT;
            // To a group: delivered. Nobody is at port 0, to which the kernel sends it as well.
            case Errno.ECONNREFUSED -> groups != 0 ? SendResult.SENT : SendResult.UNREACHABLE;
            case Errno.EAGAIN, Errno.ENOBUFS, Errno.ENOMEM -> {
                if (!retry) {
                    retry = true;
                    host.wake();
                }
                yield SendResult.FULL;
            }
            case Errno.EBADF -> SendResult.CLOSED;
            default -> throw new ErrnoException("sendmmsg", errno);
        };
    }

    /** Sends what is in {@link #single}; 0 or the error. */
    private int sendSingle(int port, int groups, int size) throws ErrnoException {
        single.place(0, 0, size);
        single.headers().putInt(single.name(0) + SockaddrNl.NL_PID, port);
        single.headers().putInt(single.name(0) + SockaddrNl.NL_GROUPS, groups);
        return Math.max(0, -socket.send(single, 0, 1));
    }

    /** Sends a datagram without a frame; says whether it was taken, or that nobody is there. */
    private int tell(int port, int kind, long addressee) throws ErrnoException {
        Datagram.write(single.payload().bytes(), 0, 0, kind, ports.bus(), local, addressee, 0, 0);
        return sendSingle(port, 0, Datagram.HEADER);
    }

    /** Whether nobody is at the port of a peer. */
    synchronized boolean isDeserted(Peer peer) throws ErrnoException {
        return tell(peer.port(), Datagram.PROBE, peer.address().value()) == Errno.ECONNREFUSED;
    }

    /** Sends a note to this link itself; says whether there was room. */
    synchronized boolean note() throws ErrnoException {
        return tell(Ports.of(local), Datagram.NOTE, local.value()) == 0;
    }

    /** Lets something arrive at this link itself, if it has room. */
    synchronized void nudge() throws ErrnoException {
        int ignored = tell(Ports.of(local), Datagram.PROBE, local.value());
    }

    /** Sends what can be sent still, and says goodbye to all peers. */
    synchronized void sayBye() throws ErrnoException {
        flushBatch();
        drainAll();
        for (Peer peer : peers.all()) {
            // Whoever has no room for it finds out.
            int ignored = peer.dying || peer.isWaiting()
                    ? 0
                    : tell(peer.port(), Datagram.BYE, peer.address().value());
        }
    }
}
