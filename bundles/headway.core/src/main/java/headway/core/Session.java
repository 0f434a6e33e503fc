package headway.core;

import headway.bus.Peer;
import headway.transport.Credentials;
import headway.transport.SendResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;

/**
 * This node's relation to one other node, which outlives the links between them.
 *
 * <p>Its {@link LinkSwitch} says over which link that node is reached. Its {@linkplain SessionSender sending half} numbers what
 * it sends, keeps it until it is acknowledged and sends it again over another link if need be; its {@linkplain SessionReceiver
 * receiving half} takes in each frame once and in order, whatever link it comes over. A full window is back-pressure: {@link
 * #ready} says no.
 *
 * <p>Belongs to the bus's owner.
 */
final class Session implements LinkSwitch.Traveller, Correspondent {

    /** Where the relation stands. */
    enum State {
        /** The peer said hello; what it wants and owns is not known yet. */
        JOINING,
        LIVE,
        /** No link reaches it now; its window is kept for a grace time. */
        UNREACHABLE,
        /** It died, left, or was out of reach for too long. */
        GONE
    }

    /** What a session asks of its node. */
    interface Host {

        /** Our own incarnation. */
        long incarnation();

        long now();

        /**
         * One message arrived, in order.
         *
         * @return whether it was taken; if not it waits until {@link #resume}
         */
        boolean onMessage(Session session, byte[] array, int offset, int length);

        /**
         * A message on the peer's shelf arrived, in order.
         *
         * @return whether it is read there, and given back; if not it is copied, and a {@linkplain #onMessage message} like
         *     others
         */
        boolean onLent(Session session, Loan loan);

        /** Who can read whose large messages. */
        Shelves shelves();

        /** A frame or message of that peer was refused. */
        void onRejected(Session session, String why);

        /** So much waits for that peer already that this message for it will not be sent. */
        void onRefused(Session session, byte[] message);

        /** The peer has still not said which session of its own is the other end. */
        void onUnbound(Session session);

        /** No route is left. */
        void onUnreachable(Session session);

        /** Which links are better. */
        Comparator<LinkSlot> preference();
    }

    /** The largest message that travels whole; larger ones lie on a {@link Shelf}, or travel in pieces. */
    static final int WHOLE = Frame.MAX - Frame.HEADER;

    private final Host host;
    private final long id;
    private final int epoch;
    private final Peer peer;
    private final SessionSender sender;
    private final SessionReceiver receiver;
    private final LinkSwitch links;
    private final byte[] control = new byte[Frame.HEADER];
    private final ByteBuffer controlView = ByteBuffer.wrap(control).order(ByteOrder.LITTLE_ENDIAN);

    private State state = State.JOINING;
    /** 0: not known yet. */
    private int peerEpoch;

    private boolean introduced;

    /** A link of the peer ended without a word, and nothing was heard of it since. */
    private boolean mayHaveDied;

    /** Calls to the peer that wait for their answer. */
    private int answersExpected;

    /** Of these, the calls that participants here have made. */
    private int lettersUnanswered;

    // The numbers that gap reports speak of.
    private long publishedMessages;
    private long receivedMessages;

    /** Who here has got something of the peer, also before this session. */
    private final Hearers hearers;

    /** The frame after which the peer knows what is wanted here. */
    private long interestIn = Long.MAX_VALUE;

    Session(Host host, long id, int epoch, Peer peer, int windowBytes, Hearers hearers) {
        this.host = host;
        this.id = id;
        this.epoch = epoch;
        this.peer = peer;
        this.hearers = hearers;
        this.sender = new SessionSender(this, host, windowBytes);
        this.receiver = new SessionReceiver(this, host, windowBytes);
        this.links = new LinkSwitch(this, host.preference());
    }

    long id() {
        return id;
    }

    int epoch() {
        return epoch;
    }

    /** Our own incarnation. */
    long incarnation() {
        return host.incarnation();
    }

    @Override
    public Peer peer() {
        return peer;
    }

    State state() {
        return state;
    }

    void state(State newState) {
        state = newState;
    }

    @Override
    public boolean isGone() {
        return state == State.GONE;
    }

