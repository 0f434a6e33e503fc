package headway.core;

import headway.bus.CallException;
import headway.bus.Peer;
import headway.transport.Credentials;
import headway.transport.Link;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * One process on the bus: its parts, its life, and the work of whoever owns their state (see {@link Owner}).
 *
 * <p>What other nodes send comes in at a {@link LinkPort}, finds its session in {@link Membership} and then its receiver in
 * {@link Arrivals}. What applications want is posted to the {@link Outbox}; what they publish goes to {@link FanOut}.
 */
final class Node implements Membership.Watcher, Outbox.Taker {

    private static final System.Logger LOG = System.getLogger(Node.class.getName());

    /** How long closing waits for receivers to take what was sent. */
    private static final long LINGER_NANOS = 1_000_000_000;
    /** Bytes taken from the outbox before others may own the state. */
    private static final int DRAIN_BYTES = 1 << 18;

    /** A port without room tries again so soon. */
    private static final long LOOK_NANOS = 1_000_000;

    private static final byte[] NO_BYTES = {};

    private final NodeConfig config;
    private final Clock clock;
    private final long incarnation;
    private final long startedAt;
    private final Peer self;
    private final Owner owner;
    private final Outbox outbox;
    private final Topics topics = new Topics();
    private final DirectRunner direct = new DirectRunner();
    private final Callers callers;
    private final Calls calls = new Calls(direct);
    private final NameService names;
    private final Participants participants;
    private final Letters letters;
    private final Exports exports;
    private final Groups groups;
    private final Invitations invitations;
    private final FanOut fanOut;
    private final Rejections rejections = new Rejections();
    private final Joining joining;
    private final Shelves shelves;
    private final Conversation conversation;
    private final Arrivals arrivals;
    private final Greeter greeter;
    private final Membership members;
    private final List<LinkSlot> links = new ArrayList<>();
    private final Preference preference = new Preference();

    /** The time when the owner entered. */
    private long now;

    private int serial;
    private volatile boolean closed;

    Node(NodeConfig config, Clock clock, long incarnation, Callers callers, SharedMemory.Provider memory) {
        this.config = config;
        this.callers = callers;
        this.clock = clock;
        this.incarnation = incarnation;
        this.startedAt = clock.nanos();
        this.now = startedAt;
        this.self = new Peer(Greeter.uniqueName(incarnation), Credentials.NONE);
        this.outbox = new Outbox(config.outboxBytes());
        this.owner = new Owner("headway-" + config.bus(), clock, this::work, direct);
        this.names = new NameService(this);
        this.participants = new Participants(this);
        this.exports = new Exports(this, callers);
        this.letters = new Letters(participants, calls, exports, this::nextSerial, config.leastPatienceMillis());
        this.joining = new Joining(incarnation, direct);
        this.groups = new Groups(incarnation, config.leastPatienceMillis());
        this.invitations = new Invitations(links);
        this.shelves = new Shelves(incarnation, config.shelfBytes(), memory, rejections, owner::postedUrgently);
        this.fanOut = new FanOut(topics, groups, this::nextSerial);
        this.conversation = new Conversation(
                topics,
                config.leastPatienceMillis(),
                names,
                participants,
                joining,
                groups,
                invitations,
                shelves,
                rejections);
        this.arrivals = new Arrivals(
                this::now, topics, direct, calls, exports, participants, names, letters, conversation, rejections);
        this.greeter = new Greeter(config.bus(), incarnation, startedAt);
        this.members = new Membership(
                config, incarnation, this::now, preference, greeter, arrivals, shelves, rejections, this);
    }

    // ---------------------------------------------------------------- parts

    NodeConfig config() {
        return config;
    }

    Peer self() {
        return self;
    }

    Owner owner() {
        return owner;
    }

    Outbox outbox() {
        return outbox;
    }

    Topics topics() {
        return topics;
    }

    DirectRunner direct() {
        return direct;
    }

    Callers callers() {
        return callers;
    }

    Calls calls() {
        return calls;
    }

    NameService names() {
        return names;
    }

    Participants participants() {
        return participants;
    }

    /** Whom a call to that unique name is sent to: its node, or who it is if it is here; null if nobody has it. */
    Correspondent correspondent(String uniqueName) {
        Session session = members.sessionOf(uniqueName);
        if (session != null) {
            return session;
        }
        Participant one = participants.find(uniqueName);
        return one == null ? null : one.isHere() ? one : one.session();
    }

    Exports exports() {
        return exports;
    }

    Rejections rejections() {
        return rejections;
    }

    /** How often somebody here was told that something may be missing, and nobody knows how much. */
    long uncountedGaps() {
        return arrivals.uncountedGaps();
    }

    List<LinkSlot> links() {
        return links;
    }

    Collection<Session> sessions() {
        return members.sessions();
    }

    /** Its clock; any thread may ask it. */
    Clock clock() {
        return clock;
    }

