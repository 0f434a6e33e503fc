package headway.dbus;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * Which messages somebody wants ("Match Rules"): all conditions of a rule must hold, a rule without conditions matches
 * every message. Immutable.
 */
public final class MatchRule {
    /** Arguments that can be asked for are 0 to 63. */
    public static final int MAX_ARGUMENT = 63;

    /** What is asked of one argument of the body. */
    enum ArgumentTest {
        /** A STRING that equals the value. */
        EQUAL,
        /** A STRING or OBJECT_PATH that equals the value, or one of both ends with '/' and is a prefix of the other. */
        PATH,
        /** A STRING that equals the value or goes on with a '.' after it; argument 0 only. */
        NAMESPACE
    }

    /** The condition on one argument. */
    record Argument(int index, ArgumentTest test, String value) {
        String key() {
            return switch (test) {
                case EQUAL -> "arg" + index;
                case PATH -> "arg" + index + "path";
                case NAMESPACE -> "arg0namespace";
            };
        }
    }

    private final MessageType type;
    private final String sender;
    private final String interfaceName;
    private final String member;
    private final String path;
    private final String pathNamespace;
    private final String destination;
    private final Boolean eavesdrop;
    private final List<Argument> arguments;
    private final String text;

    /** Header fields that must have exactly the text at the same place. */
    private final HeaderField[] fields;

    private final byte[][] fieldBytes;
    private final byte[] senderBytes;
    private final byte[] destinationBytes;
    private final byte[] namespaceBytes;
    private final byte[][] argumentBytes;

    MatchRule(MatchRuleParser parsed) {
        type = parsed.type;
        sender = parsed.sender;
        interfaceName = parsed.interfaceName;
        member = parsed.member;
        path = parsed.path;
        pathNamespace = parsed.pathNamespace;
        destination = parsed.destination;
        eavesdrop = parsed.eavesdrop;
        arguments = parsed.arguments();
        text = text();

        // The member first: it tells most messages apart.
        Map<HeaderField, byte[]> conditions = new LinkedHashMap<>();
        add(conditions, HeaderField.MEMBER, member);
        add(conditions, HeaderField.INTERFACE, interfaceName);
        add(conditions, HeaderField.PATH, path);
        fields = conditions.keySet().toArray(new HeaderField[0]);
        fieldBytes = conditions.values().toArray(new byte[0][]);
        destinationBytes = destination == null ? null : Utf8.bytes(destination);
        senderBytes = sender == null ? null : Utf8.bytes(sender);
        namespaceBytes = pathNamespace == null ? null : Utf8.bytes(pathNamespace);
        argumentBytes = arguments.stream().map(a -> Utf8.bytes(a.value())).toArray(byte[][]::new);
    }

    private static void add(Map<HeaderField, byte[]> conditions, HeaderField field, String value) {
        if (value != null) {
            conditions.put(field, Utf8.bytes(value));
        }
    }

    /**
     * The rule in this text, quoted as the reference implementation reads it: inside apostrophes everything stands for
     * itself; outside, {@code \'} is an apostrophe, any other backslash itself, and a comma ends the value.
     *
     * @throws IllegalArgumentException if the text is no rule, saying why
     */
    public static MatchRule parse(String rule) {
        return new MatchRule(new MatchRuleParser(rule));
    }

    /** The type, or null for any. */
    public MessageType type() {
        return type;
    }

    /** The bus name of the sender, unique or well-known, or null for any. */
    public String sender() {
        return sender;
    }

    /** The interface, or null for any. */
    public String interfaceName() {
        return interfaceName;
    }

    /** The member, or null for any. */
    public String member() {
        return member;
    }

    /** The object path, or null for any. */
    public String path() {
        return path;
    }

    /** The object path at or below which a message must be, or null for any. */
    public String pathNamespace() {
        return pathNamespace;
    }

    /** The value that argument 0, a STRING, must have; null for any. */
    public String argument0() {
        return ofArgument0(ArgumentTest.EQUAL);
    }

    /** The namespace that argument 0 must be in ({@code arg0namespace}); null for any. */
    public String argument0Namespace() {
        return ofArgument0(ArgumentTest.NAMESPACE);
    }

    private String ofArgument0(ArgumentTest test) {
        if (arguments.isEmpty()) {
            return null;
        }
        Argument first = arguments.get(0);
        return first.index() == 0 && first.test() == test ? first.value() : null;
    }

    /** The destination, or null for any. */
    public String destination() {
        return destination;
    }

    /**
     * Whether messages to others are wanted too ({@code eavesdrop='true'}). It is for the bus to look at, not a
     * condition.
     */
    public boolean eavesdrop() {
        return Boolean.TRUE.equals(eavesdrop);
    }

