package headway.transport.afbus;

import headway.sys.Afbus;
import headway.sys.Afbus.BusPerm;
import headway.sys.Afbus.SockaddrBus;
import headway.sys.Errno;
import headway.sys.ErrnoException;
import headway.sys.Messages;
import headway.sys.NativeSocket;
import headway.sys.OffHeap;
import headway.sys.Socket;
import headway.sys.Unistd;
import headway.transport.Address;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The transport over the kernel module afbus, between the processes of one network namespace.
 *
 * <p>Any thread may open links. When the module is about to be unloaded all links end with that cause, after they have told
 * all they had received.
 */
public final class AfbusTransport implements Transport {

    /** What the kernel keeps for a link that does not read; without privilege it grants what net.core.rmem_max allows. */
    private static final int RECEIVE_BUFFER = 1 << 20;

    private static final Set<Feature> FEATURES = Collections.unmodifiableSet(
            EnumSet.of(Feature.GROUPS, Feature.CREDENTIALS, Feature.ORDERED, Feature.LOSSLESS, Feature.GUESTS));
    private static final Pattern BUS = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Path OWN_LABEL = Path.of("/proc/self/attr/current");

    private final KernelModule module;
    private final Permission permission;
    private final Runnable onModuleLeaves;
    private final boolean labels;
    private final Set<AfbusLink> links = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /**
     * A transport whose buses are this user's own.
     *
     * @throws IOException why it cannot work here; a sentence for people
     */
    public AfbusTransport() throws IOException {
        this(new KernelModule(), Permission.PRIVATE, () -> {});
    }

    /**
     * A transport over a module.
     *
     * @param onModuleLeaves told by any thread, perhaps more than once, when the module is about to be unloaded
     */
    AfbusTransport(KernelModule module, Permission permission, Runnable onModuleLeaves) throws IOException {
        this.module = module;
        this.permission = permission;
        this.onModuleLeaves = onModuleLeaves;
        module.require();
        labels = hasLabels();
    }

    /** Whether a security module gives labels to processes; only then it is worth asking for them. */
    private static boolean hasLabels() {
        try {
            return !Files.readString(OWN_LABEL, StandardCharsets.ISO_8859_1).isBlank();
        } catch (IOException e) {
            // No security module, or none that says.
            return false;
        }
    }

    @Override
    public String name() {
        return "afbus";
    }

    @Override
    public Set<Feature> features() {
        return FEATURES;
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
        int family = module.family();
        NativeSocket socket = module.socket(family);
        AfbusLink link;
        try {
            Address local = attach(socket, family, bus);
            link = new AfbusLink(local, family, socket, listener, this::ended);
        } catch (ErrnoException e) {
            socket.close();
            throw e.errno() == Errno.ESHUTDOWN ? new IOException(KernelModule.LEAVES, e) : e;
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

    private void ended(AfbusLink link, boolean moduleLeaves) {
        links.remove(link);
        if (moduleLeaves) {
            onModuleLeaves.run();
        }
    }

    /** Makes a socket a member of the bus, which hears everyone and of all who leave. */
    private Address attach(NativeSocket socket, int family, String bus) throws IOException {
        OffHeap memory = OffHeap.allocate(Math.max(SockaddrBus.SIZEOF, BusPerm.SIZEOF));
        permit(socket, memory);
        socket.option(Afbus.SOL_BUS, Afbus.BUS_META, Afbus.BUS_META_STAMP | (labels ? Afbus.BUS_META_LABEL : 0));
        grow(socket);
        try {
            Address local = bind(socket, memory, family, bus);
            requireTrustedOwner(socket, memory, bus);
            socket.option(Afbus.SOL_BUS, Afbus.BUS_EVENTS, 1 << Afbus.BUS_EVENT_EXIT | 1 << Afbus.BUS_EVENT_ROOM);
            memory.bytes().putLong(0, Address.EVERYONE.value());
            socket.option(Afbus.SOL_BUS, Afbus.BUS_JOIN, memory, Long.BYTES);
            requireRightToSend(socket, family, local);
            return local;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EACCES) {
                throw new IOException(
                        "This user may not send and hear on the bus \"" + bus
                                + "\"; who opened it first has said so (setting mode).",
                        e);
            }
            throw e;
        }
    }

    private void permit(NativeSocket socket, OffHeap memory) throws ErrnoException {
        memory.bytes()
                .putInt(BusPerm.MODE, permission.mode())
                .putInt(BusPerm.UID, -1)
                .putInt(BusPerm.GID, permission.group())
                .putInt(BusPerm.RESERVED, 0);
        socket.option(Afbus.SOL_BUS, Afbus.BUS_PERM, memory, BusPerm.SIZEOF);
    }

    private static void grow(NativeSocket socket) throws ErrnoException {
        try {
            socket.option(Socket.SOL_SOCKET, Socket.SO_RCVBUFFORCE, RECEIVE_BUFFER);
        } catch (ErrnoException e) {
            socket.option(Socket.SOL_SOCKET, Socket.SO_RCVBUF, RECEIVE_BUFFER);
        }
    }

    private static Address bind(NativeSocket socket, OffHeap memory, int family, String bus) throws ErrnoException {
        for (int i = 0; i < SockaddrBus.SIZEOF; i++) {
            memory.bytes().put(i, (byte) 0);
        }
        memory.bytes().putShort(SockaddrBus.SBUS_FAMILY, (short) family);
        byte[] name = kernelName(bus).getBytes(StandardCharsets.US_ASCII);
        memory.bytes().put(SockaddrBus.SBUS_NAME, name);
        socket.bind(memory, SockaddrBus.SIZEOF);
        socket.readName(memory, SockaddrBus.SIZEOF);
        return Address.of(memory.bytes().getLong(SockaddrBus.SBUS_ADDR));
    }

    /** What the kernel calls the bus: the same, unless it has the one character that does not fit there. */
    static String kernelName(String bus) {
        if (bus.length() < Afbus.BUS_NAME_MAX) {
            return bus;
        }
        String hash = String.format("%08x", bus.hashCode());
        // No bus of ours has a dot in its name.
        return bus.substring(0, Afbus.BUS_NAME_MAX - 2 - hash.length()) + '.' + hash;
    }

    private void requireTrustedOwner(NativeSocket socket, OffHeap memory, String bus) throws IOException {
        socket.readOption(Afbus.SOL_BUS, Afbus.BUS_PERM, memory, BusPerm.SIZEOF);
        long owner = Integer.toUnsignedLong(memory.bytes().getInt(BusPerm.UID));
        if (!permission.trusts(owner, Integer.toUnsignedLong(Unistd.geteuid()))) {
            throw new IOException("The bus \"" + bus + "\" was opened first by user " + owner
                    + ", who is not trusted here; see the setting owners.");
        }
    }

    /** Who may only hear finds out when it sends; here that is a message to itself, which the link drops. */
    private static void requireRightToSend(NativeSocket socket, int family, Address local) throws ErrnoException {
        Messages note = new Messages(1, Afbus.BUS_SOCKADDR_SHORT, 0, 1);
        note.place(0, 0, 0);
        Outgoing.address(note, 0, family, local.value(), Afbus.BUS_FAIL);
        int ignored = socket.send(note, 0, 1);
    }

    /** Ends all links, and opens no more. */
    void stop() {
        stopped = true;
        links.forEach(link -> link.end(stopped()));
    }

    private static IOException stopped() {
        return new IOException("The AF_BUS transport was stopped.");
    }
}
