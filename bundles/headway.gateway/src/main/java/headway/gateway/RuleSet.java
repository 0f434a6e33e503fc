package headway.gateway;

import headway.dbus.MatchRule;
import headway.dbus.Message;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Match rules, found by what they ask for. A rule that names an interface and a member is kept under the hash of both; for a
 * message, each combination of fields that some rule uses is looked up once. So finding the rules that fit costs the same
 * whether there are ten or a hundred thousand, unless they differ in nothing but what is not a key here (arguments other
 * than the first).
 */
final class RuleSet {

    private static final int INTERFACE = 1;
    private static final int MEMBER = 2;
    private static final int PATH = 4;
    private static final int ARGUMENT = 8;
    /** Rules for a path and everything below; all paths above a message's own are looked up. */
    private static final int BELOW_PATH = 16;
    /** Rules for a name and everything in its namespace, as argument 0. */
    private static final int IN_NAMESPACE = 32;

    private static final int MASKS = 64;

    /** How many rules use a combination of fields. */
    private final int[] used = new int[MASKS];
    /** The combinations in use, for a quick walk. */
    private int[] masks = new int[0];

    private final LongMap<Rule[]> buckets = new LongMap<>();
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(Rule rule) {
        int mask = mask(rule.match);
        long key = key(rule.match, mask);
        Rule[] bucket = buckets.get(key);
        if (bucket == null) {
            bucket = new Rule[] {rule};
        } else {
            bucket = Arrays.copyOf(bucket, bucket.length + 1);
            bucket[bucket.length - 1] = rule;
        }
        buckets.put(key, bucket);
        rule.home = this;
        size++;
        if (used[mask]++ == 0) {
            masks = Arrays.copyOf(masks, masks.length + 1);
            masks[masks.length - 1] = mask;
        }
    }

    void remove(Rule rule) {
        int mask = mask(rule.match);
        long key = key(rule.match, mask);
        Rule[] bucket = buckets.get(key);
        int at = Arrays.asList(bucket).indexOf(rule);
        if (bucket.length == 1) {
            buckets.remove(key);
        } else {
            Rule[] smaller = Arrays.copyOf(bucket, bucket.length - 1);
            System.arraycopy(bucket, at + 1, smaller, at, smaller.length - at);
            buckets.put(key, smaller);
        }
        size--;
        if (--used[mask] == 0) {
            masks = Arrays.stream(masks).filter(each -> each != mask).toArray();
        }
    }

    private static int mask(MatchRule rule) {
        return (rule.interfaceName() == null ? 0 : INTERFACE)
                | (rule.member() == null ? 0 : MEMBER)
                | (rule.path() == null ? 0 : PATH)
                | (rule.pathNamespace() == null ? 0 : BELOW_PATH)
                | (rule.argument0() == null ? 0 : ARGUMENT)
                | (rule.argument0Namespace() == null ? 0 : IN_NAMESPACE);
    }

    private static long key(MatchRule rule, int mask) {
        long key = mask;
        key = with(key, rule.interfaceName());
        key = with(key, rule.member());
        key = with(key, rule.path() == null ? rule.pathNamespace() : rule.path());
        return with(key, rule.argument0() == null ? rule.argument0Namespace() : rule.argument0());
    }

    private static long with(long key, String text) {
        if (text == null) {
            return key;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Hash.mix(key, Hash.wide(bytes, 0, bytes.length));
    }

    /** Adds to the receivers of a broadcast whoever has a rule here that fits; the sender is for the caller to know. */
    void collect(Message message, MessageKeys keys, Receivers into) {
        for (int mask : masks) {
            long key = mask;
            if ((mask & INTERFACE) != 0) {
                key = Hash.mix(key, keys.interfaceHash());
            }
            if ((mask & MEMBER) != 0) {
                key = Hash.mix(key, keys.memberHash());
            }
            if ((mask & PATH) != 0) {
                withArgument(mask, Hash.mix(key, keys.pathHash()), message, keys, into);
            } else if ((mask & BELOW_PATH) != 0) {
                for (int i = 0; i < keys.pathLevels().count(); i++) {
                    withArgument(mask, Hash.mix(key, keys.pathLevels().hash(i)), message, keys, into);
                }
            } else {
                withArgument(mask, key, message, keys, into);
            }
        }
    }

    private void withArgument(int mask, long key, Message message, MessageKeys keys, Receivers into) {
        if ((mask & ARGUMENT) != 0) {
            if (keys.argumentLength() >= 0) {
                collect(Hash.mix(key, keys.argumentHash()), message, into);
            }
        } else if ((mask & IN_NAMESPACE) != 0) {
            for (int i = 0; i < keys.argumentLevels().count(); i++) {
                collect(Hash.mix(key, keys.argumentLevels().hash(i)), message, into);
            }
        } else {
            collect(key, message, into);
        }
    }

    private void collect(long key, Message message, Receivers into) {
        Rule[] bucket = buckets.get(key);
        if (bucket == null) {
            return;
        }
        for (Rule rule : bucket) {
            if (!into.has(rule.client) && rule.match.destination() == null && rule.match.matchesButForNames(message)) {
                into.add(rule.client);
            }
        }
    }
}
