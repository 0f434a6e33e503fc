package headway.core;

import headway.transport.Address;
import headway.transport.SendResult;
import java.nio.ByteBuffer;

/**
 * Nodes on one link that want the same topics, and the address at which one send reaches them all.
 *
 * <p>Each message is appended to each member's own window, as if there were no group. As long as the open frames of several
 * members have the same messages they are sealed together, and what they share leaves as one {@link GroupFrame} when it is the
 * next one of each. From then on they are like all other frames: acknowledged, and sent again, to one node. A member whose
 * frame differs, because it got something else in between, and one that has no room for too long, get their frames alone.
 *
 * <p>Belongs to the bus's owner.
 */
final class Group {

    /** Frames are at most so large, unless one message is larger: a kernel has to find one piece of memory for it. */
    private static final int FRAME_BYTES = 31 << 10;

    /** Fewer bytes are not worth a frame of their own when a member gets something else in between. */
    private static final int WORTH_BYTES = 1 << 12;

    private final Address address;
    private final LinkSlot slot;
    private final long holdNanos;
    private final Member[] members;
    private final byte[] frame;
    private final ByteBuffer view;

    /** Those who get the frame that is being sent. */
    private final Member[] due;

    /** Bytes of the messages that were not sealed yet. */
    private int bytes;

    /** The shares that were given last, and that is to be sent next. Unlike those of all other groups, and never 0. */
    private long sealed;

    private long next;

    /** Since when the next frame has waited for a member or the link, or 0. */
    private long heldSince;

    /** The link had no room for the next frame. */
    private boolean blocked;

    private boolean over;
    private boolean served;
    private long usedAt;

    /** One of those nodes. */
    private static final class Member {
        private final Session session;
        private final SessionSender sender;

        /** Where it has joined; if it is reached in another way it is not there any more. */
        private final Route route;

        private boolean joined;
        private boolean refused;

        Member(Session session) {
            this.session = session;
            this.sender = session.sender();
            this.route = session.route();
        }

        /** Whether it is a member, or may become one. */
        boolean isPossible() {
            return !refused && session.state() != Session.State.GONE && session.route() == route;
        }

        boolean takesPart() {
            return joined && isPossible() && !sender.isApart();
        }
    }

    /**
     * A group that nobody has joined yet.
     *
     * @param holdNanos how long a member without room keeps the others waiting at most
     * @param firstShare no other group has given this one or one of the 2^40 that follow
     * @param sessions at most {@link GroupFrame#MOST}, all with a route over that link
     * @param frame where frames are put together; {@link Frame#MAX} bytes
     */
    Group(Address address, LinkSlot slot, long holdNanos, long firstShare, Session[] sessions, byte[] frame) {
        this.address = address;
        this.slot = slot;
        this.holdNanos = holdNanos;
        this.sealed = firstShare;
        this.next = firstShare + 1;
        this.frame = frame;
        this.view = ByteBuffer.wrap(frame).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        members = new Member[sessions.length];
        due = new Member[sessions.length];
        for (int i = 0; i < sessions.length; i++) {
            members[i] = new Member(sessions[i]);
        }
    }

    Address address() {
        return address;
    }

    LinkSlot slot() {
        return slot;
    }

    /** When a message was last sent to it. */
    long usedAt() {
        return usedAt;
    }

    /** Whether something was ever sent to it. */
    boolean hasServed() {
        return served;
    }

    // ---------------------------------------------------------------- who is in it

    /** Invites all. */
    void invite() {
        byte[] invitation = Control.invite(slot.transport().name(), address.value());
        for (Member member : members) {
            member.session.send(invitation);
        }
    }

    /** A node says whether it has joined. */
    void answered(Session session, boolean joined) {
        Member member = member(session);
        if (member != null) {
            member.joined = joined;
            member.refused = !joined;
        }
    }

    boolean has(Session session) {
        return member(session) != null;
    }

    private Member member(Session session) {
        for (Member member : members) {
            if (member.session == session) {
                return member;
            }
        }
        return null;
    }

    /** Whether all messages are sealed. */
    boolean isFresh() {
        return bytes == 0;
    }

    /** Whether it may serve two nodes at least, now or when they have joined. */
    boolean isOfUse() {
        int possible = 0;
        for (Member member : members) {
            possible += member.isPossible() ? 1 : 0;
        }
        return !over && !slot.isDead() && possible > 1;
    }

    /** Ends it: what was to be sent goes to each one, and all are told to leave. */
    void end() {
        release();
        byte[] farewell = Control.leave(address.value());
        for (Member member : members) {
            if (!member.refused && member.session.state() != Session.State.GONE) {
                member.session.send(farewell);
            }
        }
    }

