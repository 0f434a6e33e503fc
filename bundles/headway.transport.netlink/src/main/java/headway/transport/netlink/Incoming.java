package headway.transport.netlink;

import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.Messages;
import headway.sys.NativeSocket;
import headway.sys.Netlink.SockaddrNl;
import headway.sys.Socket;
import headway.sys.Socket.Ucred;
import headway.transport.Address;
import headway.transport.Credentials;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/**
 * What a link receives: believed, joined and passed on, or refused with a cause. Anybody on the machine can send anything to
 * the port; who it was the kernel says, with its port and its credentials. Belongs to whoever has the turn.
 */
final class Incoming {

    /** So many datagrams are taken with one call at most. */
    private static final int MOST = 8;

    private static final int LOOK_FOR_MORE = 8;

    /** One byte more than any datagram has, so that a longer one shows. */
    private static final int SLOT = (Datagram.HEADER + NetlinkLink.MTU + 1 + 63) & -64;

    /** The link, as what it receives sees it. */
    interface Host {

        /** Whether nothing is delivered any more. */
        boolean isClosed();

        /** What was waited for has come, or nothing has. */
        void awake();

        /** Passes a frame on. */
        void deliver(Peer from, ByteBuffer frame);

        /** A peer has shown its credentials for the first time. */
        void identified(Peer peer);

        /** All that a peer has sent has been received, and it will never send again. */
        void gone(Peer peer);

        /** The next of this link's notes to itself has arrived. */
        void noted();

        /** The kernel dropped something that was sent to a group, because this link had no room. */
        void overrun();
    }

    private final NativeSocket socket;
    private final Address local;
    private final Ports ports;
    private final Peers peers;
    private final Groups groups;
    private final LongPredicate isHeard;
    private final Complaints complaints;
    private final Host host;
    private final Messages messages = new Messages(
            MOST,
            SockaddrNl.SIZEOF,
            Messages.controlSpace(Ucred.SIZEOF) + Messages.controlSpace(Integer.BYTES),
            MOST * SLOT);
    private final ByteBuffer bytes = messages.payload().bytes();
    private final ByteBuffer[] slots = new ByteBuffer[MOST];
    /** So many calls in a row have brought one datagram each. */
    private int singles;

    private final AtomicLong joined = new AtomicLong();

