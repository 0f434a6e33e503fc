package headway.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Delivery;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "com/acme/Door$Open", "with-dash/_x/9", "größe/温度", "--/-"})
    void a_topic_is_tokens_between_solidi(String topic) {
        assertEquals(topic, TopicNames.check(topic));
        assertTrue(new TopicPattern(topic).isTopic());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", "a b", "a.b", "*", "a/*", "a/+", "a/b*", "a#"})
    void anything_else_is_malformed(String topic) {
        assertThrows(IllegalArgumentException.class, () -> TopicNames.check(topic));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*", "*a", "a/*/b", "*/b", "a/b*", "a//*", "a/++", "a+/b", "/*", "a/"})
    void a_star_is_the_last_token_and_alone_in_it(String pattern) {
        assertThrows(IllegalArgumentException.class, () -> new TopicPattern(pattern));
    }

    @ParameterizedTest
    @CsvSource({
        "foo/*,foo/bar,true",
        "foo/*,foo/bar/baz,true",
        "foo/*,foo,false",
        "foo/*,foobar/fizzbuzz,false",
        "*,foo,true",
        "*,foo/bar,true",
        "foo,foo,true",
        "foo,foo/bar,false",
        "foo/bar,foo,false",
        "+/bar,foo/bar,true",
        "foo/+,foo/bar,true",
        "foo/+,foo/bar/baz,false",
        "foo/+/baz,foo/bar/baz,true",
        "foo/+/*,foo/bar,false",
        "foo/+/*,foo/bar/baz/x,true"
    })
    void a_pattern_matches_as_the_specification_says(String pattern, String topic, boolean expected) {
        assertEquals(expected, new TopicPattern(pattern).matches(topic));
    }

    @ParameterizedTest
    @CsvSource({
        "*,a,true",
        "*,a/*,true",
        "*,*,true",
        "a/*,a/b/*,true",
        "a/*,a/+,true",
        "a/*,*,false",
        "a/*,a,false",
        "a/+,a/b,true",
        "a/+,a/*,false",
        "+,*,false",
        "a/+,a/+,true",
        "a/b,a/+,false"
    })
    void a_pattern_covers_another_if_it_matches_all_its_topics(String one, String other, boolean expected) {
        assertEquals(expected, new TopicPattern(one).covers(new TopicPattern(other)));
    }

    @Test
    void a_covered_topic_needs_no_subscription() {
        List<TopicPattern> all =
                List.of(new TopicPattern("a/b"), new TopicPattern("a/*"), new TopicPattern("c"), new TopicPattern("c"));

        var wish = new Handler.Wish("", all, Delivery.latest());

        assertEquals(List.of(new TopicPattern("a/*"), new TopicPattern("c")), wish.topics());
    }

    @Test
    void a_topic_of_plain_letters_is_the_same_on_the_bus() {
        assertEquals("head-unit/cabin_1/x", TopicNames.toBus("head-unit/cabin_1/x"));
        assertEquals("head-unit/+/*", TopicNames.toBus("head-unit/+/*"));
        assertEquals("com/acme/Door--0024Open", TopicNames.toBus("com/acme/Door$Open"));
    }

    @Test
    void any_topic_is_its_own_on_the_bus_and_comes_back() {
        Map<String, String> seen = new HashMap<>();
        Random random = new Random(7);
        String alphabet = "a0_-$ü/-$-";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder topic = new StringBuilder("x");
            int length = random.nextInt(8);
            for (int j = 0; j < length; j++) {
                topic.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String text = topic.append("--0024").toString();
            String onBus = TopicNames.toBus(text);
            assertTrue(onBus.matches("[A-Za-z0-9_/-]+"), onBus);
            assertEquals(text, TopicNames.fromBus(onBus));
            String before = seen.put(onBus, text);
            assertTrue(before == null || before.equals(text));
        }
    }

    @Test
    void a_topic_that_others_wrote_with_dashes_stays_readable() {
        assertEquals("a--b/x--", TopicNames.fromBus("a--b/x--"));
        assertNotEquals(TopicNames.toBus("a--b"), TopicNames.toBus("a-b"));
    }

    @Test
    void a_contract_is_read_from_its_text() {
        assertEquals(Delivery.queue(10), Contract.parse("queue:10"));
        assertEquals(Delivery.queue(Delivery.DEFAULT_CAPACITY), Contract.parse("queue"));
        assertEquals(Delivery.latest(), Contract.parse("latest"));
        assertEquals(Delivery.block(Duration.ofSeconds(1)), Contract.parse("block:1s"));
        assertEquals(Delivery.block(Duration.ofMillis(20)), Contract.parse(" Block:20ms"));
        assertEquals(Delivery.disconnect(5), Contract.parse("disconnect:5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "queue:", "queue:0", "queue:x", "latest:1", "block", "block:5", "disconnect", "never"})
    void a_contract_that_is_none_is_refused(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> Contract.parse(text));
        assertFalse(e.getMessage().isEmpty());
    }
}