    /** What was to be sent goes to each one. */
    private void release() {
        for (Member member : members) {
            member.sender.unshare();
        }
        bytes = 0;
        next = sealed + 1;
        heldSince = 0;
    }

    // ---------------------------------------------------------------- messages

    /** Whether a message of that size may go through a group at all. */
    boolean fits(int size) {
        return GroupFrame.payload(members.length) + Bytes.align8(size) <= Frame.MAX;
    }

    /** A message of that size follows: seals what it does not fit behind. */
    void makeRoom(int size, long now) {
        usedAt = now;
        if (bytes > 0 && GroupFrame.payload(members.length) + bytes + Bytes.align8(size) > FRAME_BYTES) {
            seal();
        }
    }

    /** Whether that session's frame, which has nothing yet, will have all that is not sealed of this group. */
    boolean takesIn(Session session) {
        if (bytes > 0 || blocked || over) {
            return false;
        }
        Member member = member(session);
        return member != null && member.takesPart();
    }

    /** A message of that size was appended to the frames of all members. */
    void appended(int size) {
        bytes += Bytes.align8(size);
    }

    /** A member gets something else now: what it shares so far is sealed, or shared by the others alone. */
    void interrupt(SessionSender member) {
        if (bytes >= WORTH_BYTES) {
            seal();
        } else {
            member.shareNoMore();
        }
    }

    private void seal() {
        int sharing = 0;
        for (Member member : members) {
            sharing += member.sender.isSharing(this) ? 1 : 0;
        }
        if (sharing > 1) {
            sealed++;
        }
        for (Member member : members) {
            if (member.sender.isSharing(this)) {
                if (sharing > 1) {
                    member.sender.sealShared(sealed);
                } else {
                    member.sender.shareNoMore();
                }
            }
        }
        bytes = 0;
    }

    // ---------------------------------------------------------------- frames

    /** The link may have room again. */
    void unblock() {
        blocked = false;
    }

    /** When somebody has been waited for long enough; {@link Long#MAX_VALUE} if nobody is. */
    long heldUntil() {
        return heldSince == 0 ? Long.MAX_VALUE : heldSince + holdNanos;
    }

    /** Sends what there is, as far as the link and the members have room; says whether something has changed. */
    boolean pump(long now) {
        boolean progress = false;
        while (true) {
            if (next > sealed) {
                if (bytes == 0) {
                    return progress;
                }
                seal();
            } else if (!sendNext(now)) {
                return progress;
            }
            progress = true;
        }
    }

    private boolean sendNext(long now) {
        // Who had to be waited for once is waited for until it is worth it.
        int count = gather(heldSince != 0);
        if (count < 0) {
            if (heldSince == 0) {
                heldSince = now;
            }
            if (now < heldUntil()) {
                return false;
            }
            setApart();
            count = gather(false);
        }
        heldSince = 0;
        if (count > 1) {
            return send(count, now);
        }
        if (count == 1) {
            due[0].sender.unshare();
        }
        next++;
        return true;
    }

    /** Finds those who get the next frame, and says how many; -1 if somebody must be waited for. */
    private int gather(boolean much) {
        int count = 0;
        for (Member member : members) {
            if (!blocked && member.sender.isTurnOf(next, much)) {
                due[count++] = member;
            } else if (member.sender.awaits(next)) {
                return -1;
            }
        }
        return count;
    }

    /** Whoever is waited for gets what follows alone, until it has caught up. */
    private void setApart() {
        for (Member member : members) {
            if (member.sender.awaits(next) && (blocked || !member.sender.isTurnOf(next, false))) {
                member.sender.setApart();
            }
        }
    }

    private boolean send(int count, long now) {
        int payload = GroupFrame.payload(count);
        int length = payload + due[0].sender.copyPayload(frame, payload);
        GroupFrame.writeHeader(frame, length, due[0].session.incarnation(), count);
        for (int i = 0; i < count; i++) {
            Session to = due[i].session;
            long sequence = due[i].sender.nextToSend();
            GroupFrame.writeEnvelope(frame, i, to.id(), to.epoch(), to.peerEpoch(), sequence, to.ack());
        }
        SendResult result = slot.send(address, view.clear().limit(length));
        switch (result) {
            case SENT -> {
                for (int i = 0; i < count; i++) {
                    due[i].sender.sentByGroup();
                }
                served = true;
                next++;
            }
            case FULL -> {
                blocked = true;
                heldSince = now;
            }
            case UNREACHABLE, CLOSED -> {
                over = true;
                release();
            }
        }
        return result != SendResult.FULL;
    }

    @Override
    public String toString() {
        return address + " of " + members.length + " on " + slot;
    }
}
