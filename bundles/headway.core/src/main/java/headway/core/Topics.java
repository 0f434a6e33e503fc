package headway.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Who wants what: the subscriptions of this JVM, the interests of the other nodes, and for each topic in use the answer,
 * worked out once. Any thread may ask; changes are made under one lock.
 */
final class Topics {

    /** So many topics are remembered; beyond that those nobody wants are forgotten. */
    private static final int MOST_UNWANTED = 1 << 16;

    /** So many patterns one node may want. */
    private static final int MOST_INTERESTS = 1 << 16;

    private final ConcurrentHashMap<String, Topic> byName = new ConcurrentHashMap<>();
    private final List<Mailbox> subscriptions = new ArrayList<>();
    private final List<NodePort> ports = new ArrayList<>();
    private volatile boolean anythingWanted;
    private final Map<Session, Map<String, Long>> interests = new LinkedHashMap<>();

    /** The topic of that well-formed name. */
    Topic get(String name) {
        Topic topic = byName.get(name);
        return topic != null ? topic : create(name);
    }

    private synchronized Topic create(String name) {
        Topic topic = byName.get(name);
        if (topic == null) {
            if (byName.size() >= MOST_UNWANTED) {
                byName.values().removeIf(Topics::isUnwanted);
            }
            topic = new Topic(name);
            topic.here(wantedHere(name));
            topic.elsewhere(wantedElsewhere(name));
            byName.put(name, topic);
        }
        return topic;
    }

    private static boolean isUnwanted(Topic topic) {
        if (topic.isWanted()) {
            return false;
        }
        topic.forget();
        return true;
    }

    /** Adds a subscription. */
    synchronized void add(Mailbox subscription) {
        subscriptions.add(subscription);
        refreshHere(subscription.pattern());
    }

    synchronized void remove(Mailbox subscription) {
        subscriptions.remove(subscription);
        refreshHere(subscription.pattern());
    }

    /** That port wants a pattern now, or no more. */
    synchronized void refresh(NodePort port, String pattern) {
        if (!ports.contains(port)) {
            ports.add(port);
        }
        refreshHere(pattern);
    }

    synchronized void remove(NodePort port) {
        if (ports.remove(port)) {
            refreshHere("*");
        }
    }

    /** Whether anybody wants anything that a port here may send; any thread, quick. */
    boolean isAnythingWanted() {
        return anythingWanted;
    }

    private void refreshWanted() {
        // The only port gets nothing of what it sends itself.
        anythingWanted = !interests.isEmpty() || !subscriptions.isEmpty() || ports.size() > 1;
    }

    synchronized List<Mailbox> subscriptions() {
        return List.copyOf(subscriptions);
    }

    /** Everybody here who may get what is published, in the order in which they came. */
    synchronized List<Inbox> inboxes() {
        List<Inbox> inboxes = new ArrayList<>(subscriptions);
        ports.forEach(port -> inboxes.add(port.inbox()));
        return inboxes;
    }

    /** What this node wants from others: each pattern with how many milliseconds a publisher shall wait for it. */
    synchronized Map<String, Long> wishes(long leastPatience) {
        Map<String, Long> wishes = new LinkedHashMap<>();
        for (Mailbox subscription : subscriptions) {
            long patience = Math.max(leastPatience, subscription.patience().toMillis());
            wishes.merge(subscription.pattern(), patience, Math::max);
        }
        for (NodePort port : ports) {
            for (String pattern : port.patterns()) {
                wishes.merge(pattern, Math.max(leastPatience, NodePort.PATIENCE_MILLIS), Math::max);
            }
        }
        return wishes;
    }

    /** How many milliseconds a publisher shall wait for this pattern; null if this node does not want it. */
    synchronized Long wish(String pattern, long leastPatience) {
        Long patience = null;
        for (Mailbox subscription : subscriptions) {
            if (subscription.pattern().equals(pattern)) {
                patience = Math.max(
                        patience == null ? leastPatience : patience,
                        subscription.patience().toMillis());
            }
        }
        for (NodePort port : ports) {
            if (port.patterns().contains(pattern)) {
                patience = Math.max(patience == null ? leastPatience : patience, NodePort.PATIENCE_MILLIS);
            }
        }
        return patience;
    }

    /**
     * Another node wants this pattern, and publishers to wait so many milliseconds for it, within reason.
     *
     * @return whether it may want one more
     */
    synchronized boolean addInterest(Session session, String pattern, long patience) {
        Map<String, Long> patterns = interests.computeIfAbsent(session, s -> new LinkedHashMap<>());
        if (patterns.size() >= MOST_INTERESTS && !patterns.containsKey(pattern)) {
            return false;
        }
        patterns.put(pattern, Math.max(0, Math.min(patience, Mailbox.MOST_PATIENCE.toMillis())));
        refreshElsewhere(pattern);
        return true;
    }

    synchronized void removeInterest(Session session, String pattern) {
        Map<String, Long> patterns = interests.get(session);
        if (patterns != null && patterns.remove(pattern) != null) {
            refreshElsewhere(pattern);
        }
    }

    synchronized void removeInterests(Session session) {
        if (interests.remove(session) != null) {
            refreshElsewhere("*");
        }
    }

    synchronized List<String> interests(Session session) {
        Map<String, Long> patterns = interests.get(session);
        return patterns == null ? List.of() : List.copyOf(patterns.keySet());
    }

    /** How many milliseconds a publisher waits for a node that takes nothing, before it gives up a message of that topic. */
    synchronized long patience(Session session, Topic topic) {
        long most = 0;
        for (Map.Entry<String, Long> interest :
                interests.getOrDefault(session, Map.of()).entrySet()) {
            if (TopicName.matches(interest.getKey(), topic.name())) {
                most = Math.max(most, interest.getValue());
            }
        }
        return most;
    }

    private void refreshHere(String pattern) {
        refreshWanted();
        for (Topic topic : byName.values()) {
            if (TopicName.matches(pattern, topic.name())) {
                topic.here(wantedHere(topic.name()));
            }
        }
    }

    private void refreshElsewhere(String pattern) {
        refreshWanted();
        for (Topic topic : byName.values()) {
            if (TopicName.matches(pattern, topic.name())) {
                topic.elsewhere(wantedElsewhere(topic.name()));
            }
        }
    }

    private Inbox[] wantedHere(String topic) {
        Stream<Inbox> subscribed = subscriptions.stream()
                .filter(subscription -> TopicName.matches(subscription.pattern(), topic))
                .map(subscription -> subscription);
        Stream<Inbox> wanted = ports.stream().filter(port -> port.wants(topic)).map(NodePort::inbox);
        return Stream.concat(subscribed, wanted).toArray(Inbox[]::new);
    }

    private Session[] wantedElsewhere(String topic) {
        return interests.entrySet().stream()
                .filter(entry ->
                        entry.getValue().keySet().stream().anyMatch(pattern -> TopicName.matches(pattern, topic)))
                .map(Map.Entry::getKey)
                .toArray(Session[]::new);
    }
}
