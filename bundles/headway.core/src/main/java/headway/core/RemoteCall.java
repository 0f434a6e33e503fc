package headway.core;

import headway.dbus.Message;
import headway.dbus.MessageBuilder;

/** A call from another node. */
final class RemoteCall extends AnyCall {

    private final Node node;
    private final Session caller;
    private final int serial;

    RemoteCall(Node node, Session caller, WireMessage message) {
        super(message);
        this.node = node;
        this.caller = caller;
        this.serial = message.serial();
    }

    @Override
    Runnable encodeReply(String signature, Object... body) {
        return answerExpected() ? send(node.exports().templates().reply(serial, signature, body)) : () -> {};
    }

    @Override
    Runnable encodeError(String errorName, String text) {
        MessageBuilder error =
                Exports.error(errorName, text).replySerial(serial).serial(1).flags(Message.NO_REPLY_EXPECTED);
        return answerExpected() ? send(error.build().bytes()) : () -> {};
    }

    private Runnable send(byte[] answer) {
        return () -> node.post(() -> {
            if (caller.state() != Session.State.GONE) {
                Bytes.putInt(answer, 8, node.nextSerial());
                caller.send(answer);
            }
        });
    }
}
