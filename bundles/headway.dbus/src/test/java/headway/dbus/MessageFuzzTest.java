package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Targets for the Jazzer fuzzer. A normal build only replays the inputs under resources; to search for more: {@code
 * JAZZER_FUZZ=1 ./mvnw -pl bundles/headway.dbus test -Dtest=MessageFuzzTest -Dheadway.jazzer.hooks=true}.
 */
class MessageFuzzTest {
    @FuzzTest(maxDuration = "5m")
    void any_bytes_are_a_message_or_refused(byte[] bytes) {
        HostileBytes.check(bytes);
    }

    @FuzzTest(maxDuration = "5m")
    void any_text_is_introspection_data_or_refused(byte[] bytes) {
        Introspection.Node node;
        String xml;
        try {
            node = Introspection.parse(Utf8.string(bytes, 0, bytes.length));
            xml = Introspection.toXml(node);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertEquals(node, Introspection.parse(xml));
    }

    @FuzzTest(maxDuration = "5m")
    void any_text_is_a_match_rule_or_refused(byte[] bytes) {
        MatchRule rule;
        try {
            rule = MatchRule.parse(Utf8.string(bytes, 0, bytes.length));
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertEquals(rule, MatchRule.parse(rule.toString()));
    }
}
