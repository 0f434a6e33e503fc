package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "y",
                "b",
                "nqiuxtd",
                "sog",
                "h",
                "v",
                "as",
                "aas",
                "(i)",
                "(i(s))",
                "a{sv}",
                "a{yas}",
                "a(ii)",
                "a{s(iv)}",
                "a{oa{sv}}"
            })
    void is_accepted(String text) {
        assertEquals(text, Signature.of(text).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "a, ends where a type must follow",
        "aa, ends where a type must follow",
        "(, struct that is not closed",
        "(i, struct that is not closed",
        "(), empty struct",
        "a(), empty struct",
        "i), unexpected ')'",
        "}, unexpected '}'",
        "{sv}, outside an array",
        "({sv}), outside an array",
        "a{sv, not closed",
        "a{s}, without a value",
        "a{}, unexpected '}'",
        "a{svs}, not closed",
        "a{vs}, no basic type",
        "a{ass}, no basic type",
        "a{(i)s}, no basic type",
        "z, no type 'z'",
        "r, no type 'r'",
        "e, no type 'e'",
        "m, no type 'm'",
        "ü, no type",
        "ia, ends where a type must follow"
    })
    void is_refused_with_the_reason(String text, String reason) {
        String message = assertThrows(IllegalArgumentException.class, () -> Signature.of(text))
                .getMessage();
        assertTrue(message.contains(reason), message);
        assertFalse(Signature.isValid(text));
    }

    @Test
    void may_have_255_bytes_but_not_256() {
        assertEquals(255, Signature.of("y".repeat(255)).count());
        assertThrows(IllegalArgumentException.class, () -> Signature.of("y".repeat(256)));
    }

    @Test
    void nests_32_arrays_and_32_structs_but_not_33() {
        assertTrue(Signature.isValid("a".repeat(32) + "y"));
        assertFalse(Signature.isValid("a".repeat(33) + "y"));
        assertTrue(Signature.isValid("(".repeat(32) + "y" + ")".repeat(32)));
        assertFalse(Signature.isValid("(".repeat(33) + "y" + ")".repeat(33)));
        assertTrue(Signature.isValid("a".repeat(32) + "(".repeat(32) + "y" + ")".repeat(32)));
        assertTrue(Signature.isValid("a{y".repeat(32) + "y" + "}".repeat(32)));
        assertFalse(Signature.isValid("a{y".repeat(33) + "y" + "}".repeat(33)));
        assertFalse(Signature.isValid("(".repeat(32) + "a{yy}" + ")".repeat(32)), "an entry is a struct, too");
    }

    @Test
    void falls_apart_into_its_single_complete_types() {
        assertEquals(
                List.of(Signature.of("i"), Signature.of("a{s(iv)}"), Signature.of("(as)")),
                Signature.of("ia{s(iv)}(as)").types());
        assertEquals(3, Signature.of("ia{s(iv)}(as)").count());
        assertTrue(Signature.of("a{s(iv)}").isSingle());
        assertFalse(Signature.EMPTY.isSingle());
    }

    @Test
    void knows_type_and_inside_of_a_single_type() {
        assertEquals(Type.ARRAY, Signature.of("a{sv}").type());
        assertEquals(Signature.of("sv"), Signature.of("a{sv}").inner());
        assertEquals(Signature.of("(ii)"), Signature.of("a(ii)").inner());
        assertEquals(Signature.of("ii"), Signature.of("(ii)").inner());
        assertEquals(Signature.EMPTY, Signature.of("i").inner());
        assertThrows(IllegalStateException.class, () -> Signature.of("ii").type());
    }

    @Test
    void of_the_same_text_is_equal_and_mostly_the_same() {
        assertSame(Signature.of("a{sv}"), Signature.of("a{" + "sv}"));
        assertEquals(Signature.of("ai").hashCode(), Signature.of("ai").hashCode());
        assertSame(Signature.EMPTY, Signature.of(""));
    }
}
