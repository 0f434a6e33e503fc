package headway.core;

import headway.bus.Peer;
import headway.core.Session.State;
import headway.dbus.InvalidMessageException;
import headway.transport.Address;
import headway.transport.Credentials;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Who is on the bus: one session for each other node, from its first hello until it left, died, began anew or was out of
 * reach for too long. Decides for each frame which session it belongs to, if any. Belongs to the bus's owner.
 */
final class Membership implements Session.Host {

    /** What others of this node learn about members. */
    interface Watcher {

        /** Another node said hello. */
        void met(Session session, long startedAt);

        /** The session has both its ends, so that something can be sent. */
        void bound(Session session);

        /** That node is no member any more; how it came to that is what a text says of it. */
        void gone(Session session, String how);

        /** So much waits for that node that this message will not be sent; says no if nobody here can be told. */
        boolean refused(Session session, byte[] message);
    }

    private static final System.Logger LOG = System.getLogger(Membership.class.getName());

    /** A peer at an unknown address is asked so often who it is. */
    private static final long ASK_NANOS = 5_000_000;
    /** How long a peer may be out of reach when its link ended without a word: time to open another. */
    private static final long GONE_NANOS = 250_000_000;

    private static final int MOST_SESSIONS = 4096;

    private final NodeConfig config;
    private final long incarnation;
    private final LongSupplier now;
    private final Preference preference;
    private final Greeter greeter;
    private final Arrivals arrivals;
    private final Shelves shelves;
    private final Rejections rejections;
    private final Watcher watcher;

    private final Map<Long, Session> byId = new LinkedHashMap<>();
    private final Collection<Session> sessions = Collections.unmodifiableCollection(byId.values());
    private final Map<String, Session> byName = new HashMap<>();

    /** The sessions of {@link #byId}; replaced, never changed. */
    private Session[] all = {};

    private final GivenUp givenUp = new GivenUp(MOST_SESSIONS);
    private final Map<Session, Long> unreachableUntil = new HashMap<>();

    /** Sessions that lost something they should have sent, and so must end. */
    private final ArrayDeque<Session> overrun = new ArrayDeque<>();

    private int epochs;
    private long askedAt;

    Membership(
            NodeConfig config,
            long incarnation,
            LongSupplier now,
            Preference preference,
            Greeter greeter,
            Arrivals arrivals,
            Shelves shelves,
            Rejections rejections,
            Watcher watcher) {
        this.config = config;
        this.incarnation = incarnation;
        this.now = now;
        this.preference = preference;
        this.greeter = greeter;
        this.arrivals = arrivals;
        this.shelves = shelves;
        this.rejections = rejections;
        this.watcher = watcher;
    }

    Collection<Session> sessions() {
        return sessions;
    }

    /** The session with the node of that unique name, or null. */
    Session sessionOf(String uniqueName) {
        return byName.get(uniqueName);
    }

    boolean knowsAll(Collection<Long> nodes) {
        return byId.keySet().containsAll(nodes);
    }

    /** Whether nothing waits to be sent or to be acknowledged where it could still be lost. */
    boolean isDrained() {
        return byId.values().stream().allMatch(Session::isDrained);
    }

    /** Asks the peers to say now what they have, not when it suits them. */
    void askWhatArrived() {
        for (Session session : all) {
            session.sender().ask();
        }
    }

    /** Tells everybody that this node leaves. */
    void sayBye() {
        for (Session session : all) {
            session.sayBye();
        }
    }

    private void add(Session session) {
        byId.put(session.id(), session);
        byName.put(session.peer().uniqueName(), session);
        all = byId.values().toArray(Session[]::new);
    }

    private void remove(Session session) {
        byName.remove(session.peer().uniqueName(), session);
        byId.remove(session.id(), session);
        all = byId.values().toArray(Session[]::new);
    }

    // ---------------------------------------------------------------- frames

    /** A frame arrived. The bytes are borrowed. */
    void onFrame(LinkSlot slot, Address from, Credentials credentials, byte[] a, int at, int length) {
        slot.received(length);
        String wrong = Frame.check(a, at, length);
        if (wrong != null) {
            rejections.add(
                    wrong,
                    "uid " + credentials.uid() + " at " + slot.transport().name() + " " + from);
            return;
        }
        if (Frame.kind(a, at) == Frame.Kind.GROUP) {
            onGroupFrame(slot, from, credentials, a, at, length);
        } else {
            onFrameForUs(slot, from, credentials, a, at, length);
        }
    }

    private void onGroupFrame(LinkSlot slot, Address from, Credentials credentials, byte[] a, int at, int length) {
        int ours = GroupFrame.open(a, at, length, incarnation);
        if (ours >= 0) {
            onFrameForUs(slot, from, credentials, a, ours, at + length - ours);
        } else if (ours == GroupFrame.NOT_OURS) {
            slot.overheard();
        } else {
            rejections.add("group frame with wrong envelopes", "uid " + credentials.uid() + " at " + from);
        }
    }

