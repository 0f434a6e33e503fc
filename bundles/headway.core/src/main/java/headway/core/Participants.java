package headway.core;

import headway.bus.Peer;
import headway.bus.port.PortListener;
import headway.dbus.HeaderField;
import headway.dbus.Message;
import headway.transport.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Everybody on the bus who has a unique name: nodes, and who reaches the bus through them. Each node tells the others whom it
 * has, and is believed about its own numbers only. Belongs to the bus's owner, but for {@link #find} and {@link #nextName}.
 */
final class Participants {

    /** The end of the unique name of a node itself. */
    private static final String NODE = ".1";

    private static final long OWN_UID = ownUid();

    /** So many participants one node may have. */
    private static final int MOST = 1 << 16;

    private final Node node;
    private final Participant self;
    private final AtomicLong numbers = new AtomicLong(1);
    private final ConcurrentHashMap<String, Participant> byName = new ConcurrentHashMap<>();

    /** Of each node those it has told of, by name; also while it is not introduced. */
    private final Map<Session, Map<String, Participant>> elsewhere = new LinkedHashMap<>();

    private final Map<String, Participant> here = new LinkedHashMap<>();
    private final CopyOnWriteArrayList<NodePort> ports = new CopyOnWriteArrayList<>();

    Participants(Node node) {
        this.node = node;
        this.self = Participant.self(node.self());
        byName.put(self.name(), self);
    }

    Participant self() {
        return self;
    }

    /** Whoever has that unique name, or null; any thread. */
    Participant find(String uniqueName) {
        return byName.get(uniqueName);
    }

    /** A unique name of this node that nobody had before; any thread. */
    String nextName() {
        String own = self.name();
        return own.substring(0, own.length() - 1) + numbers.incrementAndGet();
    }

    /** Whether it is the unique name of a node itself. */
    static boolean isNode(String uniqueName) {
        return uniqueName.endsWith(NODE);
    }

    /** Whether it is known here and has not gone. */
    boolean isPresent(String uniqueName) {
        return byName.containsKey(uniqueName) || node.sessionOf(uniqueName) != null;
    }

    /** Whether it is this node or one of its participants. */
    boolean isHere(String uniqueName) {
        Participant known = byName.get(uniqueName);
        return known != null && known.isHere();
    }

    /** Whether that node may say something in that name. */
    boolean speaksFor(Session session, String uniqueName) {
        return session.peer().uniqueName().equals(uniqueName)
                || elsewhere.getOrDefault(session, Map.of()).containsKey(uniqueName);
    }

    /** Who sent a message that came from that node: itself, or one of its participants; null if it may not say so. */
    Peer sender(Session session, Message header) {
        if (!header.has(HeaderField.SENDER)) {
            return session.peer();
        }
        Participant claimed = byName.get(header.sender());
        return claimed != null && claimed.session() == session ? claimed.peer() : null;
    }

    // ---------------------------------------------------------------- of this node

    /** A port opened: it is told who is there. */
    void add(NodePort port) {
        ports.add(port);
        for (Participant one : byName.values()) {
            if (Participants.isNode(one.name())) {
                port.tell(coming(one));
            }
        }
        for (Participant one : byName.values()) {
            if (!Participants.isNode(one.name())) {
                port.tell(coming(one));
            }
        }
    }

    /** A port closed: its participants go. */
    void remove(NodePort port) {
        ports.remove(port);
        for (Participant one : List.copyOf(here.values())) {
            if (one.port() == port) {
                leave(one.name());
            }
        }
    }

    List<NodePort> ports() {
        return ports;
    }

    /** Somebody behind a port comes. */
    void join(Participant one) {
        here.put(one.name(), one);
        tellNodes(Control.participants(List.of(one), List.of()));
        came(one);
    }

    /** Somebody behind a port goes. */
    void leave(String name) {
        Participant one = here.remove(name);
        if (one == null) {
            return;
        }
        one.go();
        node.names().left(name);
        tellNodes(Control.participants(List.of(), List.of(name)));
        node.calls().failAll(one, headway.bus.CallException.PEER_DIED, name + " left before it answered");
        went(one);
    }

    private void tellNodes(byte[] message) {
        node.sessions().forEach(session -> session.send(message));
    }