    /**
     * Whether a message fits; a {@code sender} that is a well-known name must be in the header literally.
     *
     * @throws InvalidMessageException if the rule asks for arguments and the body is not valid
     */
    public boolean matches(Message message) {
        return matches(message, (wellKnown, unique) -> false);
    }

    /**
     * As {@link #matches(Message)}, where {@code sender} may also name whoever owns it.
     *
     * @param owns whether a well-known name (first) is owned by a unique name (second)
     */
    public boolean matches(Message message, BiPredicate<String, String> owns) {
        return matchesButForNames(message)
                && (destination == null || message.matches(HeaderField.DESTINATION, destinationBytes))
                && (sender == null || isFromSender(message, owns));
    }

    /**
     * Whether a message fits all conditions but those on its sender and destination: for a bus, which knows who is called
     * what better than the message does.
     *
     * @throws InvalidMessageException if the rule asks for arguments and the body is not valid
     */
    public boolean matchesButForNames(Message message) {
        if (type != null && message.typeCode() != type.code()) {
            return false;
        }
        for (int i = 0; i < fields.length; i++) {
            if (!message.matches(fields[i], fieldBytes[i])) {
                return false;
            }
        }
        return (namespaceBytes == null || isInNamespace(message))
                && (argumentBytes.length == 0 || argumentsMatch(message));
    }

    private boolean isFromSender(Message message, BiPredicate<String, String> owns) {
        return message.matches(HeaderField.SENDER, senderBytes)
                || (!sender.startsWith(":") && message.sender() != null && owns.test(sender, message.sender()));
    }

    private boolean isInNamespace(Message message) {
        int length = message.fieldLength(HeaderField.PATH);
        if (length < 0) {
            return false;
        }
        int from = message.offset() + message.fieldOffset(HeaderField.PATH);
        return namespaceBytes.length == 1 || isBelow(message.array(), from, length, namespaceBytes, '/');
    }

    /** Whether a text is {@code above}, or goes on after it with the separator. */
    private static boolean isBelow(byte[] array, int from, int length, byte[] above, char separator) {
        return common(array, from, length, above) == above.length
                && (length == above.length || array[from + above.length] == separator);
    }

    /** Number of bytes at the start that two texts have in common. */
    private static int common(byte[] array, int from, int length, byte[] other) {
        int most = Math.min(length, other.length);
        int different = Arrays.mismatch(array, from, from + most, other, 0, most);
        return different < 0 ? most : different;
    }

    private boolean argumentsMatch(Message message) {
        Signature signature = message.signature();
        WireReader reader = message.bodyReader();
        int next = 0;
        int index = 0;
        for (int at = 0; at < signature.length(); at = signature.next(at), index++) {
            char code = signature.charAt(at);
            if (code != 's' && code != 'o') {
                reader.skip(signature, at, 0);
                continue;
            }
            int length = code == 's' ? reader.string() : reader.objectPath();
            int from = reader.position() - 1 - length;
            // Conditions are sorted by argument, at most one on each.
            if (arguments.get(next).index() == index) {
                if (!argumentMatches(next, code, reader.array(), from, length)) {
                    return false;
                }
                if (++next == argumentBytes.length) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean argumentMatches(int i, char code, byte[] array, int from, int length) {
        byte[] value = argumentBytes[i];
        int common = common(array, from, length, value);
        return switch (arguments.get(i).test()) {
            case EQUAL -> code == 's' && length == value.length && common == length;
            case NAMESPACE -> code == 's' && isBelow(array, from, length, value, '.');
            case PATH ->
                length == value.length
                        ? common == length
                        : length > value.length
                                ? common == value.length && endsWithSlash(value, 0, value.length)
                                : common == length && endsWithSlash(array, from, length);
        };
    }

    private static boolean endsWithSlash(byte[] array, int from, int length) {
        return length > 0 && array[from + length - 1] == '/';
    }

    private String text() {
        StringBuilder rule = new StringBuilder();
        append(rule, "type", type);
        append(rule, "sender", sender);
        append(rule, "interface", interfaceName);
        append(rule, "member", member);
        append(rule, "path", path);
        append(rule, "path_namespace", pathNamespace);
        append(rule, "destination", destination);
        for (Argument argument : arguments) {
            append(rule, argument.key(), argument.value());
        }
        append(rule, "eavesdrop", eavesdrop);
        return rule.toString();
    }

    private static void append(StringBuilder rule, String key, Object value) {
        if (value == null) {
            return;
        }
        if (rule.length() > 0) {
            rule.append(',');
        }
        rule.append(key)
                .append("='")
                .append(value.toString().replace("'", "'\\''"))
                .append('\'');
    }

    /** Rules are equal if they have the same conditions, however they were written. */
    @Override
    public boolean equals(Object other) {
        return other instanceof MatchRule that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The rule in one canonical form, which parses to an equal rule. */
    @Override
    public String toString() {
        return text;
    }
}
