package headway.gateway;

import headway.bus.port.Port;
import headway.dbus.MatchRule;
import headway.dbus.MessageType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which signals of others the clients here want, as their match rules say: each pattern is wanted from other nodes as long as
 * somebody has a rule for it. A rule without an interface may fit any signal.
 */
final class Interest {

    private static final String EVERYTHING = "*";
    private static final String TOPICS = "org.headway.Topic";
    private static final String PUBLISHED = "Published";

    /** So many patterns are told apart; who wants more wants everything. */
    static final int MOST = 4096;

    private final Port port;
    private final Map<String, Integer> wanted = new HashMap<>();

    /** Those of them that stand for {@link #EVERYTHING}, as there are too many. */
    private final Set<String> uncounted = new HashSet<>();

    Interest(Port port) {
        this.port = port;
    }

    void add(MatchRule rule) {
        for (String pattern : patterns(rule)) {
            if (wanted.merge(pattern, 1, Integer::sum) == 1) {
                if (wanted.size() <= MOST) {
                    port.want(pattern);
                } else {
                    uncounted.add(pattern);
                    port.want(EVERYTHING);
                }
            }
        }
    }

    void remove(MatchRule rule) {
        for (String pattern : patterns(rule)) {
            if (wanted.merge(pattern, -1, Integer::sum) == 0) {
                wanted.remove(pattern);
                if (!uncounted.remove(pattern) && !(pattern.equals(EVERYTHING) && !uncounted.isEmpty())) {
                    port.unwant(pattern);
                } else if (uncounted.isEmpty() && !wanted.containsKey(EVERYTHING)) {
                    port.unwant(EVERYTHING);
                }
            }
        }
    }

    /** The topics whose signals a rule may fit. */
    private List<String> patterns(MatchRule rule) {
        boolean signals = rule.type() == null || rule.type() == MessageType.SIGNAL;
        if (!signals || rule.destination() != null || isAboutHere(rule.sender())) {
            return List.of();
        }
        String interfaceName = rule.interfaceName();
        if (interfaceName == null) {
            return List.of(EVERYTHING);
        }
        if (interfaceName.equals(TOPICS)
                && (rule.member() == null || rule.member().equals(PUBLISHED))) {
            return published(rule);
        }
        return List.of(interfaceName.replace('.', '/') + '/' + (rule.member() == null ? "+" : rule.member()));
    }

    /** Whether it is about what the bus itself or a client here sends. */
    private boolean isAboutHere(String sender) {
        if (sender == null) {
            return false;
        }
        String node = port.node();
        return sender.equals(Driver.NAME)
                || (sender.startsWith(node.substring(0, node.length() - 1)) && !sender.equals(node));
    }

    private List<String> published(MatchRule rule) {
        String path = rule.path() != null ? rule.path() : rule.pathNamespace();
        String topic = path == null ? null : port.topic(path, TOPICS, PUBLISHED);
        if (topic == null) {
            return List.of(EVERYTHING);
        }
        return rule.path() != null ? List.of(topic) : List.of(topic, topic + "/*");
    }
}
