package headway.shell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.ObjectPath;
import headway.dbus.Struct;
import headway.dbus.Variant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

    @Test
    void a_JSON_object_becomes_a_dictionary_of_variants() {
        Map<String, Variant> dictionary = Values.dictionary(
                Json.parse(
                        "{\"n\": 7, \"x\": 87.5, \"s\": \"hi\", \"b\": true, \"list\": [1, 2], \"mixed\": [1, \"a\"], \"o\": {\"k\": 1}}"));

        assertEquals(Variant.of("x", 7L), dictionary.get("n"));
        assertEquals(Variant.of("d", 87.5), dictionary.get("x"));
        assertEquals(Variant.of("s", "hi"), dictionary.get("s"));
        assertEquals(Variant.of("b", true), dictionary.get("b"));
        assertEquals(Variant.of("ax", List.of(1L, 2L)), dictionary.get("list"));
        assertEquals(Variant.of("av", List.of(Variant.of("x", 1L), Variant.of("s", "a"))), dictionary.get("mixed"));
        assertEquals(Variant.of("a{sv}", Map.of("k", Variant.of("x", 1L))), dictionary.get("o"));
    }

    @Test
    void a_null_is_refused_with_its_place() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> Values.dictionary(Json.parse("{\"door\": [{\"open\": null}]}")));

        assertTrue(refused.getMessage().contains(".door[0].open"), refused.getMessage());
    }

    @Test
    void what_is_not_an_object_is_refused_as_a_message() {
        assertThrows(IllegalArgumentException.class, () -> Values.dictionary(Json.parse("[1]")));
    }

    @Test
    void words_become_values_as_for_busctl() {
        Object[] values = Values.fromWords(
                "yxtbsoasa{sv}(id)v",
                List.of(
                        "255",
                        "-1",
                        "18446744073709551615",
                        "yes",
                        "a b",
                        "/x",
                        "2",
                        "p",
                        "q",
                        "1",
                        "k",
                        "u",
                        "4294967295",
                        "-3",
                        "1e3",
                        "as",
                        "0"));

        assertEquals((byte) 255, values[0]);
        assertEquals(-1L, values[1]);
        assertEquals(-1L, values[2]);
        assertEquals(true, values[3]);
        assertEquals("a b", values[4]);
        assertEquals(new ObjectPath("/x"), values[5]);
        assertEquals(List.of("p", "q"), values[6]);
        assertEquals(Map.of("k", Variant.of("u", 4294967295L)), values[7]);
        assertEquals(Struct.of(-3, 1000.0), values[8]);
        assertEquals(Variant.of("as", List.of()), values[9]);
    }

    @Test
    void no_words_are_the_values_of_an_empty_signature() {
        assertArrayEquals(new Object[0], Values.fromWords("", List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "y, 256, 256 is not within 0 to 255",
        "i, abc, 'abc' is not a number",
        "b, maybe, 'maybe' is not true or false",
        "as, -1, '-1' is not the length of an array",
        "as, 1000, '1000' is not the length of an array",
        "ss, a, There are only 1 values",
        "s, a b, 'b' and what follows is more than the signature",
        "v, xx 1 2, 'A variant holds one value, not ''xx'''",
        "h, 3, A value of type 'h' cannot be written as a word",
        "q{, 3, dictionary entry outside an array"
    })
    void words_that_do_not_fit_are_refused_with_the_reason(String signature, String words, String reason) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> Values.fromWords(signature, List.of(words.split(" ", -1))));

        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    @Test
    void a_body_is_shown_as_plain_values() {
        assertEquals(
                "[255,18446744073709551615,{\"k\":[1,2]},[1,\"x\"],[1,255]]",
                Json.write(Values.plain(FakeBus.message(
                        "yta{sv}(is)ay",
                        List.of(
                                (byte) -1,
                                -1L,
                                Map.of("k", Variant.of("ai", List.of(1, 2))),
                                Struct.of(1, "x"),
                                new byte[] {1, -1})))));
    }
}
