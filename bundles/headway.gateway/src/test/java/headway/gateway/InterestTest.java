package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import headway.dbus.MatchRule;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wanted from other nodes, for the match rules there are. */
class InterestTest {

    private final FakePort wishes = new FakePort();
    private final Interest interest = new Interest(wishes);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "type='signal',interface='a.b',member='C' | a/b/C",
                "interface='a.b',member='C',path='/x',arg0='y' | a/b/C",
                "type='signal',interface='a.b' | a/b/+",
                "type='signal',member='C' | *",
                "type='signal',sender='org.test.Name' | *",
                "'' | *",
                "type='signal',interface='org.headway.Topic',path='/Vehicle/Speed' | Vehicle/Speed",
                "interface='org.headway.Topic',member='Published',path_namespace='/Vehicle' | Vehicle Vehicle/*",
                "interface='org.headway.Topic',path_namespace='/' | *",
                "interface='org.headway.Topic',member='Other' | org/headway/Topic/Other",
                "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged' | ''",
                "type='signal',sender=':abc.7' | ''",
                "type='signal',sender=':abc.1' | *",
                "type='signal',sender=':abd.7',interface='a.b' | a/b/+",
                "type='method_call' | ''",
                "eavesdrop='true',destination='org.test.Name' | ''"
            })
    void a_rule_asks_other_nodes_for_what_it_may_fit(String rule, String patterns) {
        MatchRule parsed = MatchRule.parse(rule.equals("''") ? "" : rule);
        interest.add(parsed);
        assertEquals(patterns.equals("''") ? "" : patterns, String.join(" ", wishes.patterns));
        interest.remove(parsed);
        assertEquals(Set.of(), wishes.patterns);
    }

    @Test
    void a_pattern_is_wanted_as_long_as_somebody_has_a_rule_for_it() {
        MatchRule rule = MatchRule.parse("interface='a.b',member='C'");
        interest.add(rule);
        interest.add(MatchRule.parse("interface='a.b',member='C',path='/x'"));
        interest.remove(rule);
        assertEquals(Set.of("a/b/C"), wishes.patterns);
    }

    @Test
    void who_has_too_many_different_rules_gets_everything_until_there_are_fewer() {
        for (int i = 0; i < Interest.MOST + 10; i++) {
            interest.add(rule(i));
        }
        assertEquals(Interest.MOST + 1, wishes.patterns.size());
        assertEquals(true, wishes.patterns.contains("*"));
        MatchRule everything = MatchRule.parse("type='signal'");
        interest.add(everything);
        for (int i = Interest.MOST; i < Interest.MOST + 10; i++) {
            interest.remove(rule(i));
        }
        assertEquals(true, wishes.patterns.contains("*"), "somebody has a rule for it");
        interest.remove(everything);
        assertEquals(Interest.MOST, wishes.patterns.size());
        for (int i = 0; i < Interest.MOST; i++) {
            interest.remove(rule(i));
        }
        assertEquals(Set.of(), wishes.patterns);
    }

    private static MatchRule rule(int number) {
        return MatchRule.parse("type='signal',interface='a.b',member='C" + number + "'");
    }
}
