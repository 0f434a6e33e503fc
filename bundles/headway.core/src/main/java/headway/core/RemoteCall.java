package headway.core;

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
        return send(MessageBuilder.reply().body(signature, body));
    }

    @Override
    Runnable encodeError(String errorName, String text) {
        return send(Exports.error(errorName, text));
    }

    private Runnable send(MessageBuilder answer) {
        if (!answerExpected()) {
            return () -> {};
        }
        byte[] bytes = answer.replySerial(serial)
                .serial(1)
                .flags(headway.dbus.Message.NO_REPLY_EXPECTED)
                .build()
                .bytes();
        return () -> node.post(() -> {
            if (caller.state() != Session.State.GONE) {
                Bytes.putInt(bytes, 8, node.nextSerial());
                caller.send(bytes);
            }
        });
    }
}
