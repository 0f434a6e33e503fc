package headway.core;

import headway.bus.CallException;
import headway.bus.Peer;
import headway.core.Session.State;
import headway.dbus.HeaderField;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import java.util.Arrays;
import java.util.function.IntSupplier;

/**
 * Brings what a participant sends to one other: to its node, or to whoever it is here. A node that takes nothing is waited for
 * like by those who publish, and after that only so much is kept for it. Belongs to the bus's owner.
 */
final class Letters {

    private static final String LIMITS_EXCEEDED = "org.freedesktop.DBus.Error.LimitsExceeded";

    /** So much may wait for a node that takes nothing. */
    private static final long MOST_BACKLOG = 1 << 25;

    private final Participants participants;
    private final Calls calls;
    private final Exports exports;
    private final IntSupplier serials;
    private final long patienceNanos;
    private long waitsUntil = Long.MAX_VALUE;

    Letters(Participants participants, Calls calls, Exports exports, IntSupplier serials, long patienceMillis) {
        this.participants = participants;
        this.calls = calls;
        this.exports = exports;
        this.serials = serials;
        this.patienceNanos = patienceMillis * 1_000_000;
    }

    /**
     * Sends one on.
     *
     * @return whether that is done; if not, try again when something was acknowledged, or at {@link #waitsUntil}
     */
    boolean send(Participant to, byte[] data, int offset, int size, long now) {
        if (to.isGone()) {
            return true;
        }
        Session session = to.session();
        if (session == null) {
            takeHere(to, Arrays.copyOfRange(data, offset, offset + size));
            return true;
        }
        if (session.state() == State.GONE) {
            return true;
        }
        boolean ready = session.ready(size);
        if (!ready && now < session.fullSince() + patienceNanos) {
            waitsUntil = Math.min(waitsUntil, session.fullSince() + patienceNanos);
            return false;
        }
        boolean call = data[offset + 1] == 1 && (data[offset + 2] & Message.NO_REPLY_EXPECTED) == 0;
        if (!ready && session.backlogBytes() + size > MOST_BACKLOG) {
            if (call) {
                refuse(to, Message.parse(data, offset, size));
            }
            return true;
        }
        if (call) {
            session.letterSent();
        }
        if (ready) {
            // One that is too large to be copied has the array for itself.
            session.append(data, offset, size, null);
        } else {
            session.send(Arrays.copyOfRange(data, offset, offset + size));
        }
        return true;
    }

    /** When {@link #send} that said no has waited long enough; {@link Long#MAX_VALUE} if none did since the last call. */
    long waitsUntil() {
        long until = waitsUntil;
        waitsUntil = Long.MAX_VALUE;
        return until;
    }

    private void refuse(Participant to, Message call) {
        Participant caller = participants.find(call.sender());
        if (caller != null && caller.port() != null) {
            caller.send(error(call, LIMITS_EXCEEDED, "Too much waits for " + to + " to take it already"));
        }
    }

    /** The error that answers a call, from this node. */
    byte[] error(Message call, String name, String text) {
        return MessageBuilder.error(call, name, text)
                .serial(serials.getAsInt())
                .build()
                .bytes();
    }

    /** For somebody here: behind another port, or this node itself. */
    private void takeHere(Participant to, byte[] bytes) {
        Message message = Message.parse(bytes);
        String name = message.has(HeaderField.SENDER)
                ? message.sender()
                : participants.self().name();
        if (to.port() != null) {
            to.port().bring(name, to.name(), bytes, 0, bytes.length);
            return;
        }
        Participant sender = participants.find(name);
        if (sender == null) {
            return;
        }
        WireHeader header = WireHeader.of(message);
        if (header != null) {
            takeItself(sender, new WireMessage(header, sender.peer(), 0, bytes, 0, bytes.length), header);
        }
    }

    private void takeItself(Participant sender, WireMessage message, WireHeader header) {
        switch (header.type()) {
            case CALL -> exports.onCall(sender, message);
            case RETURN, ERROR -> calls.onAnswer(sender, header.message().replySerial(), message);
            case SIGNAL -> {
                // Applications subscribe to topics; there is nobody whom a signal to this node alone is for.
            }
        }
    }

    // ---------------------------------------------------------------- from other nodes

    /** Nobody here is called as that message wants: who waits for an answer is told. */
    void returnToSender(Session session, Peer sender, Message message) {
        if (message.expectsReply()) {
            session.send(MessageBuilder.error(CallException.SERVICE_UNKNOWN)
                    .serial(serials.getAsInt())
                    .replySerial(message.serial())
                    .flags(Message.NO_REPLY_EXPECTED)
                    .destination(message.has(HeaderField.SENDER) ? sender.uniqueName() : null)
                    .body("s", "Nobody on the bus is called " + message.destination())
                    .build()
                    .bytes());
        }
    }
}