    private void onFrameForUs(LinkSlot slot, Address from, Credentials credentials, byte[] a, int at, int length) {
        long id = Frame.session(a, at);
        if (id == incarnation) {
            return;
        }
        Session session = byId.get(id);
        Frame.Kind kind = Frame.kind(a, at);
        if (kind == Frame.Kind.HELLO) {
            onHello(slot, from, credentials, a, at, length, session);
            return;
        }
        int epoch = Frame.epoch(a, at);
        int peerEpoch = Frame.peerEpoch(a, at);
        if (kind == Frame.Kind.UNKNOWN_SESSION) {
            if (session != null
                    && session.epoch() == peerEpoch
                    && session.links().at(slot, from) != null) {
                gone(session, "took this node for gone");
                greeter.greet(slot, from, null, true);
            }
            return;
        }
        if (session == null || session.epoch() != peerEpoch) {
            if (kind != Frame.Kind.BYE) {
                greeter.answerUnknown(slot, from, epoch);
            }
            return;
        }
        Route over = session.links().at(slot, from);
        if (over == null) {
            onFrameFromElsewhere(slot, from, credentials, session, a, at);
            return;
        }
        if (!session.isBound()) {
            session.bind(epoch);
            watcher.bound(session);
        } else if (epoch != session.peerEpoch()) {
            if (epoch - session.peerEpoch() > 0) {
                gone(session, "began anew");
                greeter.answerUnknown(slot, from, epoch);
            }
            return;
        }
        if (kind == Frame.Kind.BYE) {
            session.onBye(Frame.sequence(a, at));
        } else {
            session.onFrame(over, a, at, length);
            if (session.hearers().missSome() && session.knowsInterest()) {
                // Also if it publishes nothing for long; and not before all that it publishes comes here again.
                arrivals.tellGivenUp(session.hearers());
            }
        }
        if (session.hasLeft()) {
            gone(session, "left the bus");
        }
    }

    /** It came over a link of which the peer has told nothing: its hello was lost, or this has overtaken it. */
    private void onFrameFromElsewhere(
            LinkSlot slot, Address from, Credentials credentials, Session session, byte[] a, int at) {
        if (isAnotherProcess(session.credentials(), credentials)) {
            rejections.add(
                    "a session's frame from an address that is not its own",
                    "uid " + credentials.uid() + " at " + from);
            return;
        }
        if (Frame.kind(a, at) == Frame.Kind.DATA) {
            session.missed(Frame.sequence(a, at));
        }
        if (now.getAsLong() - askedAt >= ASK_NANOS) {
            askedAt = now.getAsLong();
            greeter.greet(slot, from, session, true);
        }
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
        if (!hello.bus().equals(config.bus()) || !hello.node().equals(Greeter.uniqueName(id))) {
            rejections.add("hello of another bus or name", hello.node() + " at " + from);
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
            greeter.answerUnknown(slot, from, epoch);
            return;
        }
        if (session == null) {
            if (byId.size() >= MOST_SESSIONS) {
                rejections.add("more than " + MOST_SESSIONS + " nodes", hello.node() + " at " + from);
                return;
            }
            epochs++;
            Peer peer = new Peer(hello.node(), credentials);
            session = new Session(this, id, epochs, peer, config.windowBytes(), givenUp.recall(id, peer));
            add(session);
            watcher.met(session, hello.startedAt());
        }
        boolean bound = epoch != 0 && !session.isBound();
        if (bound) {
            session.bind(epoch);
        }
        if (hello.answer()) {
            // Before anything else, or the peer would not know who sends it.
            greeter.greet(slot, from, session, !session.isBound());
        }
        session.links().add(slot, from);
        if (session.route() != null) {
            unreachableUntil.remove(session);
            session.reachable();
        }
        if (bound) {
            watcher.bound(session);
        }
    }

    private static boolean isAnotherProcess(Credentials known, Credentials now) {
        return differ(known.pid(), now.pid()) || differ(known.uid(), now.uid());
    }

    /** Media vouch for different things: what one of them does not know is no difference. */
    private static boolean differ(long known, long now) {
        return known != Credentials.UNKNOWN && now != Credentials.UNKNOWN && known != now;
    }

    // ---------------------------------------------------------------- links

    /** A link that was full may have room again. */
    void onWritable(LinkSlot slot) {
        for (Session session : all) {
            session.onWritable(slot);
        }
    }

