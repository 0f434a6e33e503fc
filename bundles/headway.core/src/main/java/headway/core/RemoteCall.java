package headway.core;

import headway.dbus.Message;
import headway.dbus.MessageBuilder;

/** A call from another node, or from a participant of some node. */
final class RemoteCall extends AnyCall {

    private final Node node;
    private final Correspondent caller;

    /** Whom its node brings the answer to; null: the node itself called. */
    private final String destination;

    private final int serial;

    RemoteCall(Node node, Correspondent caller, WireMessage message) {
        super(message);
        this.node = node;
        this.caller = caller;
        this.serial = message.serial();
        String sender = message.sender().uniqueName();
        this.destination = Participants.isNode(sender) ? null : sender;
    }

    @Override
    Runnable encodeReply(String signature, Object... body) {
        return answerExpected()
                ? send(node.exports().templates().reply(serial, destination, signature, body))
                : () -> {};
    }

    @Override
    Runnable encodeError(String errorName, String text) {
        MessageBuilder error = Exports.error(errorName, text)
                .replySerial(serial)
                .destination(destination)
                .serial(1)
                .flags(Message.NO_REPLY_EXPECTED);
        return answerExpected() ? send(error.build().bytes()) : () -> {};
    }

    private Runnable send(byte[] answer) {
        return () -> node.post(() -> {
            if (!caller.isGone()) {
                Bytes.putInt(answer, 8, node.nextSerial());
                caller.send(answer);
            }
        });
    }
}
