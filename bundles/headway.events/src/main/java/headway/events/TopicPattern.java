package headway.events;

/**
 * A topic that a handler asks for (157.4.3): a topic, or one whose last token is {@code *}, which stands for one or more
 * tokens. As in version 1.1 of the specification a token may also be {@code +}, which stands for any one token.
 *
 * @param text as the handler wrote it
 */
record TopicPattern(String text) {

    /**
     * @throws IllegalArgumentException if it is malformed
     */
    TopicPattern {
        int start = 0;
        while (true) {
            int end = TopicNames.tokenEnd(text, start);
            boolean last = end == text.length();
            if (!isWildcard(text, start, end, '+')
                    && !(last && isWildcard(text, start, end, '*'))
                    && !TopicNames.isToken(text, start, end)) {
                throw new IllegalArgumentException("'" + text + "' is neither a topic nor a pattern of topics");
            }
            if (last) {
                break;
            }
            start = end + 1;
        }
    }

    /** Whether there is no wildcard, so that only one topic matches. */
    boolean isTopic() {
        return text.indexOf('+') < 0 && !text.endsWith("*");
    }

    /** Whether topics of any first token match. */
    boolean startsWithWildcard() {
        return text.startsWith("*") || text.startsWith("+");
    }

    boolean matches(String topic) {
        int p = 0;
        int t = 0;
        while (true) {
            int pEnd = TopicNames.tokenEnd(text, p);
            int tEnd = TopicNames.tokenEnd(topic, t);
            if (isWildcard(text, p, pEnd, '*')) {
                return true;
            }
            // The second half is for covers: one token does not stand for several.
            boolean same = isWildcard(text, p, pEnd, '+')
                    ? !isWildcard(topic, t, tEnd, '*')
                    : pEnd - p == tEnd - t && text.regionMatches(p, topic, t, tEnd - t);
            boolean patternEnds = pEnd == text.length();
            boolean topicEnds = tEnd == topic.length();
            if (!same || patternEnds || topicEnds) {
                return same && patternEnds && topicEnds;
            }
            p = pEnd + 1;
            t = tEnd + 1;
        }
    }

    /** Whether every topic that matches the other one matches this one too. */
    boolean covers(TopicPattern other) {
        return matches(other.text);
    }

    private static boolean isWildcard(String text, int start, int end, char wildcard) {
        return end == start + 1 && text.charAt(start) == wildcard;
    }
}