    /** Nobody is at that address of the link any more. */
    void onGone(LinkSlot slot, Address peer) {
        for (Session session : all) {
            Route route = session.links().at(slot, peer);
            if (route != null) {
                session.lost(route);
                if (session.mayHaveDied()) {
                    // What remains is the time to open another link.
                    long soon = now.getAsLong() + GONE_NANOS;
                    unreachableUntil.computeIfPresent(session, (s, until) -> Math.min(until, soon));
                }
            }
        }
    }

    /** This node closes that link soon: tells those who would take its end for ours. */
    void leave(LinkSlot slot) {
        for (Session session : all) {
            session.leave(slot);
        }
    }

    /** Other links are better now. */
    void preferenceChanged() {
        for (Session session : all) {
            session.links().reconsider();
        }
    }

    /** A link ended; sessions go on over what is left. */
    void linkEnded(LinkSlot slot) {
        for (Session session : all) {
            session.links().remove(slot, null);
        }
    }

    // ---------------------------------------------------------------- what sessions ask

    @Override
    public long incarnation() {
        return incarnation;
    }

    @Override
    public long now() {
        return now.getAsLong();
    }

    @Override
    public Preference preference() {
        return preference;
    }

    @Override
    public boolean onMessage(Session session, byte[] array, int offset, int length) {
        return arrivals.onMessage(session, array, offset, length);
    }

    @Override
    public boolean onLent(Session session, Loan loan) {
        return arrivals.onLent(session, loan);
    }

    @Override
    public Shelves shelves() {
        return shelves;
    }

    @Override
    public void onRejected(Session session, String why) {
        rejections.add(why, session.peer().uniqueName());
    }

    @Override
    public void onUnbound(Session session) {
        Route route = session.route();
        greeter.greet(route.slot(), route.address(), session, true);
    }

    @Override
    public void onUnreachable(Session session) {
        if (session.state() != State.GONE) {
            session.state(State.UNREACHABLE);
            unreachableUntil.put(session, now.getAsLong() + config.graceMillis() * 1_000_000);
        }
    }

    @Override
    public void onRefused(Session session, byte[] message) {
        if (!watcher.refused(session, message) && !overrun.contains(session)) {
            overrun.add(session);
        }
    }

    // ---------------------------------------------------------------- time

    /** Goes on with sessions that were held for subscribers without room. */
    void resumeHeld() {
        for (Session session : arrivals.takeHeld()) {
            session.resume();
            if (session.hasLeft()) {
                gone(session, "left the bus");
            }
        }
    }

    /** Ends sessions with peers that were out of reach for too long. */
    void endGrace(long now) {
        if (graceEnds() <= now) {
            for (Map.Entry<Session, Long> entry : List.copyOf(unreachableUntil.entrySet())) {
                if (entry.getValue() <= now && !entry.getKey().isHeld()) {
                    gone(entry.getKey(), "died or could not be reached any more");
                }
            }
        }
    }

    /** When the next peer has been out of reach for too long; what was held for a subscriber is handed over before. */
    long graceEnds() {
        long next = Long.MAX_VALUE;
        if (!unreachableUntil.isEmpty()) {
            for (Map.Entry<Session, Long> entry : unreachableUntil.entrySet()) {
                if (!entry.getKey().isHeld()) {
                    next = Math.min(next, entry.getValue());
                }
            }
        }
        return next;
    }

    /** Ends sessions that lost something they should have sent. */
    void endOverrun() {
        Session session;
        while ((session = overrun.poll()) != null) {
            if (session.state() != State.GONE) {
                gone(session, "took too little of what was sent to it");
            }
        }
    }

    /** Sends what there is to send, and does what is due; returns when something is due next. */
    long pump(long now) {
        long next = Long.MAX_VALUE;
        for (Session session : all) {
            session.pump(true);
            next = Math.min(next, session.onTime(now));
        }
        return next;
    }

    private void gone(Session session, String how) {
        LOG.log(Level.DEBUG, "{0}: {1} {2}", Greeter.uniqueName(incarnation), session, how);
        session.state(State.GONE);
        arrivals.finish(session);
        session.sender().clearShelf();
        shelves.forget(session);
        if (!session.hasLeft()) {
            remember(session);
        } else if (session.hearers().missSome()) {
            arrivals.tellGivenUp(session.hearers());
        }
        unreachableUntil.remove(session);
        remove(session);
        watcher.gone(session, how);
    }

    /** It may live and come back, with all that it has published meanwhile gone. */
    private void remember(Session session) {
        Hearers hearers = session.hearers();
        if (!hearers.isEmpty()) {
            hearers.missFrom(session.receivedMessages() + 1);
            Hearers forgotten = givenUp.remember(session.id(), hearers);
            if (forgotten != null) {
                arrivals.tellGivenUp(forgotten);
            }
        }
    }
}
