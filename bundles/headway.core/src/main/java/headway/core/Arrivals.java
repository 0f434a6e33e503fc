package headway.core;

import headway.bus.Gap;
import headway.dbus.InvalidMessageException;
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

    private final LongSupplier now;
    private final Topics topics;
    private final DirectRunner direct;
    private final Calls calls;
    private final Exports exports;
    private final Conversation conversation;
    private final Rejections rejections;
    private final HeaderCache headers = new HeaderCache();

    /** The topic of the message before: most often the next one has the same. */
    private Topic lastTopic = new Topic("");

    /** Subscriptions that got something since they were last scheduled. */
    private final ArrayList<Mailbox> filled = new ArrayList<>();

    private final Set<Session> held = new LinkedHashSet<>();
    private long heldUntil = Long.MAX_VALUE;

    /** The session whose messages are handed over whether there is room or not, or null. */
    private Session leaving;

    Arrivals(
            LongSupplier now,
            Topics topics,
            DirectRunner direct,
            Calls calls,
            Exports exports,
            Conversation conversation,
            Rejections rejections) {
        this.now = now;
        this.topics = topics;
        this.direct = direct;
        this.calls = calls;
        this.exports = exports;
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
            onOther(session, header, array, offset, length);
        } catch (InvalidMessageException | IllegalArgumentException | ClassCastException e) {
            rejections.add(
                    "malformed message: " + e.getMessage(), session.peer().uniqueName());
        }
        return true;
    }

    private boolean onPublished(Session session, WireHeader header, byte[] array, int offset, int length) {
        if (!header.topic().equals(lastTopic.name()) || lastTopic.isForgotten()) {
            lastTopic = topics.get(header.topic());
        }
        Mailbox[] here = lastTopic.here();
        for (Mailbox mailbox : here) {
            if (!mailbox.admits(now.getAsLong()) && session != leaving) {
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

    private void onOther(Session session, WireHeader header, byte[] array, int offset, int length) {
        WireMessage message = new WireMessage(header, session.peer(), 0, array, offset, length);
        boolean control = Control.isControl(header.message());
        switch (header.type()) {
            case SIGNAL -> {
                if (control && Control.GAP.equals(header.message().member())) {
                    onGap(
                            session,
                            Control.decodeGap(message.wire(), session.peer().uniqueName()));
                } else if (control) {
                    conversation.onSignal(session, message.wire());
                }
            }
            case CALL -> {
                if (!control || !conversation.onCall(session, message.wire())) {
                    exports.onCall(session, message);
                }
            }
            case RETURN, ERROR -> calls.onAnswer(session, header.message().replySerial(), message);
        }
    }

    /** The peer gave up messages to us: the subscribers are told, in the messages' place. */
    private void onGap(Session session, Gap gap) {
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
