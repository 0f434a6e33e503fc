package headway.core;

import headway.transport.SendResult;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The sending half of a {@link Session}: numbers frames, keeps them until they are acknowledged, sends them over the route
 * there is and again over another if need be, and asks a silent peer what it has. Belongs to the bus's owner.
 */
final class SessionSender {

    private static final long PROBE_DELAY = 200_000_000;

    /** The same where the last of what was sent may well be lost. */
    private static final long GROUP_PROBE_DELAY = 20_000_000;

    private static final long REPLAY_PAUSE = 40_000_000;
    private static final int PIECE = Session.WHOLE & ~7;

    /** So long large messages wait for a reader who has taken what lies there and reads it; then they go in pieces. */
    private static final long PATIENCE_WITH_READERS = 20_000_000;

    /** So many bytes may wait for room in the window; a single message may be larger. */
    private static final long MOST_BACKLOG = 1 << 26;

    /**
     * What goes to a group finds room at the peer or is lost: less is under way after each loss, slowly more again after
     * each arrival.
     */
    private static final int FIRST_ROOM = 1 << 18;

    private static final int LEAST_ROOM = 1 << 16;
    private static final int MOST_ROOM = 1 << 20;
    private static final int ROOM_GROWTH = 8;

    /** What a frame takes of that room beyond its bytes. */
    private static final int FRAME_COST = 1 << 10;

    /** A peer that has fallen behind a group has caught up when so much of that room is free and nothing waits for it. */
    private static final int CAUGHT_UP = 2;

    /** While it takes what it is sent no more of that room is used, or it never would. */
    private static final int APART = 4;

    private static final long CATCHING_UP_NANOS = 50_000_000;

    private final Session session;
    private final Session.Host host;
    private final SendWindow window;
    /** What lies on the shelf and the peer has not given back, oldest first. */
    private final ArrayDeque<Shelved> shelved = new ArrayDeque<>();

    private long shelvedBytes;

    /** Since when the oldest of it has been the oldest. */
    private long oldestShelvedSince;

    private final byte[] reference = new byte[Frame.REFERENCE];
    private final ArrayDeque<Waiting> backlog = new ArrayDeque<>();
    private long backlogBytes;

    private long nextToSend = 1;

    /** Who else gets all messages of the open frame, and nothing else; null if that is nobody. */
    private Group sharing;

    /** The peer had no room for what a group sent, and has not caught up yet. */
    private boolean apart;

    /** When it took something since. */
    private long tookAt;

    /** The number of the last frame that a group has sent. */
    private long lastShared;

    /** So many bytes the peer has room for when they come through a group, as far as is known. */
    private int room = FIRST_ROOM;

    /** The link had no room for the next frame. */
    private boolean blocked;

    /** Since when there is no room for a message and the peer takes nothing, or 0. */
    private long fullSince;

    /** When the peer or the link last took something, or the peer was reminded. */
    private long progressAt;

    /** When the peer was asked what it has; 0 if it has answered. */
    private long probedAt;

    /** Everything before that was sent again at that time. */
    private long replayedTo;

    private long replayedAt;

    private long messages;
    private long replayed;

    /** A message that waits for room in the window; a large one goes on the shelf, or piece by piece. */
    private static final class Waiting {
        private final byte[] data;
        private int sent;

        Waiting(byte[] data) {
            this.data = data;
        }
    }

    /** A large message and the number of the frame that says where it lies. */
    private record Shelved(long sequence, Shelf.Place place) {}

    SessionSender(Session session, Session.Host host, int windowBytes) {
        this.session = session;
        this.host = host;
        this.window = new SendWindow(windowBytes);
        this.progressAt = host.now();
    }

    // ---------------------------------------------------------------- messages

    /** Whether {@link #append} may follow: there is room for a message of that size now. */
    boolean ready(int size, Group group) {
        if (backlog.isEmpty()) {
            if (size > Session.WHOLE) {
                return true;
            }
            if (reserve(size, group)) {
                fullSince = 0;
                return true;
            }
        }
        if (fullSince == 0) {
            fullSince = host.now();
        }
        return false;
    }

