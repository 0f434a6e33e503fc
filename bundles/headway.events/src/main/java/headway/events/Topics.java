package headway.events;

import headway.bus.Bus;
import headway.bus.Marshaller;
import headway.bus.Publication;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The topics published to lately, each with its prepared {@link Publication}; bounded. All methods may be called by any thread. */
final class Topics {

    private final Bus bus;
    private final String prefix;
    private final Marshaller<Object> marshaller;
    private final int most;
    private final Map<String, Publication<Object>> known = new ConcurrentHashMap<>();

    /**
     * None yet.
     *
     * @param prefix what the topics on the bus begin with
     * @param most how many are kept
     */
    Topics(Bus bus, String prefix, Marshaller<Object> marshaller, int most) {
        this.bus = bus;
        this.prefix = prefix;
        this.marshaller = marshaller;
        this.most = most;
    }

    /**
     * The way to a topic.
     *
     * @throws NullPointerException if there is no topic
     * @throws IllegalArgumentException if it is malformed
     */
    Publication<Object> get(String topic) {
        Publication<Object> publication = known.get(topic);
        return publication != null ? publication : prepare(topic);
    }

    private Publication<Object> prepare(String topic) {
        TopicNames.check(topic);
        if (known.size() >= most) {
            // Whoever makes up topics as he goes pays for it; the few topics of everybody else are soon here again.
            known.clear();
        }
        return known.computeIfAbsent(topic, name -> bus.publication(prefix + TopicNames.toBus(name), marshaller));
    }
}
