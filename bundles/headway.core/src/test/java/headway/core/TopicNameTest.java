package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicNameTest {

    /** Letters that make escapes likely. */
    private static final String LETTERS = "_2d5f-aZ";

    private static String someTopic(SplittableRandom random, String letters, boolean pattern) {
        StringBuilder text = new StringBuilder();
        int tokens = 1 + random.nextInt(4);
        for (int i = 0; i < tokens; i++) {
            if (i > 0) {
                text.append('/');
            }
            int what = random.nextInt(5);
            if (pattern && what == 0) {
                text.append('+');
            } else if (pattern && what == 1 && i == tokens - 1) {
                text.append('*');
            } else {
                for (int c = random.nextInt(6); c >= 0; c--) {
                    text.append(letters.charAt(random.nextInt(letters.length())));
                }
            }
        }
        return text.toString();
    }

    @Test
    void every_topic_has_its_own_path_and_comes_back_from_it() {
        SplittableRandom random = new SplittableRandom(1);
        Map<String, String> topics = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            String topic = TopicName.check(someTopic(random, LETTERS, false));
            String path = Names.checkObjectPath(TopicName.toPath(topic));
            assertEquals(topic, TopicName.fromPath(path), path);
            assertEquals(topic, topics.getOrDefault(path, topic));
            topics.put(path, topic);
        }
    }

    @Test
    void patterns_match_as_the_regular_expressions_they_stand_for() {
        SplittableRandom random = new SplittableRandom(2);
        int matches = 0;
        for (int i = 0; i < 50_000; i++) {
            String pattern = TopicName.checkPattern(someTopic(random, "ab", true));
            String topic = someTopic(random, "ab", false);
            String regex = pattern.replace("+", "[^/]+").replace("*", ".+");
            boolean expected = Pattern.matches(regex, topic);
            assertEquals(expected, TopicName.matches(pattern, topic), pattern + " and " + topic);
            matches += expected ? 1 : 0;
        }
        assertTrue(matches > 1000, "only " + matches + " matches");
    }

    @ParameterizedTest
    @CsvSource({"a//b, at 2", "/a, at 0", "a/, at 2", "a b, at 1", "a/b.c, at 3", "a/+/b, at 2", "a/*, at 2", "ä, at 0"
    })
    void a_bad_topic_is_refused_with_the_position(String topic, String position) {
        String message = assertThrows(IllegalArgumentException.class, () -> TopicName.check(topic))
                .getMessage();
        assertTrue(message.contains(position) && message.contains(topic), message);
    }

    @ParameterizedTest
    @CsvSource({"*/a, at 0", "a+/b, at 1", "a/+b, at 2", "a/**, at 2", "a*, at 1"})
    void a_bad_pattern_is_refused_with_the_position(String pattern, String position) {
        String message = assertThrows(IllegalArgumentException.class, () -> TopicName.checkPattern(pattern))
                .getMessage();
        assertTrue(message.contains(position) && message.contains(pattern), message);
    }

    @Test
    void the_length_is_limited() {
        assertThrows(IllegalArgumentException.class, () -> TopicName.check(""));
        TopicName.check("a".repeat(1024));
        assertThrows(IllegalArgumentException.class, () -> TopicName.check("a".repeat(1025)));
    }
}