    /** When it started, by its clock. */
    long startedAt() {
        return startedAt;
    }

    long uptimeMillis() {
        return millisSince(startedAt);
    }

    /** How long ago a moment of its clock was. */
    long millisSince(long then) {
        return (clock.nanos() - then) / 1_000_000;
    }

    boolean isClosed() {
        return closed;
    }

    /** Completes when every node that was there at the start is known here and knows us. */
    CompletableFuture<Void> joined() {
        return joining.joined();
    }

    long incarnation() {
        return incarnation;
    }

    long now() {
        return now;
    }

    /** The session with the node of that unique name, or null. */
    Session sessionOf(String uniqueName) {
        return members.sessionOf(uniqueName);
    }

    int nextSerial() {
        serial++;
        return serial != 0 ? serial : ++serial;
    }

    // ---------------------------------------------------------------- life

    void start() {
        owner.start();
    }

    /** Opens a link and greets whoever is there; any thread. */
    void addTransport(Transport transport, int ranking) throws IOException {
        LinkPort port = new LinkPort(this, members);
        Link link = transport.open(config.bus(), port);
        if (link.mtu() < Frame.MAX) {
            link.close();
            throw new IOException("The transport " + transport.name() + " takes frames of " + link.mtu()
                    + " bytes only; " + Frame.MAX + " are needed");
        }
        LinkSlot slot = new LinkSlot(transport, link, ranking);
        enter();
        if (closed) {
            owner.leave();
            link.close();
            return;
        }
        try {
            port.opened(slot);
            links.add(slot);
            links.sort(preference);
            joining.linkOpened(now);
            if (greeter.linkOpened(slot, now) != SendResult.UNREACHABLE) {
                joining.expectAnswers();
            }
        } finally {
            owner.workAndLeave();
        }
        direct.runAll();
    }

    /** Prefers a transport to all others, or goes by rank alone if the name is empty. Any thread. */
    void prefer(String transport) {
        enter();
        try {
            preference.prefer(transport);
            links.sort(preference);
            members.preferenceChanged();
        } finally {
            owner.workAndLeave();
        }
        direct.runAll();
    }

    /** Closes the links of a transport under the sessions that use them, and opens others. Any thread. */
    void failLinks(List<LinkSlot> failing) throws IOException {
        failing.forEach(slot -> slot.link().close());
        enter();
        try {
            removeLinks(failing);
        } finally {
            owner.workAndLeave();
        }
        direct.runAll();
        for (LinkSlot slot : failing) {
            addTransport(slot.transport(), slot.ranking());
        }
    }

    /** The links over the transport of that name; any thread. */
    List<LinkSlot> linksOver(String transport) {
        enter();
        try {
            return links.stream()
                    .filter(slot -> slot.transport().name().equals(transport))
                    .toList();
        } finally {
            owner.workAndLeave();
        }
    }

    /** Closes the links of a transport that goes; sessions go on over what is left. Any thread. */
    void removeTransport(Transport transport) {
        List<LinkSlot> leaving = new ArrayList<>();
        enter();
        try {
            for (LinkSlot slot : links) {
                if (slot.transport() == transport) {
                    leaving.add(slot);
                }
            }
            leaving.forEach(members::leave);
            removeLinks(leaving);
        } finally {
            owner.workAndLeave();
        }
        leaving.forEach(slot -> slot.link().close());
        direct.runAll();
    }

    /** A link ended, or its transport goes; sessions go on over what is left. Belongs to the owner. */
    void removeLinks(List<LinkSlot> ended) {
        links.removeAll(ended);
        ended.forEach(LinkSlot::die);
        ended.forEach(members::linkEnded);
        ended.forEach(groups::linkEnded);
        ended.forEach(invitations::linkEnded);
    }

    /** Becomes the owner, now. */
    void enter() {
        owner.enter();
        now = clock.nanos();
    }

    /** Sends what there is to send, says goodbye and stops; any thread. */
    void close() {
        long until = clock.nanos() + LINGER_NANOS;
        boolean drained = isDrained();
        if (!drained) {
            askWhatArrived();
        }
        while (!drained && clock.nanos() < until) {
            LockSupport.parkNanos(this, 1_000_000);
            drained = isDrained();
        }
        leave();
    }

    private void askWhatArrived() {
        enter();
        try {
            members.askWhatArrived();
        } finally {
            owner.workAndLeave();
        }
    }

    /** Says goodbye and stops. */
    void leave() {
        owner.enter();
        try {
            if (closed) {
                return;
            }
            closed = true;
            members.sayBye();
            calls.failAll(null, CallException.CLOSED, "The bus was closed");
            names.close();
            shelves.close();
        } finally {
            owner.leave();
        }
        owner.close();
        List.copyOf(links).forEach(slot -> slot.link().close());
        direct.runAll();
        joining.joined().completeExceptionally(new IllegalStateException("The bus was closed"));
    }

