package headway.core;

import headway.bus.Gap;
import headway.bus.Peer;
import headway.core.Session.State;
import headway.dbus.InvalidMessageException;
import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * One process on the bus: its links, its sessions with all other nodes, and the way messages take between them and the
 * subscribers, handlers and callers here.
 *
 * <p>What other nodes may do is in {@link #onFrame}; what applications may do is posted to {@link #outbox}. Both end here, in
 * the hands of whoever owns the state (see {@link Owner}).
 */
final class Node implements Session.Host, Outbox.Taker {

    private static final System.Logger LOG = System.getLogger(Node.class.getName());

    /** A node that joins waits so long for the answers of those it found. */
    private static final long JOIN_NANOS = 500_000_000;
    /** It says hello again on links that may lose a frame: so soon at first, then less and less often. */
    private static final long FIRST_HELLO_NANOS = 10_000_000;

    private static final long HELLO_NANOS = 1_000_000_000;
    /** A peer at an unknown address is asked so often who it is. */
    private static final long ASK_NANOS = 5_000_000;
    /** How long a peer may be out of reach when its link said that it is gone: time to open another. */
    private static final long GONE_NANOS = 250_000_000;
    /** How long closing waits for receivers to take what was sent. */
    private static final long LINGER_NANOS = 1_000_000_000;
    /** Bytes taken from the outbox before others may own the state. */
    private static final int DRAIN_BYTES = 1 << 18;

    private static final int MOST_SESSIONS = 4096;
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
    private final Calls calls = new Calls(direct);
    private final NameService names;
    private final Exports exports;
    private final FanOut fanOut = new FanOut(topics, this::nextSerial);
    private final HeaderCache headers = new HeaderCache();
    private final Rejections rejections = new Rejections();
    private final CompletableFuture<Void> joined = new CompletableFuture<>();

    private final List<LinkSlot> links = new ArrayList<>();
    private final Map<Long, Session> sessions = new LinkedHashMap<>();
    private final Map<String, Session> byName = new HashMap<>();
    private final Map<Session, Long> unreachableUntil = new HashMap<>();
    private final Set<Long> mentioned = new HashSet<>();
    private final Set<Session> held = new LinkedHashSet<>();

    private final ArrayList<Mailbox> filled = new ArrayList<>();
    private Topic lastTopic = new Topic("");

    private long now;
    private int serial;
    private int epochs;
    private long heldUntil = Long.MAX_VALUE;
    private long joinUntil;
    private boolean answersExpected;
    private boolean hasJoined;
    private Session leaving;
    private long helloAt;
    private long helloEvery;
    private long askedAt;
    private volatile boolean closed;

    Node(NodeConfig config, Clock clock, long incarnation, Executor executor) {
        this.config = config;
        this.clock = clock;
        this.incarnation = incarnation;
        this.startedAt = clock.nanos();
        this.now = startedAt;
        this.self = new Peer(uniqueName(incarnation), Credentials.NONE);
        this.outbox = new Outbox(config.outboxBytes());
        this.owner = new Owner("headway-" + config.bus(), clock, this::work, direct);
        this.names = new NameService(this);
        this.exports = new Exports(this, executor);
        this.joinUntil = startedAt + JOIN_NANOS;
    }

    private static String uniqueName(long incarnation) {
        return ":" + Long.toUnsignedString(incarnation, 36) + ".1";
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

    Calls calls() {
        return calls;
    }

    NameService names() {
        return names;
    }

    Exports exports() {
        return exports;
    }

    Rejections rejections() {
        return rejections;
    }

    List<LinkSlot> links() {
        return links;
    }

    Collection<Session> sessions() {
        return sessions.values();
    }

    /** When it started, by its clock. */
    long startedAt() {
        return startedAt;
    }

    long uptimeMillis() {
        return (clock.nanos() - startedAt) / 1_000_000;
    }

    boolean isClosed() {
        return closed;
    }

    /** Completes when every node that was there at the start is known here and knows us. */
    CompletableFuture<Void> joined() {
        return joined;
    }

    @Override
    public long incarnation() {
        return incarnation;
    }

    @Override
    public long now() {
        return now;
    }

    /** The session with the node of that unique name, or null. */
    Session sessionOf(String uniqueName) {
        return byName.get(uniqueName);
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
        Listener listener = new Listener();
        Link link = transport.open(config.bus(), listener);
        if (link.mtu() < Frame.MAX) {
            link.close();
            throw new IOException("The transport " + transport.name() + " takes frames of " + link.mtu()
                    + " bytes only; " + Frame.MAX + " are needed");
        }
        LinkSlot slot = new LinkSlot(transport, link, ranking);
        owner.enter();
        try {
            now = clock.nanos();
            links.add(slot);
            links.sort(LinkSlot.BEST_FIRST);
            listener.opened(slot);
            joinUntil = now + JOIN_NANOS;
            helloAt = now;
            helloEvery = FIRST_HELLO_NANOS;
            if (greet(slot, Address.EVERYONE, null, true) != SendResult.UNREACHABLE) {
                answersExpected = true;
            }
        } finally {
            owner.workAndLeave();
        }
        direct.runAll();
    }

    /** Closes the links of a transport that goes; sessions go on over what is left. Any thread. */
    void removeTransport(Transport transport) {
        List<LinkSlot> leaving = new ArrayList<>();
        owner.enter();
        try {
            now = clock.nanos();
            for (LinkSlot slot : links) {
                if (slot.transport() == transport) {
                    leaving.add(slot);
                }
            }
            links.removeAll(leaving);
            leaving.forEach(LinkSlot::die);
            for (LinkSlot slot : leaving) {
                sessions.values().forEach(session -> session.removeRoute(slot, null));
            }
        } finally {
            owner.workAndLeave();
        }
        leaving.forEach(slot -> slot.link().close());
        direct.runAll();
    }

    /** Sends what there is to send, says goodbye and stops; any thread. */
    void close() {
        long until = clock.nanos() + LINGER_NANOS;
        while (!isDrained() && clock.nanos() < until) {
            LockSupport.parkNanos(this, 1_000_000);
        }
        leave();
    }

    /** Says goodbye and stops. */
    void leave() {
        owner.enter();
        try {
            if (closed) {
                return;
            }
            closed = true;
            sessions.values().forEach(Session::sayBye);
            calls.failAll(null, headway.bus.CallException.CLOSED, "The bus was closed");
            names.close();
        } finally {
            owner.leave();
        }
        owner.close();
        List.copyOf(links).forEach(slot -> slot.link().close());
        direct.runAll();
        joined.completeExceptionally(new IllegalStateException("The bus was closed"));
    }

    /** Whether nothing waits to be sent or to be acknowledged where it could still be lost. */
    boolean isDrained() {
        owner.enter();
        try {
            return closed || (outbox.isEmpty() && sessions.values().stream().allMatch(Session::isDrained));
        } finally {
            owner.workAndLeave();
        }
    }

    // ---------------------------------------------------------------- frames

    /** What one link tells; on the transport's thread. */
    private final class Listener implements LinkListener {

        private LinkSlot slot;
        private byte[] copy = new byte[0];

        void opened(LinkSlot newSlot) {
            slot = newSlot;
        }

        @Override
        public void onFrame(Address from, Credentials credentials, ByteBuffer frame) {
            owner.enter();
            try {
                now = clock.nanos();
                if (slot == null || slot.isDead() || closed) {
                    return;
                }
                int length = frame.remaining();
                if (frame.hasArray()) {
                    Node.this.onFrame(
                            slot, from, credentials, frame.array(), frame.arrayOffset() + frame.position(), length);
                } else {
                    if (copy.length < length) {
                        copy = new byte[Math.max(length, Frame.MAX)];
                    }
                    frame.get(copy, 0, length);
                    Node.this.onFrame(slot, from, credentials, copy, 0, length);
                }
            } finally {
                owner.workAndLeave();
            }
            finish();
        }

        @Override
        public void onWritable() {
            own(() -> sessions.values().forEach(session -> session.onWritable(slot)));
        }

        @Override
        public void onGone(Address peer) {
            own(() -> {
                for (Session session : List.copyOf(sessions.values())) {
                    if (session.isAt(slot, peer)) {
                        session.removeRoute(slot, peer);
                        // Its process has most likely died; what remains is the time to open another link.
                        unreachableUntil.computeIfPresent(session, (s, until) -> Math.min(until, now + GONE_NANOS));
                    }
                }
            });
        }

        @Override
        public void onClosed(Exception cause) {
            LOG.log(Level.WARNING, "The link {0} of bus {1} ended: {2}", slot, config.bus(), cause.getMessage());
            LinkSlot dead = slot;
            own(() -> {
                dead.die();
                links.remove(dead);
                sessions.values().forEach(session -> session.removeRoute(dead, null));
            });
            reopen(dead);
        }

        private void own(Runnable change) {
            owner.enter();
            try {
                now = clock.nanos();
                if (slot != null && !closed) {
                    change.run();
                }
            } finally {
                owner.workAndLeave();
            }
            finish();
        }

        private void finish() {
            direct.runAll();
        }
    }

    /** A link ended while its transport is still there: one new attempt; if it fails the transport will say when it works. */
    private void reopen(LinkSlot dead) {
        if (closed) {
            return;
        }
        try {
            addTransport(dead.transport(), dead.ranking());
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "The transport {0} could not be opened again: {1}",
                    dead.transport().name(),
                    e.getMessage());
        }
    }

    private void onFrame(LinkSlot slot, Address from, Credentials credentials, byte[] a, int at, int length) {
        slot.received(length);
        String wrong = Frame.check(a, at, length);
        if (wrong != null) {
            rejections.add(
                    wrong,
                    "uid " + credentials.uid() + " at " + slot.transport().name() + " " + from);
            return;
        }
        long id = Frame.session(a, at);
        if (id == incarnation) {
            return;
        }
        Session session = sessions.get(id);
        Frame.Kind kind = Frame.kind(a, at);
        if (kind == Frame.Kind.HELLO) {
            onHello(slot, from, credentials, a, at, length, session);
            return;
        }
        int epoch = Frame.epoch(a, at);
        int peerEpoch = Frame.peerEpoch(a, at);
        if (kind == Frame.Kind.UNKNOWN_SESSION) {
            if (session != null && session.epoch() == peerEpoch && session.isAt(slot, from)) {
                gone(session, "took this node for gone");
                greet(slot, from, null, true);
            }
            return;
        }
        if (session == null || session.epoch() != peerEpoch) {
            if (kind != Frame.Kind.BYE) {
                answerUnknown(slot, from, epoch);
            }
            return;
        }
        if (!session.isAt(slot, from)) {
            rejections.add(
                    "a session's frame from an address that is not its own",
                    "uid " + credentials.uid() + " at " + from);
            if (now - askedAt >= ASK_NANOS) {
                // It has most likely said hello there, and that was lost.
                askedAt = now;
                greet(slot, from, session, true);
            }
            return;
        }
        if (!session.isBound()) {
            session.bind(epoch);
            introduce(session);
        } else if (epoch != session.peerEpoch()) {
            if (epoch - session.peerEpoch() > 0) {
                gone(session, "began anew");
                answerUnknown(slot, from, epoch);
            }
            return;
        }
        if (kind == Frame.Kind.BYE) {
            session.onBye(Frame.sequence(a, at));
        } else {
            session.onFrame(a, at, length);
        }
        if (session.hasLeft()) {
            gone(session, "left the bus");
        }
    }

    /** That session of the sender has no other end here, or no longer. */
    private void answerUnknown(LinkSlot slot, Address to, int epoch) {
        byte[] frame = new byte[Frame.HEADER];
        Frame.writeHeader(frame, 0, Frame.Kind.UNKNOWN_SESSION, 0, frame.length, incarnation, 0, epoch, 0, 0);
        slot.send(to, ByteBuffer.wrap(frame));
        slot.link().flush();
    }

    /**
     * Says hello.
     *
     * @param session with whom, or null if that is not known
     * @param answer whether the receiver shall say hello as well
     */
    private SendResult greet(LinkSlot slot, Address to, Session session, boolean answer) {
        int epoch = session == null ? 0 : session.epoch();
        int peerEpoch = session == null ? 0 : session.peerEpoch();
        byte[] hello = new Control.Hello(config.bus(), self.uniqueName(), startedAt, answer).encode();
        byte[] frame = new byte[Frame.HEADER + hello.length];
        System.arraycopy(hello, 0, frame, Frame.HEADER, hello.length);
        Frame.writeHeader(frame, 0, Frame.Kind.HELLO, 0, frame.length, incarnation, epoch, peerEpoch, 0, 0);
        SendResult result = slot.send(to, ByteBuffer.wrap(frame));
        slot.link().flush();
        return result;
    }

    private void onHello(
            LinkSlot slot, Address from, Credentials credentials, byte[] a, int at, int length, Session known) {
        Control.Hello hello;
        try {
            hello = Control.Hello.decode(headway.dbus.Message.parse(a, at + Frame.HEADER, length - Frame.HEADER)
                    .copy());
        } catch (InvalidMessageException | IllegalArgumentException e) {
            rejections.add("malformed hello: " + e.getMessage(), "uid " + credentials.uid() + " at " + from);
            return;
        }
        long id = Frame.session(a, at);
        if (!hello.bus().equals(config.bus()) || !hello.node().equals(uniqueName(id))) {
            rejections.add("hello of another bus or name", hello.node() + " at " + from);
            return;
        }
        if (known != null && !known.credentials().equals(credentials)) {
            rejections.add("hello in the name of another process", "uid " + credentials.uid() + " at " + from);
            return;
        }
        if (known != null && isAnotherProcess(known.credentials(), credentials)) {
            rejections.add("hello in the name of another process", "uid " + credentials.uid() + " at " + from);
            return;
        }
        int epoch = Frame.epoch(a, at);
        int peerEpoch = Frame.peerEpoch(a, at);
        Session session = known;
        if (session != null && session.isBound() && epoch != 0 && epoch != session.peerEpoch()) {
            if (epoch - session.peerEpoch() < 0) {
                // From a session that it gave up itself.
                return;
            }
            gone(session, "began anew");
            session = null;
        }
        if (peerEpoch != 0 && (session == null || session.epoch() != peerEpoch)) {
            answerUnknown(slot, from, epoch);
            return;
        }
        if (session == null) {
            if (sessions.size() >= MOST_SESSIONS) {
                rejections.add("more than " + MOST_SESSIONS + " nodes", hello.node() + " at " + from);
                return;
            }
            epochs++;
            session = new Session(this, id, epochs, new Peer(hello.node(), credentials), config.windowBytes());
            sessions.put(id, session);
            byName.put(hello.node(), session);
            names.met(session, hello.startedAt());
        }
        boolean bound = epoch != 0 && !session.isBound();
        if (bound) {
            session.bind(epoch);
        }
        if (hello.answer()) {
            // Before anything else, or the peer would not know who sends it.
            greet(slot, from, session, !session.isBound());
        }
        session.addRoute(slot, from);
        if (session.route() != null) {
            unreachableUntil.remove(session);
            session.reachable();
        }
        if (bound) {
            introduce(session);
        }
    }

    private static boolean isAnotherProcess(Credentials known, Credentials now) {
        boolean vouched = known.pid() != Credentials.UNKNOWN && now.pid() != Credentials.UNKNOWN;
        return vouched && (known.pid() != now.pid() || known.uid() != now.uid());
    }

    @Override
    public void onUnbound(Session session) {
        Route route = session.route();
        greet(route.slot(), route.address(), session, true);
    }

    /** Tells a new peer everything about this node. */
    private void introduce(Session session) {
        session.send(new Control.Interest(topics.wishes(config.leastPatienceMillis()), List.of()).encode());
        names.introduce(session);
        List<Long> others = new ArrayList<>();
        for (Session other : sessions.values()) {
            if (other != session && other.state() != State.GONE) {
                others.add(other.id());
            }
        }
        session.send(Control.ready(others));
    }

    // ---------------------------------------------------------------- messages that arrive

    @Override
    public boolean onMessage(Session session, byte[] array, int offset, int length) {
        WireHeader header;
        try {
            header = headers.get(array, offset, length);
            if (header == null) {
                return true;
            }
            if (header.topic() != null) {
                return onPublished(session, header, array, offset, length);
            }
            onOther(session, header, array, offset, length);
        } catch (InvalidMessageException | IllegalArgumentException | ClassCastException e) {
            onRejected(session, "malformed message: " + e.getMessage());
        }
        return true;
    }

    private boolean onPublished(Session session, WireHeader header, byte[] array, int offset, int length) {
        if (!header.topic().equals(lastTopic.name()) || lastTopic.isForgotten()) {
            lastTopic = topics.get(header.topic());
        }
        Mailbox[] here = lastTopic.here();
        for (Mailbox mailbox : here) {
            if (!mailbox.admits(now) && session != leaving) {
                heldUntil = Math.min(heldUntil, mailbox.waitsUntil());
                held.add(session);
                return false;
            }
        }
        long number = session.countReceived();
        if (here.length > 0) {
            BusMessage message = new WireMessage(header, session.peer(), number, array, offset, length);
            for (Mailbox mailbox : here) {
                if (mailbox.delivery().direct()) {
                    direct.add(() -> mailbox.deliverDirectly(message));
                } else {
                    mailbox.put(message);
                    if (mailbox.markFilled()) {
                        filled.add(mailbox);
                    }
                }
            }
        }
        return true;
    }

    /** Subscribers are woken once for all that one frame brought them. */
    private void scheduleFilled() {
        for (int i = 0; i < filled.size(); i++) {
            filled.get(i).scheduleFilled();
        }
        filled.clear();
    }

    private void onOther(Session session, WireHeader header, byte[] array, int offset, int length) {
        WireMessage message = new WireMessage(header, session.peer(), 0, array, offset, length);
        switch (header.type()) {
            case SIGNAL -> {
                if (Control.INTERFACE.equals(header.message().interfaceName())) {
                    onControl(session, message.wire());
                }
            }
            case CALL -> {
                if (Control.INTERFACE.equals(header.message().interfaceName())
                        && names.onCall(session, message.wire())) {
                    return;
                }
                exports.onCall(session, message);
            }
            case RETURN, ERROR -> calls.onAnswer(session, header.message().replySerial(), message);
        }
    }

    private void onControl(Session session, headway.dbus.Message message) {
        switch (message.member()) {
            case Control.INTEREST -> {
                Control.Interest interest = Control.Interest.decode(message);
                for (Map.Entry<String, Long> wanted : interest.wanted().entrySet()) {
                    if (!topics.addInterest(session, wanted.getKey(), wanted.getValue())) {
                        onRejected(session, "more interests than one node may have");
                    }
                }
                interest.unwanted().forEach(pattern -> topics.removeInterest(session, pattern));
            }
            case Control.READY -> {
                mentioned.addAll(Control.decodeReady(message));
                mentioned.remove(incarnation);
                if (session.introduced()) {
                    names.live(session);
                }
            }
            case Control.NAMES -> names.onNames(session, Control.decodeNames(message));
            case Control.TELL_NAMES -> names.onTellNames(session);
            case Control.NAME_OWNER -> names.onNameOwner(session, Control.NameOwner.decode(message));
            case Control.GAP -> {
                Gap gap = Control.decodeGap(message, session.peer().uniqueName());
                session.skipReceived(gap.count());
                GapMessage told = new GapMessage(session.peer(), gap);
                for (Mailbox mailbox : topics.get(gap.topic()).here()) {
                    Runnable put = () -> {
                        mailbox.putGap(told);
                        mailbox.schedule();
                    };
                    if (mailbox.delivery().direct()) {
                        direct.add(put);
                    } else {
                        put.run();
                    }
                }
            }
            default -> onRejected(session, "unknown control message");
        }
    }

    @Override
    public void onRejected(Session session, String why) {
        rejections.add(why, session.peer().uniqueName());
    }

    // ---------------------------------------------------------------- peers that go

    @Override
    public void onUnreachable(Session session) {
        if (session.state() != State.GONE) {
            session.state(State.UNREACHABLE);
            unreachableUntil.put(session, now + config.graceMillis() * 1_000_000);
        }
    }

    private void gone(Session session, String how) {
        LOG.log(Level.DEBUG, "{0}: {1} {2}", self.uniqueName(), session, how);
        session.state(State.GONE);
        if (session.isHeld()) {
            // It was acknowledged, so it is handed over, by force.
            held.remove(session);
            leaving = session;
            session.resume();
            leaving = null;
        }
        unreachableUntil.remove(session);
        fanOut.forget(session);
        held.remove(session);
        topics.removeInterests(session);
        byName.remove(session.peer().uniqueName(), session);
        sessions.remove(session.id(), session);
        mentioned.remove(session.id());
        names.gone(session);
        calls.failAll(
                session,
                headway.bus.CallException.PEER_DIED,
                session.peer().uniqueName() + " " + how + " before it answered");
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

    // ---------------------------------------------------------------- time

    /** Does what there is to do; returns when it wants to be called again. */
    private long work(long time) {
        now = time;
        if (closed) {
            return Long.MAX_VALUE;
        }
        resumeHeld();
        endGrace();
        scheduleFilled();
        boolean all = outbox.drain(this, DRAIN_BYTES);
        fanOut.tellGaps();
        long waitsUntil = fanOut.waitsUntil();
        long next = all ? Long.MAX_VALUE : waitsUntil == Long.MAX_VALUE ? Long.MIN_VALUE : waitsUntil;
        boolean waiting = !calls.isEmpty();
        for (Session session : List.copyOf(sessions.values())) {
            session.pump(true);
            next = Math.min(next, session.onTime(now, waiting && calls.isWaitingFor(session)));
        }
        for (LinkSlot slot : links) {
            slot.link().flush();
        }
        next = Math.min(next, heldUntil);
        next = Math.min(next, calls.onTime(now));
        next = Math.min(next, graceEnds());
        next = Math.min(next, greetAgain());
        next = Math.min(next, checkJoined());
        return next;
    }

    private void resumeHeld() {
        heldUntil = Long.MAX_VALUE;
        if (!held.isEmpty()) {
            List<Session> again = List.copyOf(held);
            held.clear();
            for (Session session : again) {
                session.resume();
                if (session.hasLeft()) {
                    gone(session, "left the bus");
                }
            }
        }
    }

    private void endGrace() {
        if (graceEnds() <= now) {
            for (Map.Entry<Session, Long> entry : List.copyOf(unreachableUntil.entrySet())) {
                if (entry.getValue() <= now && !entry.getKey().isHeld()) {
                    gone(entry.getKey(), "died or could not be reached any more");
                }
            }
        }
    }

    /** When the next peer has been out of reach for too long; what was held for a subscriber is handed over before. */
    private long graceEnds() {
        long next = Long.MAX_VALUE;
        for (Map.Entry<Session, Long> entry : unreachableUntil.entrySet()) {
            if (!entry.getKey().isHeld()) {
                next = Math.min(next, entry.getValue());
            }
        }
        return next;
    }

    private long greetAgain() {
        long next = Long.MAX_VALUE;
        boolean due = now - helloAt >= helloEvery;
        for (LinkSlot slot : links) {
            // Also a link that loses nothing may have been too full for a hello.
            if (!slot.isLossless() || helloEvery < HELLO_NANOS) {
                if (due) {
                    greet(slot, Address.EVERYONE, null, true);
                }
                next = Math.min(next, due ? now + helloEvery : helloAt + helloEvery);
            }
        }
        if (due) {
            helloAt = now;
            helloEvery = Math.min(2 * helloEvery, HELLO_NANOS);
        }
        return next;
    }

    private long checkJoined() {
        if (hasJoined || links.isEmpty()) {
            return Long.MAX_VALUE;
        }
        boolean answered = !answersExpected || !sessions.isEmpty();
        boolean allLive = sessions.values().stream().allMatch(Session::isLive);
        boolean allKnown = sessions.keySet().containsAll(mentioned);
        if ((answered && allLive && allKnown) || now >= joinUntil) {
            hasJoined = true;
            direct.add(() -> joined.complete(null));
            return Long.MAX_VALUE;
        }
        return joinUntil;
    }

    /** This node's wishes changed: tell everybody. Belongs to the owner. */
    void tellInterest(String pattern) {
        Long patience = topics.wishes(config.leastPatienceMillis()).get(pattern);
        byte[] message = (patience != null
                        ? new Control.Interest(Map.of(pattern, patience), List.of())
                        : new Control.Interest(Map.of(), List.of(pattern)))
                .encode();
        for (Session session : sessions.values()) {
            session.send(message);
        }
    }
}
