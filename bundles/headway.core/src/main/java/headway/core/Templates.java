package headway.core;

import headway.bus.Target;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageTemplate;
import headway.dbus.Signature;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The headers of calls and replies, prepared once: most calls are made again and again. Any thread. */
final class Templates {

    /** Whoever calls more different methods than this prepares some of them again. */
    private static final int MOST = 1 << 12;

    private final ConcurrentHashMap<Method, MessageTemplate> calls = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, MessageTemplate> replies = new ConcurrentHashMap<>();

    private record Method(Target target, String member, String signature) {}

    /**
     * A call with serial 1.
     *
     * @throws IllegalArgumentException if a name is malformed or the values do not fit the signature
     */
    byte[] call(Target target, String member, String signature, Object... values) {
        Method method = new Method(target, member, signature);
        MessageTemplate template = get(calls, method, Templates::prepare);
        return Encoder.ofThread().encode(writer -> template.begin(writer, 1), template, values);
    }

    /**
     * A reply with serial 1 to the call of that serial.
     *
     * @param destination the participant that called, or null if the node itself did
     * @throws IllegalArgumentException if the values do not fit the signature
     */
    byte[] reply(int replySerial, String destination, String signature, Object... values) {
        MessageTemplate template = get(replies, signature, Templates::prepareReply);
        byte[] to = destination == null ? null : destination.getBytes(StandardCharsets.ISO_8859_1);
        return Encoder.ofThread().encode(writer -> template.begin(writer, 1, replySerial, to), template, values);
    }

    private static MessageTemplate prepare(Method method) {
        Target target = method.target;
        return MessageBuilder.call(target.path(), target.interfaceName(), method.member)
                .destination(target.destination())
                .signature(method.signature)
                .template();
    }

    private static MessageTemplate prepareReply(String signature) {
        Signature.of(signature);
        return MessageBuilder.reply()
                .flags(Message.NO_REPLY_EXPECTED)
                .signature(signature)
                .template();
    }

    private static <K> MessageTemplate get(
            ConcurrentHashMap<K, MessageTemplate> known, K key, Function<K, MessageTemplate> prepare) {
        MessageTemplate template = known.get(key);
        if (template == null) {
            if (known.size() >= MOST) {
                known.clear();
            }
            template = prepare.apply(key);
            known.put(key, template);
        }
        return template;
    }
}
