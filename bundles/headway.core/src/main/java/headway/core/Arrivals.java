package headway.core;

import headway.bus.Gap;
import headway.bus.Peer;
import headway.dbus.HeaderField;
import headway.dbus.InvalidMessageException;
import headway.dbus.Message;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What becomes of each message that arrived over a session: it goes to subscribers, to an object's handler, to the caller
 * who waits for it, or it is for this node itself. A session whose subscribers have no room is held: it takes nothing more
 * until they have. Belongs to the bus's owner.
 */
final class Arrivals {

    private static final Session[] NONE = {};
    private static final String NOT_ITS = "message in the name of somebody who is not its participant";

    private final LongSupplier now;
    private final Topics topics;
    private final DirectRunner direct;
    private final Calls calls;
    private final Exports exports;
    private final Participants participants;
    private final NameService names;
    private final Letters letters;
    private final Conversation conversation;
    private final Rejections rejections;
    private final HeaderCache headers = new HeaderCache();

    /** The topic of the message before: most often the next one has the same. */
    private Topic lastTopic = new Topic("");

    /** Subscriptions and ports that got something since they were last scheduled. */
    private final ArrayList<Inbox> filled = new ArrayList<>();

    private final Set<Session> held = new LinkedHashSet<>();
    private long heldUntil = Long.MAX_VALUE;
    private long uncountedGaps;

    /** The session whose messages are handed over whether there is room or not, or null. */
    private Session leaving;

    Arrivals(
            LongSupplier now,
            Topics topics,
            DirectRunner direct,
            Calls calls,
            Exports exports,
            Participants participants,
            NameService names,
            Letters letters,
            Conversation conversation,
            Rejections rejections) {
        this.now = now;
        this.topics = topics;
        this.direct = direct;
        this.calls = calls;
        this.exports = exports;
        this.participants = participants;
        this.names = names;
        this.letters = letters;
        this.conversation = conversation;
        this.rejections = rejections;
    }

    /** Takes one message, or says no: then the session is held, with that message and all that follow. */
    boolean onMessage(Session session, byte[] array, int offset, int length) {
        try {
            WireHeader header = headers.get(array, offset, length);
            if (header == null) {
                return true;
            }
            if (header.topic() != null) {
                return onPublished(session, header, array, offset, length);
            }
            if (Control.isControl(header.message())) {
                onControl(session, header, array, offset, length);
                return true;
            }
            return onLetter(session, header, array, offset, length);
        } catch (InvalidMessageException | IllegalArgumentException | ClassCastException e) {
            rejections.add(
                    "malformed message: " + e.getMessage(), session.peer().uniqueName());
        }
        return true;
    }

    private boolean onPublished(Session session, WireHeader header, byte[] array, int offset, int length) {
        Peer sender = participants.sender(session, header.message());
        if (sender == null) {
            rejections.add(NOT_ITS, session.peer().uniqueName());
            return true;
        }
        if (!header.topic().equals(lastTopic.name()) || lastTopic.isForgotten()) {
            lastTopic = topics.get(header.topic());
        }
        Inbox[] here = lastTopic.here();
        for (Inbox inbox : here) {
            if (mustWait(session, inbox)) {
                return false;
            }
        }
        long number = session.countReceived();
        if (here.length > 0) {
            hear(session, here);
            BusMessage message = new WireMessage(header, sender, number, array, offset, length);
            for (Inbox inbox : here) {
                give(inbox, message);
            }
        }
        return true;
    }

    private void give(Inbox inbox, BusMessage message) {
        if (inbox.takesDirectly()) {
            direct.add(() -> inbox.deliverDirectly(message));
        } else {
            inbox.put(message);
            markFilled(inbox);
        }
    }

    /**
     * Takes one message that lies on its sender's shelf, or says no: nobody reads it there, or there is something about it that
     * {@link #onMessage} is to say.
     */
    boolean onLent(Session session, Loan loan) {
        byte[] bytes = loan.signalHeader();
        try {
            WireHeader header = bytes == null ? null : headers.get(bytes, 0, bytes.length);
            return header != null && header.topic() != null && lend(session, header, loan, bytes.length);
        } catch (InvalidMessageException | IllegalArgumentException e) {
            return false;
        }
    }

    private boolean lend(Session session, WireHeader header, Loan loan, int bodyAt) {
        Inbox[] here = topics.get(header.topic()).here();
        Peer sender = participants.sender(session, header.message());
        int borrowers = 0;
        for (Inbox inbox : here) {
            borrowers += inbox.borrows() ? 1 : 0;
            if (sender == null || mustWait(session, inbox)) {
                return false;
            }
        }
        if (borrowers == 0) {
            return false;
        }
        long number = session.countReceived();
        hear(session, here);
        BusMessage copy = borrowers == here.length
                ? null
                : new WireMessage(header, sender, number, loan.copy(), 0, loan.length());
        BusMessage lent = new LentMessage(header, sender, number, loan, bodyAt);
        loan.lend(borrowers);
        for (Inbox inbox : here) {
            give(inbox, inbox.borrows() ? lent : copy);
        }
        return true;
    }

