package headway.core;

/**
 * Topics and patterns as text, and topics as the object paths they travel as.
 *
 * <p>{@code vehicle/cabin/seat-1} is the path {@code /vehicle/cabin/seat_2d1}: D-Bus paths have no '-'. So that every path
 * has one topic, an underscore is itself written {@code _5f} where what follows would read as one of these two escapes.
 */
final class TopicName {

    private static final int MAX_LENGTH = 1024;

    private TopicName() {}

    /**
     * The topic itself.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static String check(String topic) {
        checkTokens(topic, false);
        return topic;
    }

    /**
     * The pattern itself.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static String checkPattern(String pattern) {
        checkTokens(pattern, true);
        return pattern;
    }

    private static void checkTokens(String text, boolean pattern) {
        String what = pattern ? "pattern" : "topic";
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "A " + what + " has 1 to " + MAX_LENGTH + " characters, not " + text.length());
        }
        int tokenStart = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '/';
            if (c == '/') {
                if (i == tokenStart) {
                    throw new IllegalArgumentException("The " + what + " '" + text + "' has an empty token at " + i);
                }
                tokenStart = i + 1;
                continue;
            }
            boolean alone = i == tokenStart && (i + 1 == text.length() || text.charAt(i + 1) == '/');
            boolean wildcard = pattern && alone && (c == '+' || (c == '*' && i + 1 == text.length()));
            if (!wildcard && !isTokenChar(c)) {
                throw new IllegalArgumentException("The " + what + " '" + text + "' has '" + c + "' at " + i
                        + (pattern
                                ? "; tokens are letters, digits, '_' and '-', or a lone '+', and the last may be a lone '*'"
                                : "; tokens are letters, digits, '_' and '-'"));
            }
        }
    }

    private static boolean isTokenChar(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    /** Whether a well-formed pattern wants a well-formed topic. */
    static boolean matches(String pattern, String topic) {
        int p = 0;
        int t = 0;
        while (p < pattern.length()) {
            char c = pattern.charAt(p);
            boolean tokenStart = p == 0 || pattern.charAt(p - 1) == '/';
            if (tokenStart && c == '*') {
                return t < topic.length();
            }
            if (tokenStart && c == '+') {
                if (t >= topic.length()) {
                    return false;
                }
                while (t < topic.length() && topic.charAt(t) != '/') {
                    t++;
                }
                p++;
            } else {
                if (t >= topic.length() || topic.charAt(t) != c) {
                    return false;
                }
                p++;
                t++;
            }
        }
        return t == topic.length();
    }

    /** The object path a well-formed topic travels as. */
    static String toPath(String topic) {
        StringBuilder path = new StringBuilder(topic.length() + 8).append('/');
        for (int i = 0; i < topic.length(); i++) {
            char c = topic.charAt(i);
            if (c == '-') {
                path.append("_2d");
            } else if (c == '_' && (topic.startsWith("2d", i + 1) || topic.startsWith("5f", i + 1))) {
                path.append("_5f");
            } else {
                path.append(c);
            }
        }
        return path.toString();
    }

    /** The topic of a well-formed object path. */
    static String fromPath(String path) {
        StringBuilder topic = new StringBuilder(path.length());
        for (int i = 1; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '_' && path.startsWith("2d", i + 1)) {
                topic.append('-');
                i += 2;
            } else if (c == '_' && path.startsWith("5f", i + 1)) {
                topic.append('_');
                i += 2;
            } else {
                topic.append(c);
            }
        }
        return topic.toString();
    }
}
