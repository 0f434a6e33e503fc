package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {":1.42", ":1.0", ":7.a-b", ":a.b.c"})
    void unique_names(String name) {
        assertTrue(Names.isUniqueName(name));
        assertTrue(Names.isBusName(name));
        assertFalse(Names.isWellKnownName(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.example", "a.b", "_a.-b", "org.example-x.Media_Player"})
    void well_known_names(String name) {
        assertTrue(Names.isWellKnownName(name));
        assertFalse(Names.isUniqueName(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", ":", ":.", "a", ":1", "a.", ".a", "a..b", ":1..2", "a.1b", "a.b c", "a.b/c", "a.ü", "a.b\0",
                "a:b.c"
            })
    void no_bus_names(String name) {
        assertFalse(Names.isBusName(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a.", ".a", "a..b", "a.1b", "1a.b", "a-b.c", ":1.2", "a.b.ü"})
    void no_interfaces_and_no_error_names(String name) {
        assertFalse(Names.isInterface(name));
        assertFalse(Names.isErrorName(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "a.b", "a-b", "a b", "ü"})
    void no_members(String name) {
        assertFalse(Names.isMember(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/b_2/C", "/0", "/_"})
    void object_paths(String path) {
        assertTrue(Names.isObjectPath(path));
        assertEquals(path, new ObjectPath(path).path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "//", "/a/", "/a//b", "/a-b", "/a.b", "/ü", "/a\0", " /a"})
    void no_object_paths(String path) {
        assertFalse(Names.isObjectPath(path));
        assertThrows(IllegalArgumentException.class, () -> new ObjectPath(path));
    }

    @Test
    void names_have_at_most_255_bytes_and_paths_any_number() {
        String long255 = "a." + "b".repeat(253);
        assertTrue(Names.isInterface(long255));
        assertFalse(Names.isInterface(long255 + "b"));
        assertTrue(Names.isBusName(":1." + "b".repeat(252)));
        assertFalse(Names.isBusName(":1." + "b".repeat(253)));
        assertTrue(Names.isMember("b".repeat(255)));
        assertFalse(Names.isMember("b".repeat(256)));
        assertTrue(Names.isObjectPath("/a".repeat(1000)));
    }

    @Test
    void a_namespace_may_have_one_element() {
        assertTrue(Names.isNamespace("org"));
        assertTrue(Names.isNamespace("org.example"));
        assertFalse(Names.isNamespace("org."));
        assertFalse(Names.isNamespace(""));
    }

    @Test
    void a_check_says_what_is_wrong() {
        assertEquals(
                "interface 'nodots' has only one element, it needs a '.'",
                assertThrows(IllegalArgumentException.class, () -> Names.checkInterface("nodots"))
                        .getMessage());
        assertEquals(
                "object path '/a/' ends with '/'",
                assertThrows(IllegalArgumentException.class, () -> Names.checkObjectPath("/a/"))
                        .getMessage());
        assertEquals(
                "bus name 'org.9' has an element that starts with a digit",
                assertThrows(IllegalArgumentException.class, () -> Names.checkBusName("org.9"))
                        .getMessage());
    }
}