    /** Whether nothing waits to be sent or to be acknowledged where it could still be lost. */
    boolean isDrained() {
        owner.enter();
        try {
            return closed || (outbox.isEmpty() && members.isDrained());
        } finally {
            owner.workAndLeave();
        }
    }

    // ---------------------------------------------------------------- members

    @Override
    public void met(Session session, long itStartedAt) {
        names.met(session, itStartedAt);
    }

    @Override
    public void bound(Session session) {
        conversation.introduce(session, sessions());
    }

    @Override
    public void gone(Session session, String how) {
        fanOut.forget(session);
        groups.forget(session);
        invitations.forget(session);
        topics.removeInterests(session);
        joining.forget(session.id());
        names.gone(session);
        calls.failAll(
                session, CallException.PEER_DIED, session.peer().uniqueName() + " " + how + " before it answered");
    }

    @Override
    public boolean refused(Session session, byte[] message) {
        return calls.onRefused(session, message);
    }

    /** That peer said something that is refused. Belongs to the owner. */
    void onRejected(Session session, String why) {
        members.onRejected(session, why);
    }

    /** This node's wishes changed: tells everybody. Belongs to the owner. */
    void tellInterest(String pattern) {
        conversation.tellInterest(pattern, sessions());
    }

    // ---------------------------------------------------------------- messages that leave

    /** Takes one record of the outbox: something published, or a task. */
    @Override
    public boolean take(Object subject, byte[] data, int offset, int size) {
        if (subject instanceof Topic topic) {
            return fanOut.send(topic, data, offset, size, now);
        }
        if (subject instanceof LargeMessage large) {
            return fanOut.send(large.topic(), large.bytes(), 0, large.bytes().length, now);
        }
        if (subject instanceof Participant to) {
            return letters.send(to, data, offset, size, now);
        }
        if (subject instanceof LargeLetter large) {
            return letters.send(large.to(), large.bytes(), 0, large.bytes().length, now);
        }
        try {
            ((Runnable) subject).run();
        } catch (RuntimeException e) {
            // It must not stay the first for ever.
            LOG.log(Level.ERROR, "The bus " + config.bus() + " failed at something it was asked for", e);
        }
        return true;
    }

    /** Has the owner of the state run something soon, in order with what this thread published; any thread. */
    void post(Runnable task) {
        while (!outbox.put(task, NO_BYTES, 0, 0)) {
            if (closed) {
                return;
            }
            owner.postedUrgently();
            if (DirectRunner.isRunningHere() || owner.isHere()) {
                // A thread of the bus must not wait for room: it may be the one that makes it.
                owner.enter();
                try {
                    task.run();
                } finally {
                    owner.workAndLeave();
                }
                return;
            }
            LockSupport.parkNanos(this, 50_000);
        }
        owner.postedUrgently();
    }

    // ---------------------------------------------------------------- work

    /** Sends what there is to send; returns when something is due. */
    private long pump() {
        long next = members.pump(now);
        while (groups.pump(now)) {
            next = members.pump(now);
        }
        return Math.min(next, groups.heldUntil());
    }

    /** A link that was full may have room again. Belongs to the owner. */
    void onWritable(LinkSlot slot) {
        members.onWritable(slot);
        groups.onWritable(slot);
    }

    Groups groups() {
        return groups;
    }

    Shelves shelves() {
        return shelves;
    }

    Invitations invitations() {
        return invitations;
    }

    /** Ports that had something to send and no room may try again; returns when to look again. */
    private long tellRoom() {
        long next = Long.MAX_VALUE;
        List<NodePort> ports = participants.ports();
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).tellRoom()) {
                next = now + LOOK_NANOS;
            }
        }
        return next;
    }

    /** Does what there is to do; returns when it wants to be called again. Allocates nothing while nothing changes. */
    private long work(long time) {
        now = time;
        if (closed) {
            return Long.MAX_VALUE;
        }
        members.resumeHeld();
        members.endGrace(now);
        arrivals.scheduleFilled();
        boolean all = outbox.drain(this, DRAIN_BYTES);
        fanOut.tellGaps();
        members.endOverrun();
        long waitsUntil = Math.min(fanOut.waitsUntil(), letters.waitsUntil());
        long next = all ? Long.MAX_VALUE : waitsUntil == Long.MAX_VALUE ? Long.MIN_VALUE : waitsUntil;
        next = Math.min(next, pump());
        for (int i = 0; i < links.size(); i++) {
            links.get(i).link().flush();
        }
        next = Math.min(next, tellRoom());
        next = Math.min(next, arrivals.heldUntil());
        next = Math.min(next, calls.onTime(now));
        next = Math.min(next, members.graceEnds());
        next = Math.min(next, greeter.onTime(links, now));
        return Math.min(next, joining.onTime(members, !links.isEmpty(), now));
    }
}