    /** What a new node is told, or null. */
    byte[] introduction() {
        return here.isEmpty() ? null : Control.participants(here.values(), List.of());
    }

    // ---------------------------------------------------------------- of other nodes

    /** Another node has told everything about itself: it is there now, and so are those it has told of. */
    void live(Session session) {
        long pid = session.credentials().pid();
        Participant itself = Participant.elsewhere(
                session.peer(), session, pid, session.credentials().uid());
        came(itself);
        elsewhere.getOrDefault(session, Map.of()).values().forEach(this::came);
    }

    /**
     * Another node tells who has come and who has gone.
     *
     * @throws IllegalArgumentException if it speaks of somebody who is not its
     */
    void told(Session session, Control.Participants told) {
        Map<String, Participant> its = elsewhere.computeIfAbsent(session, s -> new LinkedHashMap<>());
        for (Control.Who who : told.came()) {
            checkIts(session, who.name());
            if (its.size() >= MOST) {
                throw new IllegalArgumentException("more than " + MOST + " participants of one node");
            }
            Peer peer = new Peer(who.name(), session.credentials());
            boolean vouched = vouchesFor(session.credentials().uid(), who.uid());
            Participant one = Participant.elsewhere(
                    peer,
                    session,
                    vouched ? who.pid() : Credentials.UNKNOWN,
                    vouched ? who.uid() : Credentials.UNKNOWN);
            if (its.putIfAbsent(who.name(), one) == null && session.isIntroduced()) {
                came(one);
            }
        }
        for (String name : told.went()) {
            Participant one = its.remove(name);
            if (one != null) {
                node.names().left(name);
                if (session.isIntroduced()) {
                    went(one);
                }
            }
        }
    }

    /** Whether a node of one user may say that a participant is of another: root may, and who could do as this process does. */
    static boolean vouchesFor(long nodeUid, long uid) {
        return nodeUid == uid || nodeUid == 0 || (nodeUid != Credentials.UNKNOWN && nodeUid == OWN_UID);
    }

    private static long ownUid() {
        try {
            return Integer.toUnsignedLong(
                    (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException | UnsupportedOperationException unknown) {
            return Credentials.UNKNOWN;
        }
    }

    private static void checkIts(Session session, String name) {
        String itself = session.peer().uniqueName();
        String prefix = itself.substring(0, itself.length() - 1);
        boolean its =
                name.startsWith(prefix) && name.length() > prefix.length() && name.length() < prefix.length() + 20;
        for (int i = prefix.length(); its && i < name.length(); i++) {
            its = name.charAt(i) >= '0' && name.charAt(i) <= '9';
        }
        if (!its || name.charAt(prefix.length()) == '0' || name.equals(itself)) {
            throw new IllegalArgumentException("tells of a participant that is not its: " + name);
        }
    }

    /** Another node has gone, and all its participants with it. */
    void gone(Session session) {
        Map<String, Participant> its = elsewhere.remove(session);
        if (its != null && session.isIntroduced()) {
            // Before that nobody was told that they are there.
            its.values().forEach(this::went);
        }
        Participant itself = byName.get(session.peer().uniqueName());
        if (itself != null && itself.session() == session) {
            went(itself);
        }
    }

    /** The participants of a node. */
    Collection<String> of(Session session) {
        return new ArrayList<>(elsewhere.getOrDefault(session, Map.of()).keySet());
    }

    // ---------------------------------------------------------------- telling

    private void came(Participant one) {
        byName.put(one.name(), one);
        tell(one, coming(one));
        if (!isNode(one.name())) {
            node.names().came(one.name());
        }
    }

    private void went(Participant one) {
        one.go();
        byName.remove(one.name(), one);
        String name = one.name();
        node.names().went(name);
        tell(one, to -> to.onGone(name));
    }

    private Consumer<PortListener> coming(Participant one) {
        String itsNode =
                one.session() == null ? self.name() : one.session().peer().uniqueName();
        return to -> to.onParticipant(one.name(), itsNode, one.pid(), one.uid());
    }

    private void tell(Participant about, Consumer<PortListener> news) {
        for (NodePort port : ports) {
            if (about.port() != port) {
                port.tell(news);
            }
        }
    }
}
