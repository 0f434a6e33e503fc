package headway.gateway;

import headway.dbus.ErrorNames;
import headway.dbus.MatchRule;
import headway.dbus.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The match rules of all clients. Rules about a sender are kept with that sender, so a message is only held against the
 * rules about whoever sent it and those about anybody.
 */
final class Rules {

    private final NameTable names;

    /** Told of rules that come and go. */
    private final Consumer<MatchRule> onAdded;

    private final Consumer<MatchRule> onRemoved;
    private final RuleSet aboutAnybody = new RuleSet();
    private final ByteMap<RuleSet> aboutUnique = new ByteMap<>();
    private final List<Rule> eavesdropping = new ArrayList<>();
    private int size;
    private int most;

    Rules(NameTable names) {
        this(names, added -> {}, removed -> {});
    }

    Rules(NameTable names, Consumer<MatchRule> onAdded, Consumer<MatchRule> onRemoved) {
        this.names = names;
        this.onAdded = onAdded;
        this.onRemoved = onRemoved;
    }

    int size() {
        return size;
    }

    /** The most there have been. */
    int most() {
        return most;
    }

    void add(Client client, MatchRule match) {
        Rule rule = new Rule(client, match);
        setFor(match.sender()).add(rule);
        if (match.eavesdrop()) {
            eavesdropping.add(rule);
        }
        client.rules.computeIfAbsent(match, unused -> new ArrayList<>(1)).add(rule);
        client.ruleCount++;
        client.account.rules++;
        most = Math.max(most, ++size);
        onAdded.accept(match);
    }

    private RuleSet setFor(String sender) {
        if (sender == null) {
            return aboutAnybody;
        }
        if (sender.startsWith(":")) {
            byte[] key = sender.getBytes(StandardCharsets.ISO_8859_1);
            RuleSet set = aboutUnique.get(key);
            if (set == null) {
                set = new RuleSet();
                aboutUnique.put(key, set);
            }
            return set;
        }
        Name name = names.getOrMake(sender);
        if (name.rules == null) {
            name.rules = new RuleSet();
            if (name.owner() != null) {
                name.owner().spokenFor.add(name);
            }
        }
        return name.rules;
    }

    /** Takes back a rule, of equal ones the newest. */
    void remove(Client client, MatchRule match) throws BusError {
        List<Rule> equal = client.rules.get(match);
        if (equal == null) {
            throw new BusError(
                    ErrorNames.MATCH_RULE_NOT_FOUND, "The given match rule wasn't found and can't be removed");
        }
        remove(equal.remove(equal.size() - 1));
        if (equal.isEmpty()) {
            client.rules.remove(match);
        }
    }

    void removeAll(Client client) {
        client.rules.values().forEach(equal -> equal.forEach(this::remove));
        client.rules.clear();
    }

    private void remove(Rule rule) {
        rule.home.remove(rule);
        if (rule.match.eavesdrop()) {
            eavesdropping.remove(rule);
        }
        rule.client.ruleCount--;
        rule.client.account.rules--;
        size--;
        onRemoved.accept(rule.match);
        String sender = rule.match.sender();
        if (sender == null || !rule.home.isEmpty()) {
            return;
        }
        if (sender.startsWith(":")) {
            aboutUnique.remove(sender.getBytes(StandardCharsets.ISO_8859_1));
        } else {
            Name name = names.get(sender);
            name.rules = null;
            if (name.owner() != null) {
                name.owner().spokenFor.remove(name);
            }
            names.forgetIfUnused(name);
        }
    }

    /** A name has changed hands: what it says is somebody else's now. */
    static void onChange(Name name, Client before, Client now) {
        if (name.rules != null) {
            if (before != null) {
                before.spokenFor.remove(name);
            }
            if (now != null) {
                now.spokenFor.add(name);
            }
        }
    }

    /**
     * Finds who wants a broadcast.
     *
     * @param sender who sent it; null is the bus itself
     */
    void match(Message message, MessageKeys keys, Client sender, Receivers into) {
        aboutAnybody.collect(message, keys, into);
        if (sender == null) {
            Name bus = names.get(Driver.NAME);
            if (bus != null && bus.rules != null) {
                bus.rules.collect(message, keys, into);
            }
            return;
        }
        RuleSet unique = aboutUnique.get(sender.nameBytes);
        if (unique != null) {
            unique.collect(message, keys, into);
        }
        for (int i = 0; i < sender.spokenFor.size(); i++) {
            sender.spokenFor.get(i).rules.collect(message, keys, into);
        }
    }

    /** Finds who listens to what is meant for others. */
    void eavesdrop(Message message, Client sender, Client recipient, Receivers into) {
        for (int i = 0; i < eavesdropping.size(); i++) {
            Rule rule = eavesdropping.get(i);
            if (!into.has(rule.client) && fits(rule.match, message, sender, recipient)) {
                into.add(rule.client);
            }
        }
    }

    /**
     * Whether a rule fits a message.
     *
     * @param sender who sent it; null is the bus itself
     * @param recipient who gets it; null is the bus itself, or nobody that is known
     */
    boolean fits(MatchRule rule, Message message, Client sender, Client recipient) {
        String destination = rule.destination();
        return (rule.sender() == null || isCalled(sender, rule.sender()))
                && (destination == null
                        || destination.equals(message.destination())
                        || (recipient != null && isCalled(recipient, destination)))
                && rule.matchesButForNames(message);
    }

    private boolean isCalled(Client client, String name) {
        if (client == null) {
            return name.equals(Driver.NAME);
        }
        if (name.startsWith(":")) {
            return name.equals(client.name);
        }
        Name known = names.get(name);
        return known != null && known.owner() == client;
    }
}
