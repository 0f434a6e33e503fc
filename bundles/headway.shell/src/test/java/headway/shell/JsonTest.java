package headway.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Gap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void what_is_written_can_be_parsed_again() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("whole", Long.MIN_VALUE);
        value.put("fraction", 0.5);
        value.put("text", "\"quoted\" \u0007 ü <b>");
        value.put("list", Arrays.asList(true, null, List.of(), Map.of()));

        assertEquals(value, Json.parse(Json.write(value)));
    }

    @Test
    void a_record_is_an_object_of_its_components() {
        assertEquals(
                "{\"topic\":\"T\",\"sender\":\":a.1\",\"from\":3,\"to\":5,\"count\":3,\"cause\":\"SLOW_NODE\"}",
                Json.write(new Gap("T", ":a.1", 3, 5, 3, Gap.Cause.SLOW_NODE)));
    }

    @Test
    void numbers_that_JSON_has_not_are_written_as_text() {
        assertEquals("[\"NaN\",\"Infinity\"]", Json.write(List.of(Double.NaN, Double.POSITIVE_INFINITY)));
    }

    @Test
    void a_whole_number_beyond_64_bits_becomes_a_fraction() {
        assertEquals(0x1p63, Json.parse("9223372036854775808"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{\"a\":}", "{\"a\":1} x", "nul", "'a'", "{a:1}", "{\"a\":1,\"a\":2}", "01", "NaN"})
    void what_is_not_one_JSON_value_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Json.parse(text));
    }

    @Test
    void nesting_without_end_is_refused() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Json.parse("[".repeat(100_000)));

        assertTrue(refused.getMessage().contains("64"), refused.getMessage());
    }

    @Test
    void random_text_is_parsed_or_refused_and_nothing_else() {
        Random random = new Random(7);
        String alphabet = "{}[]\",:0123456789.eE+-truefalsn \\u\n\u0000";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Json.parse(text.toString());
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().length() > 5);
            }
        }
    }
}
