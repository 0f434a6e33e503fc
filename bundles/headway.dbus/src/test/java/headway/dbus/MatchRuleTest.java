package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatchRuleTest {
    private static final Message SIGNAL = MessageBuilder.signal("/com/example/foo/bar", "org.example.A", "Changed")
            .sender(":1.7")
            .body("siss", "com.example.backend1.foo", 1, "/aa/bb/", "x")
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "type='signal'",
                "type=signal",
                "sender=':1.7'",
                "interface='org.example.A'",
                "member='Changed'",
                "path='/com/example/foo/bar'",
                "path_namespace='/com/example/foo'",
                "path_namespace='/com/example/foo/bar'",
                "path_namespace='/'",
                "arg0='com.example.backend1.foo'",
                "arg0namespace='com.example.backend1'",
                "arg0namespace='com'",
                "arg0namespace='com.example.backend1.foo'",
                "arg2path='/'",
                "arg2path='/aa/'",
                "arg2path='/aa/bb/'",
                "arg2path='/aa/bb/cc/'",
                "arg2path='/aa/bb/cc'",
                "type='signal',sender=':1.7',interface='org.example.A',member='Changed',arg0='com.example.backend1.foo'",
                "eavesdrop='true'"
            })
    void fits(String rule) {
        assertTrue(MatchRule.parse(rule).matches(SIGNAL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type='error'",
                "sender=':1.8'",
                "sender='org.example.Owner'",
                "interface='org.example'",
                "member='Change'",
                "path='/com/example/foo'",
                "path_namespace='/com/example/fo'",
                "destination=':1.7'",
                "arg0='com.example.backend1'",
                "arg0namespace='com.example.backend'",
                "arg0namespace='com.example.backend1.foo.bar'",
                "arg0path='/'",
                "arg1='1'",
                "arg2path='/aa'",
                "arg2path='/aa/b/'",
                "arg2path='/bb/'",
                "arg4='x'",
                "arg63='x'",
                "arg0='com.example.backend1.foo',arg3='y'"
            })
    void does_not_fit(String rule) {
        assertFalse(MatchRule.parse(rule).matches(SIGNAL));
    }

    @Test
    void object_paths_are_arguments_for_paths_only() {
        Message message =
                MessageBuilder.signal("/", "a.b", "C").body("o", "/aa/bb").build();
        assertTrue(MatchRule.parse("arg0path='/aa/'").matches(message));
        assertTrue(MatchRule.parse("arg0path='/aa/bb'").matches(message));
        assertFalse(MatchRule.parse("arg0path='/aa'").matches(message));
        assertFalse(MatchRule.parse("arg0='/aa/bb'").matches(message));
    }

    @Test
    void the_last_argument_that_can_be_asked_for_is_63() {
        Object[] values = new Object[64];
        Arrays.fill(values, "x");
        values[63] = "last";
        Message message = MessageBuilder.signal("/", "a.b", "C")
                .body("s".repeat(64), values)
                .build();
        assertTrue(MatchRule.parse("arg63='last',arg62='x'").matches(message));
        assertFalse(MatchRule.parse("arg63='last',arg62='y'").matches(message));
        assertThrows(IllegalArgumentException.class, () -> MatchRule.parse("arg64='x'"));
    }

    @Test
    void containers_before_an_argument_are_passed_over() {
        Message message = MessageBuilder.signal("/", "a.b", "C")
                .body("a{sv}(yx)s", Map.of("k", 1), Struct.of(1, 2), "found")
                .build();
        assertTrue(MatchRule.parse("arg2='found'").matches(message));
    }

    @Test
    void a_sender_may_be_named_by_a_name_it_owns() {
        MatchRule rule = MatchRule.parse("sender='org.example.Owner'");
        assertTrue(rule.matches(SIGNAL, (name, owner) -> name.equals("org.example.Owner") && owner.equals(":1.7")));
        assertFalse(rule.matches(SIGNAL, (name, owner) -> owner.equals(":1.8")));
        Message fromBus =
                MessageBuilder.copyOf(SIGNAL).sender("org.freedesktop.DBus").build();
        assertTrue(MatchRule.parse("sender='org.freedesktop.DBus'").matches(fromBus));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "arg0=''                 | \"\"",
                "arg0=                   | \"\"",
                "arg0=a b                | a b",
                "arg0='a,b'              | a,b",
                "arg0=a'b,c'd            | ab,cd",
                "arg0='a''b'             | ab",
                "arg0='it'\\''s'         | it's",
                "arg0=it\\'s             | it's",
                "arg0='\\'               | \\",
                "arg0=\\                 | \\",
                "arg0=a\\b               | a\\b",
                "arg0=\\\\               | \\\\",
                "arg0=\\,                | \\,",
                "arg0='\\\\'             | \\\\",
                "arg0='a=b'              | a=b",
                " arg0 ='x', type=signal | x"
            })
    void odd_quoting_is_read_as_the_reference_reads_it(String rule, String argument) {
        MatchRule parsed = MatchRule.parse(rule.stripTrailing());
        Message message =
                MessageBuilder.signal("/", "a.b", "C").body("s", argument).build();
        assertTrue(parsed.matches(message), parsed.toString());
        assertEquals(parsed, MatchRule.parse(parsed.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "type                    | not followed by '='",
                "type,member='x'         | unknown key 'type,member'",
                "='x'                    | without a key",
                "type='signal            | not closed",
                "type='signals'          | no message type 'signals'",
                "type='unknown'          | no message type",
                "type=signal,type=signal | 'type' twice",
                "member=a,member=a       | 'member' twice",
                "colour='red'            | unknown key 'colour'",
                "arg='x'                 | unknown key 'arg'",
                "argx='x'                | unknown key 'argx'",
                "arg1x='x'               | unknown key 'arg1x'",
                "arg64='x'               | arguments go up to 63",
                "arg999999999999='x'     | go up to 63",
                "arg1namespace='a'       | only argument 0",
                "arg0='x',arg0path='/'   | argument 0 twice",
                "path=/,path_namespace=/ | both path and path_namespace",
                "path='a'                | object path 'a'",
                "path_namespace='/a/'    | object path '/a/'",
                "interface='a'           | interface 'a'",
                "member='a.b'            | member 'a.b'",
                "sender='x'              | bus name 'x'",
                "arg0namespace='a..b'    | namespace 'a..b'",
                "eavesdrop=yes           | neither true nor false"
            })
    void is_refused_with_the_reason(String rule, String reason) {
        String message = assertThrows(IllegalArgumentException.class, () -> MatchRule.parse(rule.strip()))
                .getMessage();
        assertTrue(message.contains(reason), message);
    }

    @Test
    void has_one_canonical_form() {
        MatchRule rule = MatchRule.parse("arg1path=/a,arg0=\\',member=M,eavesdrop=true,interface=a.b,type=signal");
        assertEquals(
                "type='signal',interface='a.b',member='M',arg0=''\\''',arg1path='/a',eavesdrop='true'",
                rule.toString());
        assertEquals(rule, MatchRule.parse(rule.toString()));
        assertEquals(rule.hashCode(), MatchRule.parse(rule.toString()).hashCode());
        assertNotEquals(rule, MatchRule.parse(""));
        assertTrue(rule.eavesdrop());
        assertEquals("a.b", rule.interfaceName());
    }
}