    private boolean mustWait(Session session, Inbox inbox) {
        if (inbox.admits(now.getAsLong()) || session == leaving) {
            return false;
        }
        heldUntil = Math.min(heldUntil, inbox.waitsUntil());
        held.add(session);
        return true;
    }

    private void markFilled(Inbox inbox) {
        if (inbox.markFilled()) {
            filled.add(inbox);
        }
    }

    /** What a node tells this one. */
    private void onControl(Session session, WireHeader header, byte[] array, int offset, int length) {
        WireMessage message = new WireMessage(header, session.peer(), 0, array, offset, length);
        if (header.type() == headway.bus.Message.Type.CALL) {
            if (!conversation.onCall(session, message.wire())) {
                exports.onCall(session, message);
            }
        } else if (Control.GAP.equals(header.message().member())) {
            onGap(session, Control.decodeGap(message.wire(), session.peer().uniqueName()));
        } else {
            conversation.onSignal(session, message.wire());
        }
    }

    /** What is for one: this node, or a participant of it. */
    private boolean onLetter(Session session, WireHeader header, byte[] array, int offset, int length) {
        Message wire = header.message();
        Peer sender = participants.sender(session, wire);
        if (sender == null) {
            rejections.add(NOT_ITS, session.peer().uniqueName());
            return true;
        }
        Participant to = wire.has(HeaderField.DESTINATION) ? receiver(wire.destination()) : participants.self();
        WireMessage message = new WireMessage(header, sender, 0, array, offset, length);
        if (to == null) {
            letters.returnToSender(session, sender, message.wire());
        } else if (to.port() != null) {
            return bring(session, message, header.type(), to);
        } else {
            switch (header.type()) {
                case CALL -> exports.onCall(session, message);
                case RETURN, ERROR -> calls.onAnswer(session, wire.replySerial(), message);
                case SIGNAL -> {
                    // Applications subscribe to topics; there is nobody whom a signal to this node alone is for.
                }
            }
        }
        return true;
    }

    private Participant receiver(String name) {
        if (name.startsWith(":")) {
            Participant one = participants.find(name);
            return one != null && one.isHere() ? one : null;
        }
        return names.receiverHere(name);
    }

    private boolean bring(Session session, WireMessage message, headway.bus.Message.Type type, Participant to) {
        PortInbox inbox = to.port().inbox();
        if (mustWait(session, inbox)) {
            return false;
        }
        if (type == headway.bus.Message.Type.RETURN || type == headway.bus.Message.Type.ERROR) {
            session.letterAnswered();
        }
        Message wire = message.wire();
        inbox.put(message.sender().uniqueName(), to.name(), wire.array(), wire.offset(), wire.length());
        markFilled(inbox);
        return true;
    }

    /** The peer gave up messages to us: the subscribers are told, in the messages' place. */
    private void onGap(Session session, Gap gap) {
        session.skipReceived(gap.count());
        GapMessage told = new GapMessage(session.peer(), gap);
        Inbox[] here = topics.get(gap.topic()).here();
        hear(session, here);
        for (Inbox inbox : here) {
            tell(inbox, told);
        }
    }

    private void hear(Session session, Inbox[] here) {
        Hearers hearers = session.hearers();
        if (hearers.missSome()) {
            tellGivenUp(hearers);
        }
        hearers.add(here);
    }

    /** That node was given up: who has heard of it is told that something may be missing from there to here. */
    void tellGivenUp(Hearers hearers) {
        for (Inbox inbox : topics.inboxes()) {
            GapMessage told = hearers.gapFor(inbox);
            if (told != null) {
                uncountedGaps++;
                tell(inbox, told);
            }
        }
        hearers.told();
    }

    /** How often somebody was told so. */
    long uncountedGaps() {
        return uncountedGaps;
    }

    private void tell(Inbox inbox, GapMessage told) {
        Runnable put = () -> {
            inbox.putGap(told);
            inbox.schedule();
        };
        if (inbox.takesDirectly()) {
            direct.add(put);
        } else {
            put.run();
        }
    }

    /** Wakes subscribers: once for all that one frame brought them. */
    void scheduleFilled() {
        for (int i = 0; i < filled.size(); i++) {
            filled.get(i).scheduleFilled();
        }
        filled.clear();
    }

    /** The sessions held so far; they are resumed now and may be held again. */
    Session[] takeHeld() {
        heldUntil = Long.MAX_VALUE;
        if (held.isEmpty()) {
            return NONE;
        }
        Session[] again = held.toArray(NONE);
        held.clear();
        return again;
    }

    /** When the next publisher has waited long enough for a subscriber. */
    long heldUntil() {
        return heldUntil;
    }

    /** That session ends: what it holds was acknowledged, so it is handed over, by force. */
    void finish(Session session) {
        held.remove(session);
        if (session.isHeld()) {
            leaving = session;
            session.resume();
            leaving = null;
        }
    }
}
