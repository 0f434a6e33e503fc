package headway.core;

import headway.bus.CallException;
import headway.bus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.Names;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;

/** A call from this JVM. */
final class LocalCall extends AnyCall {

    private final Node node;
    private final CompletableFuture<Message> answer;

    LocalCall(Node node, BusMessage message, CompletableFuture<Message> answer) {
        super(message);
        this.node = node;
        this.answer = answer;
    }

    @Override
    Runnable encodeReply(String signature, Object... body) {
        // Encoded only to find out now what another process would be refused.
        MessageBuilder.reply().replySerial(1).serial(1).body(signature, body).build();
        Message reply =
                LocalArguments.reply(node.self(), signature, Collections.unmodifiableList(Arrays.asList(body.clone())));
        return () -> answer.complete(reply);
    }

    @Override
    Runnable encodeError(String errorName, String text) {
        CallException error = new CallException(Names.checkErrorName(errorName), text);
        return () -> answer.completeExceptionally(error);
    }
}
