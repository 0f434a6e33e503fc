package headway.core;

import java.util.ArrayDeque;

/**
 * The receiving half of a {@link Session}: takes in each frame once and in order, hands over the messages in it, puts pieces
 * together, holds what cannot be taken now, and acknowledges. Belongs to the bus's owner.
 */
final class SessionReceiver {

    private static final int ACK_FRAMES = 32;
    private static final int ACK_BYTES = 1 << 17;

    /**
     * What is not acknowledged along with an answer is on its own after so long: a thread is woken for it at both ends. Less than
     * the time after which a group asks for it.
     */
    private static final long ACK_DELAY = 12_000_000;

    /** In a steady flow it is acknowledged so often when a frame comes, by the thread that is awake for that. */
    private static final long ACK_PACE = 10_000_000;

    private static final long RESEND_DELAY = 10_000_000;
    private static final int MAX_MESSAGE = 1 << 27;

    private final Session session;
    private final Session.Host host;
    private final ReceiveWindow window;

    private int framesToAck;
    private int bytesToAck;
    private long ackDue = Long.MAX_VALUE;

    /** When the peer was told last what is here. */
    private long ackedAt;

    /** Since when a frame has been missing, or been asked for; 0 if none is. */
    private long missingSince;

    /** The frame whose messages from an offset on were not taken, or null. */
    private byte[] heldFrame;

    private int heldOffset;
    private boolean dispatching;
    private PieceBuffer pieces;

    /** What subscribers read where the peer has laid it, oldest first. */
    private final ArrayDeque<Lent> loans = new ArrayDeque<>();

    /** The frame that said last where a message lies. */
    private long lastReference;

    /** The peer knows that nothing up to that number is read on its shelf any more. */
    private long givenBackTold;

    /** A message that is read on the peer's shelf and the number of the frame that said where. */
    private record Lent(long sequence, Loan loan) {}

    /** The number of the last frame before the peer leaves; -1 if it has not said so. */
    private long leavesAfter = -1;

    private long duplicates;

    SessionReceiver(Session session, Session.Host host, int windowBytes) {
        this.session = session;
        this.host = host;
        this.window = new ReceiveWindow(windowBytes);
        this.ackedAt = host.now() - ACK_PACE;
    }

    /** The highest number before which nothing is missing. */
    long ack() {
        return window.ack();
    }

    long duplicates() {
        return duplicates;
    }

    // ---------------------------------------------------------------- frames

