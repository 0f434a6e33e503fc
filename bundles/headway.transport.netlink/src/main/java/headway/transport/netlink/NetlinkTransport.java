package headway.transport.netlink;

import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.NativeSocket;
import headway.sys.Natives;
import headway.sys.Netlink;
import headway.sys.Netlink.SockaddrNl;
import headway.sys.OffHeap;
import headway.sys.Socket;
import headway.sys.Unistd;
import headway.transport.Address;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.Transport;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;

/**
 * The transport of stock kernels: {@code NETLINK_USERSOCK}, between the processes of one network namespace.
 *
 * <p>Groups need the privilege CAP_NET_ADMIN; without it the transport has none. Any thread may open links. When the transport
 * stops, all its links end with that cause.
 */
public final class NetlinkTransport implements Transport {

    /**
     * What the kernel keeps for a link that does not read, as asked for; it counts twice that much, and its own
     * bookkeeping. Without privilege it grants what net.core.rmem_max allows.
     */
    private static final int RECEIVE_BUFFER = 1 << 20;

    /** The kernel takes no datagram longer than this, less some; it grants as much as net.core.wmem_max allows. */
    private static final int SEND_BUFFER = 256 << 10;

    private static final int SEND_OVERHEAD = 32;

    /** A datagram to a group lies in one piece of physical memory, and pieces above 32 KiB are hard to get. */
    static final int MOST_TO_GROUP = (32 << 10) - 1024;

    private static final int LEAST_PIECE = 4096;
    private static final int LAST_KERNEL_GROUP = 32;
    private static final int MOST_ATTEMPTS = 1000;
    private static final long ROOT = 0;
    private static final Pattern BUS = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Set<Feature> features;
    private final int pieceBytes;
    private final LongPredicate isHeard;
    private final Set<NetlinkLink> links = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /**
     * A transport that hears this user, root, and other users as named.
     *
     * @throws IOException why it cannot work here; a sentence for people
     */
    public NetlinkTransport(Set<Long> users) throws IOException {
        this(users, true, NetlinkLink.MTU);
    }

    /**
     * The same, with less than there is.
     *
     * @param groups whether to have groups where the process may
     * @param mostPieceBytes how much of a frame one datagram carries at most; at least 4096
     */
    NetlinkTransport(Set<Long> users, boolean groups, int mostPieceBytes) throws IOException {
        Natives.require();
        EnumSet<Feature> found = EnumSet.of(Feature.ORDERED, Feature.LOSSLESS, Feature.CREDENTIALS, Feature.GUESTS);
        try (NativeSocket socket = newSocket()) {
            int limit = socket.option(Socket.SOL_SOCKET, Socket.SO_SNDBUF) - SEND_OVERHEAD - Datagram.HEADER;
            pieceBytes = Math.min(mostPieceBytes, limit);
            if (pieceBytes < LEAST_PIECE) {
                throw new IOException("The kernel takes datagrams of " + limit + " bytes only; raise"
                        + " net.core.wmem_max, for example with sysctl net.core.wmem_max=212992.");
            }
            if (groups && mayJoin(socket)) {
                found.add(Feature.GROUPS);
            }
        }
        features = Collections.unmodifiableSet(found);
        try {
            Census.take(new Ports("any"));
        } catch (IOException e) {
            throw new IOException("The kernel does not say who is there: " + e.getMessage() + ".", e);
        }
        Set<Long> heard = Set.copyOf(users);
        long self = Integer.toUnsignedLong(Unistd.geteuid());
        isHeard = uid -> uid == self || uid == ROOT || heard.contains(uid);
    }

    private static NativeSocket newSocket() throws IOException {
        NativeSocket socket;
        try {
            socket = NativeSocket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, Netlink.NETLINK_USERSOCK);
        } catch (ErrnoException e) {
            throw new IOException(
                    "This kernel or sandbox has no netlink for user processes (" + e.getMessage() + ").", e);
        }
        try {
            socket.option(Socket.SOL_SOCKET, Socket.SO_PASSCRED, 1);
            socket.patience(NetlinkLink.LISTEN_MILLIS);
            grow(socket, Socket.SO_RCVBUFFORCE, Socket.SO_RCVBUF, RECEIVE_BUFFER);
            grow(socket, Socket.SO_SNDBUFFORCE, Socket.SO_SNDBUF, SEND_BUFFER);
            return socket;
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    private static void grow(NativeSocket socket, int force, int ask, int bytes) throws ErrnoException {
        try {
            socket.option(Socket.SOL_SOCKET, force, bytes);
        } catch (ErrnoException e) {
            socket.option(Socket.SOL_SOCKET, ask, bytes);
        }
    }

    private static boolean mayJoin(NativeSocket socket) throws ErrnoException {
        try {
            socket.option(Netlink.SOL_NETLINK, Netlink.NETLINK_ADD_MEMBERSHIP, LAST_KERNEL_GROUP);
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EPERM) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public String name() {
        return "netlink";
    }

    @Override
    public Set<Feature> features() {
        return features;
    }

    @Override
    public Link open(String bus, LinkListener listener) throws IOException {
        Objects.requireNonNull(listener);
        if (!BUS.matcher(bus).matches()) {
            throw new IllegalArgumentException("A bus is named with 1 to 64 of A-Z a-z 0-9 _ -, not \"" + bus + '"');
        }
        if (stopped) {
            throw stopped();
        }
        Ports ports = new Ports(bus);
        NativeSocket socket = newSocket();
        NetlinkLink link;
        try {
            Address local = bind(socket, ports);
            link = new NetlinkLink(
                    local,
                    ports,
                    socket,
                    listener,
                    isHeard,
                    features.contains(Feature.GROUPS),
                    pieceBytes,
                    links::remove);
        } catch (IOException | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
        links.add(link);
        link.start();
        if (link.isClosed()) {
            links.remove(link);
        }
        if (stopped) {
            link.close();
            throw stopped();
        }
        return link;
    }

    /** Gives the socket a port that is free; from then on others see it. */
    private static Address bind(NativeSocket socket, Ports ports) throws IOException {
        OffHeap name = OffHeap.allocate(SockaddrNl.SIZEOF);
        name.bytes().putShort(SockaddrNl.NL_FAMILY, (short) Socket.AF_NETLINK);
        for (int attempt = 1; ; attempt++) {
            Address local = ports.draw();
            name.bytes().putInt(SockaddrNl.NL_PID, Ports.of(local));
            try {
                socket.bind(name, SockaddrNl.SIZEOF);
                return local;
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EADDRINUSE || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Ends all links, and opens no more. */
    void stop() {
        stopped = true;
        links.forEach(link -> link.end(stopped()));
    }

    private static IOException stopped() {
        return new IOException("The netlink transport was stopped.");
    }
}