    private boolean reserve(int size, Group group) {
        shareWith(group);
        if (apart && isCatchingUp() && window.bytes() > room / APART) {
            sendSealed();
            return false;
        }
        if (!window.fitsOpenFrame(size)) {
            seal(0);
            sendSealed();
        }
        return window.reserve(size);
    }

    /** What comes next goes to those others: the open frame cannot be shared with different ones any more. */
    private void shareWith(Group group) {
        if (sharing != null && sharing != group) {
            sharing.interrupt(this);
        }
    }

    /** Since when there is no room, or 0. */
    long fullSince() {
        return fullSince;
    }

    /** Appends a message for which {@link #ready} has just said yes; a large one is kept, not copied. */
    void append(byte[] data, int offset, int size, Group group) {
        messages++;
        if (size > Session.WHOLE) {
            host.shelves().offer(session);
            wait(data);
            return;
        }
        if (group != null && !window.hasOpenFrame() && group.takesIn(session)) {
            sharing = group;
        }
        window.append(data, offset, size);
    }

    /** Sends a message at once if there is room, else when there is. */
    void send(byte[] data) {
        if (data.length <= Session.WHOLE && ready(data.length, null)) {
            append(data, 0, data.length, null);
        } else if (backlog.isEmpty() || backlogBytes + data.length <= MOST_BACKLOG) {
            messages++;
            if (data.length > Session.WHOLE) {
                host.shelves().offer(session);
            }
            wait(data);
        } else {
            host.onRefused(session, data);
        }
    }

    private void wait(byte[] data) {
        backlog.add(new Waiting(data));
        backlogBytes += data.length;
        pumpBacklog();
    }

    private void pumpBacklog() {
        while (!backlog.isEmpty()) {
            Waiting first = backlog.peek();
            int length = first.data.length;
            if (length <= Session.WHOLE) {
                if (!reserve(length, null)) {
                    return;
                }
                window.append(first.data, 0, length);
            } else if (!pumpLarge(first)) {
                return;
            }
            backlog.remove();
            backlogBytes -= length;
        }
        fullSince = 0;
    }

    private boolean pumpLarge(Waiting large) {
        shareWith(null);
        if (window.hasOpenFrame()) {
            seal(0);
        }
        if (large.sent > 0) {
            return pumpPieces(large);
        }
        // As much as the window keeps of others: who takes nothing must not have the whole shelf.
        boolean admitted = shelvedBytes == 0 || shelvedBytes + large.data.length <= window.limit();
        if (!admitted && readsLong()) {
            return pumpPieces(large);
        }
        if (!admitted || !window.reserve(Frame.REFERENCE)) {
            sendSealed();
            return false;
        }
        Shelf.Place place = host.shelves().put(session, large.data);
        if (place == null) {
            return pumpPieces(large);
        }
        Bytes.putLong(reference, 0, place.at());
        Bytes.putLong(reference, 8, place.length());
        window.append(reference, 0, Frame.REFERENCE);
        seal(Frame.SHELVED);
        if (shelved.isEmpty()) {
            oldestShelvedSince = host.now();
        }
        shelved.add(new Shelved(window.newest(), place));
        shelvedBytes += place.length();
        sendSealed();
        return true;
    }

    /** Whether the peer has what it keeps the longest, and somebody there is still at it: others are not to wait for that. */
    private boolean readsLong() {
        return holdsRead() && host.now() - oldestShelvedSince >= PATIENCE_WITH_READERS;
    }

    private boolean holdsRead() {
        return !shelved.isEmpty() && shelved.peek().sequence() < window.oldest();
    }

    /** The peer reads nothing any more of what the frames up to that number say. */
    void onGivenBack(long sequence) {
        while (!shelved.isEmpty() && shelved.peek().sequence() <= sequence) {
            Shelf.Place place = shelved.remove().place();
            shelvedBytes -= place.length();
            oldestShelvedSince = host.now();
            host.shelves().leave(place);
        }
    }

    /** The peer takes nothing any more. */
    void clearShelf() {
        onGivenBack(Long.MAX_VALUE);
    }