    /**
     * @param isHeard which users are
     */
    Incoming(
            NativeSocket socket,
            Address local,
            Ports ports,
            Peers peers,
            Groups groups,
            LongPredicate isHeard,
            Complaints complaints,
            Host host) {
        this.socket = socket;
        this.local = local;
        this.ports = ports;
        this.peers = peers;
        this.groups = groups;
        this.isHeard = isHeard;
        this.complaints = complaints;
        this.host = host;
        for (int i = 0; i < MOST; i++) {
            messages.place(i, i * SLOT, SLOT);
            slots[i] = bytes.slice(i * SLOT, SLOT).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /**
     * Takes in what has arrived, as much as one call brings.
     *
     * @param waits whether to wait for something, for as long as the socket's patience
     * @return whether something had arrived
     */
    boolean receive(boolean waits) throws ErrnoException {
        int received = waits ? socket.receiveWaiting(messages, expected()) : socket.receive(messages);
        singles = received == 1 ? singles + 1 : 0;
        host.awake();
        if (received == -Errno.ENOBUFS) {
            host.overrun();
        }
        for (int i = 0; i < received && !host.isClosed(); i++) {
            Refusal refusal = take(i);
            if (refusal != null) {
                int at = messages.credentials(i);
                complaints.note(
                        host,
                        refusal,
                        port(i),
                        at < 0 ? Credentials.UNKNOWN : messages.headers().getInt(at + Ucred.PID),
                        at < 0 ? Credentials.UNKNOWN : uid(at));
            }
        }
        return received > 0;
    }

    /** Where datagrams come one at a time, most calls ask for one only; now and then one sees whether there are more. */
    private int expected() {
        return singles % LOOK_FOR_MORE == 0 ? MOST : 1;
    }

    /** How many frames came in more than one datagram; any thread. */
    long joined() {
        return joined.get();
    }

    /** The port a datagram came from; the kernel says so, and no other socket has it. */
    private int port(int i) {
        return messages.nameLength(i) < SockaddrNl.SIZEOF
                ? 0
                : messages.headers().getInt(messages.name(i) + SockaddrNl.NL_PID);
    }

    private long uid(int credentials) {
        return Integer.toUnsignedLong(messages.headers().getInt(credentials + Ucred.UID));
    }

    private Refusal take(int i) {
        if ((messages.flags(i) & Socket.MSG_TRUNC) != 0) {
            return Refusal.OVERSIZE;
        }
        int at = i * SLOT;
        int length = messages.length(i);
        Refusal wrong = Datagram.examine(bytes, at, length);
        if (wrong != null) {
            return wrong;
        }
        if (Datagram.bus(bytes, at) != ports.bus()) {
            return Refusal.OTHER_BUS;
        }
        int port = port(i);
        long from = Datagram.from(bytes, at);
        if (Datagram.port(bytes, at) != port || Ports.of(from) != port || !ports.isOurs(from)) {
            return Refusal.FORGED;
        }
        int kind = Datagram.kind(bytes, at);
        if (from == local.value()) {
            // Nobody else has this port.
            if (kind == Datagram.NOTE) {
                host.noted();
            }
            return null;
        }
        int credentials = messages.credentials(i);
        if (credentials < 0) {
            return Refusal.NO_CREDENTIALS;
        }
        if (!isHeard.test(uid(credentials))) {
            return Refusal.OTHER_USER;
        }
        Peer peer = peers.get(from);
        if (peer == null || peer.credentials == null) {
            peer = meet(from, port, credentials);
            if (peer == null) {
                return Refusal.GONE;
            }
        } else if (!isThat(peer.credentials, credentials)) {
            return Refusal.FORGED;
        }
        return switch (kind) {
            case Datagram.FRAME -> takeFrame(peer, i, at, length);
            case Datagram.BYE -> {
                host.gone(peer);
                yield null;
            }
            case Datagram.PROBE -> null;
            default -> Refusal.UNKNOWN_KIND;
        };
    }

    private boolean isThat(Credentials known, int credentials) {
        ByteBuffer headers = messages.headers();
        return known.pid() == headers.getInt(credentials + Ucred.PID)
                && known.uid() == uid(credentials)
                && known.gid() == Integer.toUnsignedLong(headers.getInt(credentials + Ucred.GID));
    }

    /** Somebody sends for the first time; null if its address has ended. */
    private Peer meet(long from, int port, int credentials) {
        Peer before = peers.atPort(port);
        if (before != null && before.address().value() != from) {
            // A port belongs to one socket at a time: whoever had it is gone, and all it sent came before this.
            host.gone(before);
        }
        Peer peer = peers.meet(Address.of(from));
        if (peer != null) {
            ByteBuffer headers = messages.headers();
            int pid = headers.getInt(credentials + Ucred.PID);
            peer.credentials = new Credentials(
                    // 0: a process that is not visible from here.
                    pid == 0 ? Credentials.UNKNOWN : pid,
                    uid(credentials),
                    Integer.toUnsignedLong(headers.getInt(credentials + Ucred.GID)),
                    "");
            host.identified(peer);
        }
        return peer;
    }

    private Refusal takeFrame(Peer peer, int i, int at, int length) {
        long to = Datagram.to(bytes, at);
        boolean toGroup = to < 0 && to != Address.EVERYONE.value();
        if (toGroup && !groups.has(to)) {
            // The kernel's group is shared with others.
            return null;
        }
        if (!toGroup && to != local.value() && to != Address.EVERYONE.value()) {
            return Refusal.MISADDRESSED;
        }
        int total = Datagram.total(bytes, at);
        int offset = Datagram.offset(bytes, at);
        int piece = length - Datagram.HEADER;
        if (piece == 0 || total <= 0 || total > NetlinkLink.MTU || offset < 0 || offset > total - piece) {
            return Refusal.BAD_PIECE;
        }
        ByteBuffer slot = slots[i].limit(length).position(Datagram.HEADER);
        if (piece == total) {
            host.deliver(peer, slot);
            return null;
        }
        PieceJoiner joiner = toGroup ? peer.toGroups : peer.toUs;
        if (!joiner.take(slot, total, offset)) {
            return Refusal.BAD_PIECE;
        }
        ByteBuffer whole = joiner.whole();
        if (whole != null) {
            joined.incrementAndGet();
            host.deliver(peer, whole);
        }
        return null;
    }
}
