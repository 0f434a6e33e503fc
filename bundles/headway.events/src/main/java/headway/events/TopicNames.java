package headway.events;

/**
 * The grammar of event topics (157.3.1) and how a topic is written on the bus.
 *
 * <p>An event topic may contain whatever a Java identifier may, a topic of the bus only {@code [A-Za-z0-9_-]}. Other
 * characters are written as {@code --} and four hexadecimal digits, so that {@code com/acme/Door$Open} is {@code
 * com/acme/Door--0024Open} there. Different event topics are different bus topics, and back again gives the same.
 */
final class TopicNames {

    private static final String ESCAPE = "--";
    private static final int ESCAPED_LENGTH = ESCAPE.length() + 4;

    private TopicNames() {}

    /**
     * The topic itself.
     *
     * @throws NullPointerException if there is none
     * @throws IllegalArgumentException if it is malformed
     */
    static String check(String topic) {
        int start = 0;
        while (true) {
            int end = tokenEnd(topic, start);
            if (!isToken(topic, start, end)) {
                throw new IllegalArgumentException("'" + topic + "' is not a topic: at character " + start
                        + " there is no token of letters, digits, '_', '$' and '-'");
            }
            if (end == topic.length()) {
                return topic;
            }
            start = end + 1;
        }
    }

    /** The topic of events of a class that are delivered without one (157.3.2). */
    static String of(Class<?> type) {
        return type.getName().replace('.', '/');
    }

    /** Index after the token that starts at {@code start}. */
    static int tokenEnd(String topic, int start) {
        int end = topic.indexOf('/', start);
        return end < 0 ? topic.length() : end;
    }

    static boolean isToken(String topic, int start, int end) {
        if (start == end) {
            return false;
        }
        int i = start;
        while (i < end) {
            int c = topic.codePointAt(i);
            if (!Character.isJavaIdentifierPart(c) && c != '-') {
                return false;
            }
            i += Character.charCount(c);
        }
        return true;
    }

    /** A valid topic or pattern as the bus writes it. */
    static String toBus(String topic) {
        StringBuilder out = null;
        for (int i = 0; i < topic.length(); i++) {
            char c = topic.charAt(i);
            if (staysAsItIs(topic, i)) {
                if (out != null) {
                    out.append(c);
                }
                continue;
            }
            if (out == null) {
                out = new StringBuilder(topic.length() + ESCAPED_LENGTH).append(topic, 0, i);
            }
            out.append(ESCAPE);
            for (int shift = 12; shift >= 0; shift -= 4) {
                out.append(Character.forDigit(c >> shift & 0xF, 16));
            }
        }
        return out == null ? topic : out.toString();
    }

    /** The event topic that the bus writes so; a topic that nobody wrote with {@link #toBus} is mostly itself. */
    static String fromBus(String topic) {
        int at = topic.indexOf(ESCAPE);
        if (at < 0) {
            return topic;
        }
        StringBuilder out = new StringBuilder(topic.length());
        int copied = 0;
        while (at >= 0) {
            int c = hexadecimal(topic, at + ESCAPE.length());
            if (c < 0) {
                at = topic.indexOf(ESCAPE, at + 1);
                continue;
            }
            out.append(topic, copied, at).append((char) c);
            copied = at + ESCAPED_LENGTH;
            at = topic.indexOf(ESCAPE, copied);
        }
        return out.append(topic, copied, topic.length()).toString();
    }

    /** A dash stays only where it cannot be taken for the beginning of an escape. */
    private static boolean staysAsItIs(String topic, int i) {
        char c = topic.charAt(i);
        if (c == '-') {
            return i + 1 == topic.length() || isPlain(topic.charAt(i + 1));
        }
        return isPlain(c);
    }

    /** What means the same on both sides, the separator and the wildcards included. */
    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '/'
                || c == '*'
                || c == '+';
    }

    private static int hexadecimal(String topic, int at) {
        if (at + 4 > topic.length()) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(topic.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