    private boolean pumpPieces(Waiting large) {
        int length = large.data.length;
        while (large.sent < length) {
            int size = Math.min(PIECE, length - large.sent);
            if (!window.reserve(size)) {
                sendSealed();
                return false;
            }
            window.append(large.data, large.sent, size);
            large.sent += size;
            seal(large.sent == length ? Frame.PIECE | Frame.LAST : Frame.PIECE);
            sendSealed();
        }
        return true;
    }

    private void seal(int flags) {
        window.seal(flags, host.incarnation(), session.epoch(), 0);
    }

    // ---------------------------------------------------------------- frames that are shared

    boolean isSharing(Group group) {
        return sharing == group;
    }

    /** The open frame is for this peer alone. */
    void shareNoMore() {
        sharing = null;
    }

    /** Seals the open frame, as others of the group seal theirs; the group sends them. */
    void sealShared(long share) {
        window.seal(0, host.incarnation(), session.epoch(), share);
        sharing = null;
    }

    /** Nothing is left to a group any more: what is not sent yet goes to this peer alone. */
    void unshare() {
        sharing = null;
        for (long sequence = nextToSend; sequence <= window.newest(); sequence++) {
            window.unshare(sequence);
        }
    }

    /** Whether a frame with that share is still to be sent. */
    boolean awaits(long share) {
        for (long sequence = nextToSend; sequence <= window.newest(); sequence++) {
            if (window.share(sequence) == share) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a frame with that share is the next one, and the peer most likely has room for it.
     *
     * @param much whether there must be room for much more, so that it is worth waking somebody
     */
    boolean isTurnOf(long share, boolean much) {
        if (nextToSend > window.newest() || window.share(nextToSend) != share) {
            return false;
        }
        long frames = nextToSend - window.oldest();
        long underWay = window.bytesBefore(nextToSend) + frames * FRAME_COST;
        return frames == 0 || underWay + window.length(nextToSend) <= (much ? room / 2 : room);
    }

    /** The peer gets alone what it has had no room for, until it has been sent all there is. */
    void setApart() {
        apart = true;
        tookAt = host.now() - CATCHING_UP_NANOS;
        unshare();
    }

    /** Whether it still gets everything alone. */
    boolean isApart() {
        return apart;
    }

    private boolean isCatchingUp() {
        return host.now() - tookAt < CATCHING_UP_NANOS;
    }

    private void seeWhetherItHasCaughtUp() {
        apart = apart
                && (!backlog.isEmpty()
                        || nextToSend <= window.newest()
                        || window.bytesBefore(nextToSend) > room / CAUGHT_UP);
    }

    /** The number of the next frame. */
    long nextToSend() {
        return nextToSend;
    }

    /** Copies the messages of the next frame; returns how many bytes they are. */
    int copyPayload(byte[] target, int at) {
        return window.copyPayload(nextToSend, target, at);
    }

    /** The group has sent the next frame; if it must be sent again it is like others. */
    void sentByGroup() {
        window.unshare(nextToSend);
        lastShared = nextToSend;
        sent();
    }

    private void sent() {
        if (nextToSend == window.oldest()) {
            progressAt = host.now();
        }
        nextToSend++;
        session.acknowledged();
        seeWhetherItHasCaughtUp();
    }

    // ---------------------------------------------------------------- frames

    /** Sends what there is, as far as the link has room: also the open frame if {@code flush}. */
    void pump(boolean flush) {
        pumpBacklog();
        sendSealed();
        if (flush && !blocked && sharing == null && window.hasOpenFrame() && nextToSend > window.newest()) {
            seal(0);
            sendSealed();
        }
    }

    /** Sends the frames that are complete, as far as the link has room, and up to the first that a group sends. */
    void sendSealed() {
        Route route;
        while (!blocked && (route = session.route()) != null && session.isBound() && isNextOurs()) {
            ByteBuffer frame = window.frame(nextToSend, session.peerEpoch(), session.ack());
            SendResult result = route.slot().send(route.address(), frame);
            switch (result) {
                case SENT -> sent();
                case FULL -> blocked = true;
                case UNREACHABLE, CLOSED -> {
                    session.links().sever(route);
                    return;
                }
            }
        }
    }

    private boolean isNextOurs() {
        return nextToSend <= window.newest() && window.share(nextToSend) == 0;
    }

    /** The link may have room again, or it is another. */
    void unblock() {
        blocked = false;
    }

    /** What was sent may or may not have arrived: sends it again, the peer knows what it has. */
    void replay() {
        replayFrom(window.oldest());
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

    /** The highest number sent so far; less again while frames are sent again. */
    long lastSent() {
        return nextToSend - 1;
    }

    // ---------------------------------------------------------------- what the peer says

    /**
     * The peer has everything up to that number.
     *
     * @return whether that can be
     */
    boolean onAck(long ack) {
        if (ack < 0 || ack > window.newest()) {
            return false;
        }
        if (ack >= window.oldest()) {
            room = Math.min(MOST_ROOM, room + window.bytesBefore(ack + 1) / ROOM_GROWTH);
            window.acknowledge(ack);
            nextToSend = Math.max(nextToSend, ack + 1);
            seeWhetherItHasCaughtUp();
            progressAt = host.now();
            tookAt = progressAt;
            if (fullSince != 0) {
                // It is slow, but it takes something.
                fullSince = progressAt;
            }
        }
        return true;
    }

    /** The peer has most likely answered a probe. */
    void onAnswer() {
        if (probedAt != 0) {
            probedAt = 0;
            progressAt = host.now();
        }
    }

    /** The peer misses that frame, and so perhaps those that follow. */
    void onResend(long sequence, long ack) {
        onAnswer();
        // What was sent again just now is most likely still under way.
        if (sequence > ack && (sequence >= replayedTo || host.now() - replayedAt >= REPLAY_PAUSE)) {
            room = Math.max(LEAST_ROOM, room / 2);
            replayedTo = nextToSend;
            replayedAt = host.now();
            replayFrom(sequence);
        }
    }

    // ---------------------------------------------------------------- time

    /** Reminds a peer that has still not said which session of its own is the other end; returns when to do so again. */
    long awaitBinding(long now) {
        if (now - progressAt >= PROBE_DELAY) {
            progressAt = now;
            host.onUnbound(session);
        }
        return progressAt + PROBE_DELAY;
    }

    /**
     * Asks a silent peer what it has, when that is due; returns when it is due next.
     *
     * @param expectsAnswers whether somebody here waits for an answer of this peer, so that its death must be noticed
     */
    long onTime(long now, boolean expectsAnswers) {
        boolean unanswered = window.oldest() < nextToSend || !shelved.isEmpty();
        if (!unanswered && !expectsAnswers) {
            return Long.MAX_VALUE;
        }
        long patience = holdsRead() && !backlog.isEmpty() && !readsLong()
                ? oldestShelvedSince + PATIENCE_WITH_READERS
                : Long.MAX_VALUE;
        long since = Math.max(progressAt, probedAt);
        long delay = lastShared >= window.oldest() ? GROUP_PROBE_DELAY : PROBE_DELAY;
        if (now - since >= delay) {
            probedAt = now;
            session.tell(Frame.Kind.PROBE, nextToSend - 1);
            since = now;
        }
        return Math.min(patience, since + delay);
    }

    /** Asks the peer now what it has: somebody waits for it. */
    void ask() {
        if (window.oldest() < nextToSend) {
            probedAt = host.now();
            session.tell(Frame.Kind.PROBE, nextToSend - 1);
        }
    }

    // ---------------------------------------------------------------- counters

    boolean isEmpty() {
        return backlog.isEmpty() && window.isEmpty();
    }

    /** Bytes of messages that wait for room in the window. */
    long backlogBytes() {
        return backlogBytes;
    }

    /** Bytes that lie on the shelf until the peer gives them back. */
    long shelvedBytes() {
        return shelvedBytes;
    }

    /** What is kept until it is acknowledged. */
    SendWindow window() {
        return window;
    }

    /** Messages sent so far. */
    long messages() {
        return messages;
    }

    long replayed() {
        return replayed;
    }
}
