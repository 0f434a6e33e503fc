package headway.gateway;

import headway.dbus.MatchRule;

/** One match rule of one client, in the place where it is found. */
final class Rule {

    final Client client;
    final MatchRule match;

    /** Where it is kept: those about its sender, or those about anybody. */
    RuleSet home;

    Rule(Client client, MatchRule match) {
        this.client = client;
        this.match = match;
    }
}
