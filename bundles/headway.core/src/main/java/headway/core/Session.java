package headway.core;

import headway.bus.Peer;
import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.SendResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * This node's relation to one other node, which outlives the links between them.
 *
 * <p>Numbers what it sends, keeps it until it is acknowledged and sends it again over another link if need be; takes in each
 * frame once and in order, whatever link it comes over. A full window is back-pressure: {@link #ready} says no.
 *
 * <p>Belongs to the bus's owner.
 */
final class Session {

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

        /** A frame or message of that peer was refused. */
        void onRejected(Session session, String why);

        /** The peer has still not said which session of its own is the other end. */
        void onUnbound(Session session);

        /** No route is left. */
        void onUnreachable(Session session);
    }

    private static final int ACK_FRAMES = 32;
    private static final int ACK_BYTES = 1 << 17;
    static final long ACK_DELAY = 5_000_000;
    private static final long RESEND_DELAY = 10_000_000;
    private static final long PROBE_DELAY = 200_000_000;

    /** The largest message that travels whole; larger ones travel in pieces. */
    static final int WHOLE = Frame.MAX - Frame.HEADER;

    private static final int PIECE = WHOLE & ~7;
    private static final int MAX_MESSAGE = 1 << 27;

    private final Host host;
    private final long id;
    private final int epoch;
    private final Peer peer;
    private final SendWindow window;
    private final ReceiveWindow receiveWindow;
    private final List<Route> routes = new ArrayList<>(2);
    private final ArrayDeque<Waiting> backlog = new ArrayDeque<>();
    private final byte[] control = new byte[Frame.HEADER];
    private final ByteBuffer controlView = ByteBuffer.wrap(control).order(ByteOrder.LITTLE_ENDIAN);

    private State state = State.JOINING;
    /** 0: not known yet. */
    private int peerEpoch;

    private Route route;

    // Sending.
    private long nextToSend = 1;
    private boolean blocked;
    private long fullSince;
    private long progressAt;
    private long probedAt;
    private long probedTo;
    private long backlogBytes;

    // Receiving.
    private int framesToAck;
    private int bytesToAck;
    private long ackDue = Long.MAX_VALUE;
    private long missingSince;
    private byte[] heldFrame;
    private int heldOffset;
    private boolean dispatching;
    private long leavesAfter = -1;
    private PieceBuffer pieces;
    private boolean introduced;

    // Counters for operators, and the numbers that gap reports speak of.
    private long sentMessages;
    private long publishedMessages;
    private long receivedMessages;
    private long replayed;
    private long duplicates;

    /** A message that waits for room in the window; large ones go piece by piece. */
    private static final class Waiting {
        private final byte[] data;
        private final int length;
        private int sent;

        Waiting(byte[] data, int length) {
            this.data = data;
            this.length = length;
        }
    }

    Session(Host host, long id, int epoch, Peer peer, int windowBytes) {
        this.host = host;
        this.id = id;
        this.epoch = epoch;
        this.peer = peer;
        this.progressAt = host.now();
        this.window = new SendWindow(windowBytes);
        this.receiveWindow = new ReceiveWindow(windowBytes);
    }

    long id() {
        return id;
    }

    int epoch() {
        return epoch;
    }

    Peer peer() {
        return peer;
    }

    State state() {
        return state;
    }

    void state(State newState) {
        state = newState;
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

    Route route() {
        return route;
    }

    /** Which of the peer's sessions with us is the other end of this one; 0 if that is not known yet. */
    int peerEpoch() {
        return peerEpoch;
    }

    /** Whether both ends know each other; before that nothing is sent. */
    boolean isBound() {
        return peerEpoch != 0;
    }

    /** The other end of this session is that session of the peer, for ever. */
    void bind(int itsEpoch) {
        peerEpoch = itsEpoch;
    }

    // ---------------------------------------------------------------- routes

    /** The peer can be reached, or was heard, at this address. */
    void addRoute(LinkSlot slot, Address address) {
        for (Route known : routes) {
            if (known.slot() == slot && known.address().equals(address)) {
                return;
            }
        }
        routes.removeIf(known -> known.slot() == slot);
        routes.add(new Route(slot, address));
        routes.sort(Comparator.comparing(Route::slot, LinkSlot.BEST_FIRST));
        chooseRoute();
    }

    boolean isAt(LinkSlot slot, Address address) {
        for (Route known : routes) {
            if (known.slot() == slot && known.address().equals(address)) {
                return true;
            }
        }
        return false;
    }

    /** The link ended, or nobody is at that address of it any more (null: whatever the address). */
    void removeRoute(LinkSlot slot, Address address) {
        boolean removed = routes.removeIf(known ->
                known.slot() == slot && (address == null || known.address().equals(address)));
        if (removed) {
            chooseRoute();
        }
    }

    private void chooseRoute() {
        Route before = route;
        Route best = routes.isEmpty() ? null : routes.get(0);
        if (best == before) {
            return;
        }
        if (best != null
                && before != null
                && routes.contains(before)
                && !before.slot().isDead()) {
            // Planned: the old link still works. Its last frame says so, and what follows goes on over the new link.
            if (isBound()) {
                sendControl(before, Frame.Kind.MARKER, nextToSend - 1);
            }
            takeRoute(best);
            sendSealed();
        } else if (best != null) {
            // What was sent over a link that died may or may not have arrived: send it again, the peer knows what it
            // has.
            takeRoute(best);
            replayFrom(window.oldest());
        } else {
            takeRoute(null);
            host.onUnreachable(this);
        }
    }

    private void takeRoute(Route newRoute) {
        route = newRoute;
        blocked = false;
    }

    // ---------------------------------------------------------------- sending

    /** Whether {@link #append} may follow: there is room for a message of that size now. */
    boolean ready(int size) {
        if (backlog.isEmpty()) {
            if (size > WHOLE) {
                return true;
            }
            if (!window.fitsOpenFrame(size)) {
                seal(0);
                sendSealed();
            }
            if (window.reserve(size)) {
                fullSince = 0;
                return true;
            }
        }
        if (fullSince == 0) {
            fullSince = host.now();
        }
        return false;
    }

    /** Since when there is no room, or 0. */
    long fullSince() {
        return fullSince;
    }

    /** Appends a message for which {@link #ready} has just said yes; one larger than {@link #WHOLE} is kept, not copied. */
    void append(byte[] data, int offset, int size) {
        sentMessages++;
        if (size > WHOLE) {
            wait(data);
        } else {
            window.append(data, offset, size);
        }
    }

    /**
     * Sends a message that is for this peer alone: at once if there is room, else when there is; in order with all others.
     *
     * @param data not changed afterwards
     */
    void send(byte[] data) {
        if (data.length <= WHOLE && ready(data.length)) {
            append(data, 0, data.length);
        } else {
            sentMessages++;
            wait(data);
        }
    }

    private void wait(byte[] data) {
        backlog.add(new Waiting(data, data.length));
        backlogBytes += data.length;
        pumpBacklog();
    }

    /** Bytes of messages that wait for room in the window. */
    long backlogBytes() {
        return backlogBytes;
    }

    private void pumpBacklog() {
        while (!backlog.isEmpty()) {
            Waiting first = backlog.peek();
            if (first.length <= WHOLE) {
                if (!window.fitsOpenFrame(first.length)) {
                    seal(0);
                    sendSealed();
                }
                if (!window.reserve(first.length)) {
                    return;
                }
                window.append(first.data, 0, first.length);
            } else if (!pumpPieces(first)) {
                return;
            }
            backlog.remove();
            backlogBytes -= first.length;
        }
        fullSince = 0;
    }

    private boolean pumpPieces(Waiting large) {
        if (window.hasOpenFrame()) {
            seal(0);
        }
        while (large.sent < large.length) {
            int size = Math.min(PIECE, large.length - large.sent);
            if (!window.reserve(size)) {
                sendSealed();
                return false;
            }
            window.append(large.data, large.sent, size);
            large.sent += size;
            seal(large.sent == large.length ? Frame.PIECE | Frame.LAST : Frame.PIECE);
            sendSealed();
        }
        return true;
    }

    private void seal(int flags) {
        window.seal(flags, host.incarnation(), epoch);
    }

    /** Sends what there is, as far as the link has room: also the open frame if {@code flush}. */
    void pump(boolean flush) {
        if (state == State.GONE || route == null) {
            return;
        }
        pumpBacklog();
        sendSealed();
        if (flush && !blocked && window.hasOpenFrame() && nextToSend > window.newest()) {
            seal(0);
            sendSealed();
        }
    }

    private void sendSealed() {
        while (!blocked && route != null && isBound() && nextToSend <= window.newest()) {
            ByteBuffer frame = window.frame(nextToSend, peerEpoch, receiveWindow.ack());
            SendResult result = route.slot().send(route.address(), frame);
            switch (result) {
                case SENT -> {
                    if (nextToSend == window.oldest()) {
                        progressAt = host.now();
                    }
                    nextToSend++;
                    acknowledged();
                }
                case FULL -> blocked = true;
                case UNREACHABLE, CLOSED -> {
                    Route failed = route;
                    removeRoute(failed.slot(), failed.address());
                    return;
                }
            }
        }
    }

    /** A link that was full may have room again. */
    void onWritable(LinkSlot slot) {
        if (route != null && route.slot() == slot) {
            blocked = false;
        }
    }

    boolean isBlocked() {
        return blocked;
    }

    private void replayFrom(long sequence) {
        long from = Math.max(sequence, window.oldest());
        if (from < nextToSend) {
            replayed += nextToSend - from;
            nextToSend = from;
        }
        blocked = false;
        progressAt = host.now();
        sendSealed();
    }

    private SendResult sendControl(Route over, Frame.Kind kind, long sequence) {
        long ack = receiveWindow.ack();
        Frame.writeHeader(control, 0, kind, 0, Frame.HEADER, host.incarnation(), epoch, peerEpoch, sequence, ack);
        SendResult result = over.slot().send(over.address(), controlView.clear());
        over.slot().link().flush();
        return result;
    }

    /** Sends a control frame over the route in use, which may turn out to be none. */
    private void tell(Frame.Kind kind, long sequence) {
        Route over = route;
        if (over != null && isBound()) {
            SendResult result = sendControl(over, kind, sequence);
            if (result == SendResult.UNREACHABLE || result == SendResult.CLOSED) {
                removeRoute(over.slot(), over.address());
            }
        }
    }

    /** Whether everything was sent that there was to send, and has arrived. */
    boolean isDrained() {
        return !isBound() || (backlog.isEmpty() && window.isEmpty());
    }

    /** Tells the peer that this node leaves. */
    void sayBye() {
        tell(Frame.Kind.BYE, nextToSend - 1);
    }

    // ---------------------------------------------------------------- receiving

    /** The peer says that it leaves after its frame of that number. */
    void onBye(long lastSequence) {
        leavesAfter = lastSequence;
    }

    /** Whether the peer said that it leaves and all it sent before was handed over. */
    boolean hasLeft() {
        return leavesAfter >= 0 && heldFrame == null && receiveWindow.ack() >= leavesAfter;
    }

    /** A checked frame of this peer arrived. The bytes are borrowed. */
    void onFrame(byte[] a, int at, int length) {
        long ack = Frame.ack(a, at);
        if (ack < 0 || ack >= nextToSendEver()) {
            host.onRejected(this, "acknowledges what was never sent");
            return;
        }
        if (ack >= window.oldest()) {
            window.acknowledge(ack);
            nextToSend = Math.max(nextToSend, ack + 1);
            progressAt = host.now();
            if (fullSince != 0) {
                // It is slow, but it takes something.
                fullSince = progressAt;
            }
        }
        switch (Frame.kind(a, at)) {
            case DATA -> onData(a, at, length);
            case ACK -> {
                // It answers a probe: what it does not have by now was lost.
                long have = Frame.sequence(a, at);
                if (probedAt != 0 && have >= ack && have < probedTo) {
                    replayFrom(have + 1);
                }
                if (probedAt != 0) {
                    probedAt = 0;
                    progressAt = host.now();
                }
            }
            case RESEND -> {
                long from = Frame.sequence(a, at);
                if (from > ack) {
                    replayFrom(from);
                }
            }
            case PROBE -> sendAck();
            case MARKER -> {
                if (Frame.sequence(a, at) > receiveWindow.ack() && missingSince == 0) {
                    missingSince = host.now();
                }
            }
            default -> host.onRejected(this, "unexpected kind of frame");
        }
    }

    private long nextToSendEver() {
        return window.newest() + 1;
    }

    private void onData(byte[] a, int at, int length) {
        long sequence = Frame.sequence(a, at);
        if (sequence <= 0 || length == Frame.HEADER) {
            host.onRejected(this, "data frame without number or data");
            return;
        }
        switch (receiveWindow.arrive(sequence, a, at, length, heldFrame != null)) {
            case NEXT -> {
                byte[] payload = new byte[length - Frame.HEADER];
                System.arraycopy(a, at + Frame.HEADER, payload, 0, payload.length);
                dispatch(payload, 0, Frame.flags(a, at));
                takeEarly();
            }
            case DUPLICATE -> {
                duplicates++;
                framesToAck = ACK_FRAMES;
            }
            case EARLY -> {
                if (missingSince == 0 && receiveWindow.isMissingSome()) {
                    missingSince = host.now();
                }
            }
            case NO_ROOM -> missingSince = missingSince == 0 ? host.now() : missingSince;
        }
        framesToAck++;
        bytesToAck += length;
        if (framesToAck >= ACK_FRAMES || bytesToAck >= ACK_BYTES) {
            sendAck();
        } else if (ackDue == Long.MAX_VALUE) {
            ackDue = host.now() + ACK_DELAY;
        }
    }

    private void takeEarly() {
        byte[] early;
        while (heldFrame == null && (early = receiveWindow.takeNext()) != null) {
            dispatch(early, Frame.HEADER, Frame.flags(early, 0));
        }
        if (!receiveWindow.isMissingSome()) {
            missingSince = 0;
        }
    }

    /** Hands over the messages of one frame whose turn it is; keeps what cannot be taken now. */
    private void dispatch(byte[] array, int from, int flags) {
        if ((flags & Frame.PIECE) != 0) {
            onPiece(array, from, flags);
            return;
        }
        if (pieces != null) {
            pieces = null;
            host.onRejected(this, "message that ends in the middle");
        }
        int offset = from;
        while (offset < array.length) {
            int length = MessageLength.at(array, offset, array.length - offset);
            if (length < 0) {
                host.onRejected(this, "message that is longer than its frame");
                return;
            }
            if (!host.onMessage(this, array, offset, length)) {
                heldFrame = array;
                heldOffset = offset;
                return;
            }
            offset += Bytes.align8(length);
        }
    }

    private void onPiece(byte[] array, int from, int flags) {
        if (pieces == null) {
            pieces = new PieceBuffer(MAX_MESSAGE);
        }
        if (!pieces.add(array, from, array.length - from)) {
            pieces = null;
            host.onRejected(this, "message over the limit");
            return;
        }
        if ((flags & Frame.LAST) != 0) {
            byte[] whole = pieces.take();
            pieces = null;
            dispatch(whole, 0, 0);
        }
    }

    /** Goes on where {@link Host#onMessage} said wait. */
    void resume() {
        if (heldFrame == null || dispatching) {
            return;
        }
        byte[] array = heldFrame;
        heldFrame = null;
        dispatching = true;
        try {
            dispatch(array, heldOffset, 0);
            if (heldFrame == null) {
                takeEarly();
                sendAck();
            }
        } finally {
            dispatching = false;
        }
    }

    boolean isHeld() {
        return heldFrame != null;
    }

    private void sendAck() {
        tell(Frame.Kind.ACK, receiveWindow.have());
        acknowledged();
    }

    private void acknowledged() {
        framesToAck = 0;
        bytesToAck = 0;
        ackDue = Long.MAX_VALUE;
    }

    // ---------------------------------------------------------------- time

    /**
     * Does what is due.
     *
     * @param expectsAnswers whether somebody here waits for an answer of this peer, so that its death must be noticed
     * @return when something is due next
     */
    long onTime(long now, boolean expectsAnswers) {
        if (state == State.GONE || route == null) {
            return Long.MAX_VALUE;
        }
        if (!isBound()) {
            if (now - progressAt >= PROBE_DELAY) {
                progressAt = now;
                host.onUnbound(this);
            }
            return progressAt + PROBE_DELAY;
        }
        long next = Long.MAX_VALUE;
        if (ackDue <= now) {
            sendAck();
        }
        next = Math.min(next, ackDue);
        if (missingSince != 0) {
            if (now - missingSince >= RESEND_DELAY) {
                missingSince = now;
                tell(Frame.Kind.RESEND, receiveWindow.have() + 1);
            }
            next = Math.min(next, missingSince + RESEND_DELAY);
        }
        boolean unacknowledged = window.oldest() < nextToSend;
        if (route != null && (unacknowledged || expectsAnswers)) {
            long since = Math.max(progressAt, probedAt);
            if (now - since >= PROBE_DELAY) {
                probedAt = now;
                probedTo = nextToSend - 1;
                tell(Frame.Kind.PROBE, nextToSend - 1);
                since = now;
            }
            next = Math.min(next, since + PROBE_DELAY);
        }
        return next;
    }

    // ---------------------------------------------------------------- counters

    /** Messages sent to this peer so far. */
    long sentMessages() {
        return sentMessages;
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

    long replayed() {
        return replayed;
    }

    long duplicates() {
        return duplicates;
    }

    int windowBytes() {
        return window.bytes();
    }

    Credentials credentials() {
        return peer.credentials();
    }

    List<Route> routes() {
        return Collections.unmodifiableList(routes);
    }

    @Override
    public String toString() {
        return peer.uniqueName() + " " + state;
    }
}
