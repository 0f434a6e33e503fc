package headway.transport.afbus;

import headway.sys.Afbus;
import headway.sys.Afbus.BusEvent;
import headway.sys.Afbus.BusMeta;
import headway.sys.Afbus.SockaddrBus;
import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.Messages;
import headway.sys.NativeSocket;
import headway.sys.Socket;
import headway.transport.Address;
import headway.transport.Credentials;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a link receives: frames, which are passed on or refused with a cause, and what the kernel tells. Whoever may use the bus
 * can send anything; who it was the kernel says. Belongs to whoever has the turn.
 */
final class Incoming {

    /** So many messages are taken with one call at most. */
    private static final int MOST = 8;

    /** One byte more than any frame has, so that a longer one shows. */
    private static final int SLOT = (AfbusLink.MTU + 1 + 63) & -64;

    /** As much of a security label as there is room for; usual ones have less than a hundred. */
    private static final int MOST_LABEL = 1024;

    private static final int[] NO_DESCRIPTORS = {};

    /** The link, as what it receives sees it. */
    interface Host {

        /** Whether nothing is delivered any more. */
        boolean isClosed();

        /** Passes a frame on. */
        void deliver(Peer from, Credentials credentials, ByteBuffer frame);

        /** All that somebody has sent has been received, and it will never send again. */
        void gone(long address);

        /** Somebody who had no room has some now. */
        void room(long address) throws ErrnoException;

        /** So many messages did not fit in this link's queue. */
        void missed(long messages);

        /** All has been received, and the module is about to be unloaded. */
        void moduleLeaves();
    }

    private final NativeSocket socket;
    private final Address local;
    private final Peers peers;
    private final Complaints complaints;
    private final Host host;
    private final Messages messages = new Messages(
            MOST,
            Afbus.BUS_SOCKADDR_SHORT,
            Messages.controlSpace(BusMeta.SIZEOF) + Messages.controlSpace(MOST_LABEL),
            MOST * SLOT);
    private final ByteBuffer headers = messages.headers();
    private final ByteBuffer bytes = messages.payload().bytes();
    private final ByteBuffer[] slots = new ByteBuffer[MOST];
    private long taken;

    Incoming(NativeSocket socket, Address local, Peers peers, Complaints complaints, Host host) {
        this.socket = socket;
        this.local = local;
        this.peers = peers;
        this.complaints = complaints;
        this.host = host;
        for (int i = 0; i < MOST; i++) {
            messages.place(i, i * SLOT, SLOT);
            slots[i] = bytes.slice(i * SLOT, SLOT).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** How many messages have been taken in, whatever became of them. */
    long taken() {
        return taken;
    }

    /** Takes in what has arrived, as much as one call brings. */
    void receive() throws ErrnoException {
        int received = socket.receive(messages);
        if (received == -Errno.ESHUTDOWN) {
            host.moduleLeaves();
        }
        for (int i = 0; i < received; i++) {
            taken++;
            // Also where nothing is delivered any more: descriptors that came along must be closed.
            Refusal refusal = take(i);
            if (refusal != null) {
                refuse(i, refusal);
            }
        }
    }

    private void refuse(int i, Refusal refusal) {
        int meta = meta(i);
        complaints.note(
                host,
                refusal,
                from(i),
                meta < 0 ? Credentials.UNKNOWN : headers.getInt(meta + BusMeta.PID),
                meta < 0 ? Credentials.UNKNOWN : Integer.toUnsignedLong(headers.getInt(meta + BusMeta.UID)));
    }

    private int meta(int i) {
        return messages.find(i, Afbus.SOL_BUS, Afbus.BUS_CMSG_META, BusMeta.SIZEOF);
    }

    /** Who sent it; the kernel says so, and gives no address twice. */
    private long from(int i) {
        return messages.nameLength(i) < Afbus.BUS_SOCKADDR_SHORT
                ? Afbus.BUS_ADDR_KERNEL
                : headers.getLong(messages.name(i) + SockaddrBus.SBUS_ADDR);
    }

    private Refusal take(int i) throws ErrnoException {
        boolean withDescriptors = messages.find(i, Socket.SOL_SOCKET, Socket.SCM_RIGHTS, 0) >= 0;
        if (withDescriptors) {
            int ignored = messages.descriptors(i, NO_DESCRIPTORS);
        }
        if (host.isClosed()) {
            return null;
        }
        int meta = meta(i);
        if (meta < 0) {
            return Refusal.NO_CREDENTIALS;
        }
        long missed = headers.getLong(meta + BusMeta.LOST);
        if (missed != 0) {
            host.missed(missed);
        }
        if ((headers.getInt(meta + BusMeta.FLAGS) & Afbus.BUS_META_EVENT) != 0) {
            return takeEvent(i);
        }
        long from = from(i);
        if (from == local.value()) {
            return null;
        }
        if (withDescriptors || (messages.flags(i) & Socket.MSG_CTRUNC) != 0) {
            return Refusal.DESCRIPTORS;
        }
        return takeFrame(i, from, meta);
    }

    private Refusal takeFrame(int i, long from, int meta) {
        int length = messages.length(i);
        if ((messages.flags(i) & Socket.MSG_TRUNC) != 0 || length > AfbusLink.MTU) {
            return Refusal.OVERSIZE;
        }
        if (length == 0) {
            return Refusal.EMPTY;
        }
        Peer peer = peers.get(from);
        if (peer == null) {
            peer = peers.meet(Address.of(from));
        }
        if (!peer.heard) {
            peers.heard(peer);
        }
        int label = messages.find(i, Afbus.SOL_BUS, Afbus.BUS_CMSG_LABEL, 1);
        Credentials credentials = peer.credentials(headers, meta, label, label < 0 ? 0 : messages.controlLength(label));
        host.deliver(peer, credentials, slots[i].limit(length).position(0));
        return null;
    }

    private Refusal takeEvent(int i) throws ErrnoException {
        int at = i * SLOT;
        if (messages.length(i) < BusEvent.SIZEOF) {
            return Refusal.UNKNOWN_EVENT;
        }
        long about = bytes.getLong(at + BusEvent.ADDR);
        switch (bytes.getInt(at + BusEvent.TYPE)) {
            case Afbus.BUS_EVENT_EXIT -> host.gone(about);
            case Afbus.BUS_EVENT_ROOM -> host.room(about);
            case Afbus.BUS_EVENT_LOST -> {
                // How many, the kernel has said beside it.
            }
            default -> {
                return Refusal.UNKNOWN_EVENT;
            }
        }
        return null;
    }
}
