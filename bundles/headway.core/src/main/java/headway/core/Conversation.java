package headway.core;

import headway.dbus.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What nodes tell each other about themselves, as {@link Control} messages: what they want, whom they know, which names
 * are owned. Belongs to the bus's owner.
 */
final class Conversation {

    private final Topics topics;
    private final long leastPatienceMillis;
    private final NameService names;
    private final Participants participants;
    private final Joining joining;
    private final Groups groups;
    private final Invitations invitations;
    private final Shelves shelves;
    private final Rejections rejections;

    Conversation(
            Topics topics,
            long leastPatienceMillis,
            NameService names,
            Participants participants,
            Joining joining,
            Groups groups,
            Invitations invitations,
            Shelves shelves,
            Rejections rejections) {
        this.topics = topics;
        this.leastPatienceMillis = leastPatienceMillis;
        this.names = names;
        this.participants = participants;
        this.joining = joining;
        this.groups = groups;
        this.invitations = invitations;
        this.shelves = shelves;
        this.rejections = rejections;
    }

    // ---------------------------------------------------------------- what this node tells

    /** Tells a new peer everything about this node. */
    void introduce(Session session, Collection<Session> known) {
        session.send(new Control.Interest(topics.wishes(leastPatienceMillis), List.of()).encode());
        session.interestSent();
        byte[] here = participants.introduction();
        if (here != null) {
            session.send(here);
        }
        names.introduce(session);
        List<Long> others = new ArrayList<>();
        for (Session other : known) {
            if (other != session && other.state() != Session.State.GONE) {
                others.add(other.id());
            }
        }
        session.send(Control.ready(others));
    }

    /** This node's wishes changed: tells everybody. */
    void tellInterest(String pattern, Collection<Session> everybody) {
        Long patience = topics.wish(pattern, leastPatienceMillis);
        byte[] message = (patience != null
                        ? new Control.Interest(Map.of(pattern, patience), List.of())
                        : new Control.Interest(Map.of(), List.of(pattern)))
                .encode();
        for (Session session : everybody) {
            session.send(message);
        }
    }

    // ---------------------------------------------------------------- what others tell

    /**
     * A signal of {@link Control#INTERFACE} arrived.
     *
     * @throws headway.dbus.InvalidMessageException if it is malformed
     * @throws IllegalArgumentException if it says what cannot be
     */
    void onSignal(Session session, Message message) {
        switch (message.member()) {
            case Control.INTEREST -> onInterest(session, Control.Interest.decode(message));
            case Control.READY -> {
                joining.mention(Control.decodeReady(message));
                if (session.introduced()) {
                    names.live(session);
                    participants.live(session);
                }
            }
            case Control.PARTICIPANTS -> participants.told(session, Control.decodeParticipants(message));
            case Control.NAMES -> names.onNames(session, Control.decodeNames(message));
            case Control.TELL_NAMES -> names.onTellNames(session);
            case Control.NAME_OWNER -> names.onNameOwner(session, Control.NameOwner.decode(message));
            case Control.INVITE -> onInvite(session, Control.decodeInvite(message));
            case Control.JOINED -> {
                Control.Joined answer = Control.decodeJoined(message);
                groups.answered(session, answer.group(), answer.joined());
            }
            case Control.SHELF -> shelves.offered(session, Control.decodeShelf(message));
            case Control.READS_SHELF -> shelves.answered(session, Control.decodeReadsShelf(message));
            case Control.LEAVE -> invitations.end(session, Control.decodeLeave(message));
            default -> rejections.add("unknown control message", session.peer().uniqueName());
        }
    }

    private void onInterest(Session session, Control.Interest interest) {
        for (Map.Entry<String, Long> wanted : interest.wanted().entrySet()) {
            if (!topics.addInterest(session, wanted.getKey(), wanted.getValue())) {
                rejections.add(
                        "more interests than one node may have", session.peer().uniqueName());
            }
        }
        interest.unwanted().forEach(pattern -> topics.removeInterest(session, pattern));
    }

    private void onInvite(Session session, Control.Invitation invitation) {
        boolean joined = invitations.accept(session, invitation.transport(), invitation.group());
        session.send(Control.joined(invitation.group(), joined));
    }

    /** A call of {@link Control#INTERFACE} arrived; says no if it is for an exported object. */
    boolean onCall(Session session, Message message) {
        return names.onCall(session, message);
    }
}