    /** Whether the peer has told everything about itself. */
    boolean isIntroduced() {
        return introduced;
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    /** The peer has told everything about itself; says whether that is new. */
    boolean introduced() {
        boolean before = introduced;
        introduced = true;
        if (state == State.JOINING) {
            state = State.LIVE;
        }
        return !before;
    }

    /** The peer can be reached again. */
    void reachable() {
        if (state == State.UNREACHABLE) {
            state = introduced ? State.LIVE : State.JOINING;
        }
    }

    /** How the peer is reached now, or null. */
    Route route() {
        return links.current();
    }

    LinkSwitch links() {
        return links;
    }

    /** Which of the peer's sessions with us is the other end of this one; 0 if that is not known yet. */
    int peerEpoch() {
        return peerEpoch;
    }

    /** Whether both ends know each other; before that nothing is sent. */
    @Override
    public boolean isBound() {
        return peerEpoch != 0;
    }

    /** The other end of this session is that session of the peer, for ever. */
    void bind(int itsEpoch) {
        peerEpoch = itsEpoch;
    }

    // ---------------------------------------------------------------- routes

    @Override
    public long now() {
        return host.now();
    }

    @Override
    public String destination() {
        return peer.uniqueName();
    }

    @Override
    public SendResult check(Route over, long number) {
        return sendControl(over, Frame.Kind.CHECK, number);
    }

    @Override
    public void movedFrom(Route before) {
        // Its last frame there says so, and what follows goes on over the new link.
        sendControl(before, Frame.Kind.MARKER, sender.lastSent());
        sender.unshare();
        sender.unblock();
        sender.sendSealed();
    }

    @Override
    public void movedInNeed() {
        sender.unshare();
        sender.replay();
        // What was acknowledged over the old link may not have arrived either, and somebody may wait for it.
        receiver.sendAck();
    }

    @Override
    public void stranded() {
        sender.unshare();
        sender.unblock();
        host.onUnreachable(this);
    }

    /** This node closes that link soon: tells the peer that nothing follows over it. */
    void leave(LinkSlot slot) {
        for (Route route : links.routes()) {
            if (route.slot() == slot && isBound()) {
                sendControl(route, Frame.Kind.MARKER, sender.lastSent());
            }
        }
    }

    /** The peer's end of that link is gone. */
    void lost(Route route) {
        mayHaveDied |= !route.isLeft();
        links.remove(route.slot(), route.address());
    }

    /** Whether a link of the peer ended without a word, and nothing was heard of it since. */
    boolean mayHaveDied() {
        return mayHaveDied;
    }

    // ---------------------------------------------------------------- sending

    /** Whether {@link #append} may follow: there is room for a message of that size now. */
    boolean ready(int size) {
        return sender.ready(size, null);
    }

    /** The same for a message that others get as well, through that group, or null. */
    boolean ready(int size, Group group) {
        return sender.ready(size, group);
    }

    /** Since when there is no room, or 0. */
    long fullSince() {
        return sender.fullSince();
    }

    /** Appends a message for which {@link #ready} has just said yes; one larger than {@link #WHOLE} is kept, not copied. */
    void append(byte[] data, int offset, int size, Group group) {
        sender.append(data, offset, size, group);
    }

    /**
     * Sends a message that is for this peer alone: at once if there is room, else when there is; in order with all others. If
     * too much waits already it is {@linkplain Host#onRefused refused}.
     *
     * @param data not changed afterwards
     */
    @Override
    public void send(byte[] data) {
        sender.send(data);
    }

    /** The half that a {@link Group} sends for. */
    SessionSender sender() {
        return sender;
    }

    /** Sends what there is, as far as the link has room: also the open frame if {@code flush}. */
    void pump(boolean flush) {
        if (state != State.GONE && route() != null) {
            sender.pump(flush);
        }
    }

    /** A link that was full may have room again. */
    void onWritable(LinkSlot slot) {
        Route route = route();
        if (route != null && route.slot() == slot) {
            sender.unblock();
        }
    }

    private SendResult sendControl(Route over, Frame.Kind kind, long sequence) {
        long ack = receiver.ack();
        Frame.writeHeader(control, 0, kind, 0, Frame.HEADER, host.incarnation(), epoch, peerEpoch, sequence, ack);
        SendResult result = over.slot().send(over.address(), controlView.clear());
        over.slot().link().flush();
        return result;
    }

    /** Sends a control frame over the route in use, which may turn out to be none. */
    void tell(Frame.Kind kind, long sequence) {
        Route over = route();
        if (over != null && isBound()) {
            SendResult result = sendControl(over, kind, sequence);
            if (result == SendResult.UNREACHABLE || result == SendResult.CLOSED) {
                links.sever(over);
            }
        }
    }

    /** Whether everything was sent that there was to send, and has arrived. */
    boolean isDrained() {
        return !isBound() || sender.isEmpty();
    }

    /** Tells the peer that this node leaves. */
    void sayBye() {
        tell(Frame.Kind.BYE, sender.lastSent());
    }

    // ---------------------------------------------------------------- receiving

    /** A frame of this peer arrived over that route; it is well-formed. The bytes are borrowed. */
    void onFrame(Route over, byte[] a, int at, int length) {
        mayHaveDied = false;
        over.heard(Frame.kind(a, at) == Frame.Kind.MARKER);
        long ack = Frame.ack(a, at);
        if (!sender.onAck(ack)) {
            host.onRejected(this, "acknowledges what was never sent");
            return;
        }
        switch (Frame.kind(a, at)) {
            case DATA -> receiver.onData(a, at, length);
            case ACK -> onAck(Frame.sequence(a, at), ack);
            case RESEND -> sender.onResend(Frame.sequence(a, at), ack);
            case PROBE -> receiver.onProbe(Frame.sequence(a, at));
            case MARKER -> receiver.onMarker(Frame.sequence(a, at));
            case CHECK -> sendControl(over, Frame.Kind.CHECKED, Frame.sequence(a, at));
            case CHECKED -> links.answered(over.slot(), Frame.sequence(a, at));
            default -> host.onRejected(this, "unexpected kind of frame");
        }
    }

    private void onAck(long givenBack, long ack) {
        sender.onAnswer();
        if (givenBack < 0 || givenBack > ack) {
            host.onRejected(this, "gives back what it never took");
        } else {
            sender.onGivenBack(givenBack);
        }
    }

    /** The peer has sent the frame of that number, which was not taken in. */
    void missed(long sequence) {
        receiver.onMarker(sequence);
    }

    /** The peer says that it leaves after its frame of that number. */
    void onBye(long lastSequence) {
        receiver.onBye(lastSequence);
    }

    /** Whether the peer said that it leaves and all it sent before was handed over. */
    boolean hasLeft() {
        return receiver.hasLeft();
    }

    /** Goes on where {@link Host#onMessage} said wait. */
    void resume() {
        receiver.resume();
    }

    boolean isHeld() {
        return receiver.isHeld();
    }

    /** What every frame to the peer acknowledges. */
    long ack() {
        return receiver.ack();
    }

    /** A frame to the peer has told it so. */
    void acknowledged() {
        receiver.acknowledged();
        links.used();
    }

    // ---------------------------------------------------------------- time

    /** A call was sent to the peer: while one waits for its answer the peer's death must be noticed. */
    @Override
    public void expectAnswer() {
        answersExpected++;
    }

    /** Its answer came, or is not waited for any more. */
    @Override
    public void expectAnswerNoMore() {
        answersExpected--;
    }

    /** A participant here has called one there. */
    void letterSent() {
        lettersUnanswered++;
        expectAnswer();
    }

    /** A participant there has answered one here. */
    void letterAnswered() {
        if (lettersUnanswered > 0) {
            lettersUnanswered--;
            expectAnswerNoMore();
        }
    }

    /** Does what is due; returns when something is due next. */
    long onTime(long now) {
        if (state == State.GONE || route() == null) {
            return Long.MAX_VALUE;
        }
        if (!isBound()) {
            return sender.awaitBinding(now);
        }
        long next = Math.min(receiver.onTime(now), links.onTime(now));
        if (route() != null) {
            next = Math.min(next, sender.onTime(now, answersExpected > 0));
        }
        return next;
    }

    // ---------------------------------------------------------------- counters

    /** Messages sent to this peer so far. */
    long sentMessages() {
        return sender.messages();
    }

    /** Counts a published message to this peer, also one that is given up, and says its number. */
    long countPublished() {
        return ++publishedMessages;
    }

    /** Counts a published message from this peer and says its number. */
    long countReceived() {
        return ++receivedMessages;
    }

    /** The peer gave up so many messages to us. */
    void skipReceived(long count) {
        receivedMessages += count;
    }

    long receivedMessages() {
        return receivedMessages;
    }

    Hearers hearers() {
        return hearers;
    }

    /** What is wanted here was sent to the peer, and something will follow. */
    void interestSent() {
        interestIn = sender.backlogBytes() == 0 ? sender.window().newest() + 1 : Long.MAX_VALUE;
    }

    /** Whether the peer knows what is wanted here, so that nothing it publishes from now on is missed. */
    boolean knowsInterest() {
        return sender.window().oldest() > interestIn || sender.isEmpty();
    }

    long replayed() {
        return sender.replayed();
    }

    long duplicates() {
        return receiver.duplicates();
    }

    /** Bytes of messages that wait for room in the window. */
    long backlogBytes() {
        return sender.backlogBytes();
    }

    /** Bytes of frames that are not acknowledged. */
    int windowBytes() {
        return sender.window().bytes();
    }

    /** The most bytes of such frames at any time. */
    int windowHighest() {
        return sender.window().highest();
    }

    /** The most bytes of such frames that there may be. */
    int windowLimit() {
        return sender.window().limit();
    }

    Credentials credentials() {
        return peer.credentials();
    }

    @Override
    public String toString() {
        return peer.uniqueName() + " " + state;
    }
}