    /** A frame with messages arrived. The bytes are borrowed. */
    void onData(byte[] a, int at, int length) {
        long sequence = Frame.sequence(a, at);
        if (sequence <= 0 || length == Frame.HEADER) {
            host.onRejected(session, "data frame without number or data");
            return;
        }
        switch (window.arrive(sequence, a, at, length, heldFrame != null)) {
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
                if (missingSince == 0 && window.isMissingSome()) {
                    missingSince = host.now();
                }
            }
            case NO_ROOM -> missingSince = missingSince == 0 ? host.now() : missingSince;
        }
        framesToAck++;
        bytesToAck += length;
        if (framesToAck >= ACK_FRAMES || bytesToAck >= ACK_BYTES || flowsSteadily()) {
            sendAck();
        } else if (ackDue == Long.MAX_VALUE) {
            ackDue = host.now() + ACK_DELAY;
        }
    }

    private boolean flowsSteadily() {
        return framesToAck > 1 && host.now() - ackedAt >= ACK_PACE;
    }

    /** The peer has sent everything up to that number over a link that it leaves. */
    void onMarker(long lastSequence) {
        if (lastSequence > window.ack() && missingSince == 0) {
            missingSince = host.now();
        }
    }

    /** The peer asks what is here of all up to that number: the rest was lost, or comes over another link. */
    void onProbe(long lastSequence) {
        if (window.have() < lastSequence) {
            askForMissing();
        } else {
            sendAck();
        }
    }

    private void askForMissing() {
        session.tell(Frame.Kind.RESEND, window.have() + 1);
    }

    /** The peer says that it leaves after its frame of that number. */
    void onBye(long lastSequence) {
        leavesAfter = lastSequence;
    }

    /** Whether the peer said that it leaves and all it sent before was handed over. */
    boolean hasLeft() {
        return leavesAfter >= 0 && heldFrame == null && window.ack() >= leavesAfter;
    }

    private void takeEarly() {
        byte[] early;
        while (heldFrame == null && (early = window.takeNext()) != null) {
            dispatch(early, Frame.HEADER, Frame.flags(early, 0));
        }
        if (!window.isMissingSome()) {
            missingSince = 0;
        }
    }

    // ---------------------------------------------------------------- messages

    /** Hands over the messages of one frame whose turn it is; keeps what cannot be taken now. */
    private void dispatch(byte[] array, int from, int flags) {
        if ((flags & Frame.PIECE) != 0) {
            onPiece(array, from, flags);
            return;
        }
        if (pieces != null) {
            pieces = null;
            host.onRejected(session, "message that ends in the middle");
        }
        if ((flags & Frame.SHELVED) != 0) {
            onReference(Bytes.getLong(array, from), Bytes.getLong(array, from + 8));
            return;
        }
        int offset = from;
        while (offset < array.length) {
            int length = MessageLength.at(array, offset, array.length - offset);
            if (length < 0) {
                host.onRejected(session, "message that is longer than its frame");
                return;
            }
            if (!host.onMessage(session, array, offset, length)) {
                heldFrame = array;
                heldOffset = offset;
                return;
            }
            offset += Bytes.align8(length);
        }
    }

    private void onReference(long at, long length) {
        Loan loan = length > MAX_MESSAGE || length <= Session.WHOLE
                ? null
                : host.shelves().read(session, at, (int) length);
        if (loan == null) {
            host.onRejected(session, "reference to what is not on its shelf");
            return;
        }
        lastReference = window.ack();
        if (host.onLent(session, loan)) {
            loans.add(new Lent(lastReference, loan));
        } else {
            // The room there is wanted back soon.
            bytesToAck += loan.length();
            dispatch(loan.copy(), 0, 0);
        }
    }

    /** What was borrowed and is given back is the peer's again, in the order in which it came. */
    private void giveBack() {
        while (!loans.isEmpty() && loans.peek().loan().isOver()) {
            bytesToAck += loans.remove().loan().length();
        }
        if (bytesToAck >= ACK_BYTES) {
            sendAck();
        } else if (owesPlaces() && ackDue == Long.MAX_VALUE) {
            ackDue = host.now() + ACK_DELAY;
        }
    }

    /** The highest number up to which nothing is read on the peer's shelf any more. */
    private long givenBack() {
        return loans.isEmpty() ? window.ack() : loans.peek().sequence() - 1;
    }

    /** Whether the peer must still be told that it has a place back. */
    private boolean owesPlaces() {
        return givenBackTold < Math.min(lastReference, givenBack());
    }

    private void onPiece(byte[] array, int from, int flags) {
        if (pieces == null) {
            pieces = new PieceBuffer(MAX_MESSAGE);
        }
        if (!pieces.add(array, from, array.length - from)) {
            pieces = null;
            host.onRejected(session, "message over the limit, or in crumbs");
            return;
        }
        if ((flags & Frame.LAST) != 0) {
            byte[] whole = pieces.take();
            pieces = null;
            dispatch(whole, 0, 0);
        }
    }

    /** Goes on where {@link Session.Host#onMessage} said wait. */
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

    // ---------------------------------------------------------------- acknowledgements

    void sendAck() {
        givenBackTold = givenBack();
        session.tell(Frame.Kind.ACK, givenBackTold);
        session.acknowledged();
    }

    /** The peer was told what is here, if only along with something else. */
    void acknowledged() {
        framesToAck = 0;
        bytesToAck = 0;
        ackedAt = host.now();
        ackDue = owesPlaces() ? Math.min(ackDue, ackedAt + ACK_DELAY) : Long.MAX_VALUE;
    }

    /** Acknowledges, and asks for what is missing, when it is due; returns when it is due next. */
    long onTime(long now) {
        if (!loans.isEmpty()) {
            giveBack();
        }
        if (ackDue <= now) {
            sendAck();
        }
        long next = ackDue;
        if (missingSince != 0) {
            if (now - missingSince >= RESEND_DELAY) {
                missingSince = now;
                askForMissing();
            }
            next = Math.min(next, missingSince + RESEND_DELAY);
        }
        return next;
    }
}
