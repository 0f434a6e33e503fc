package headway.events;

import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Message;
import headway.bus.Registration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows the monitors each event that arrives from elsewhere, once, however many handlers wait for it and however slow they
 * are. Asks the bus for nothing that no handler asks for.
 */
final class Arrivals {

    /** One pattern, for as long as somebody asks for it. */
    private static final class Watch {
        private int askers;
        private Registration subscription;
    }

    private final Bus bus;
    private final Monitors monitors;
    private final Map<TopicPattern, Watch> watches = new LinkedHashMap<>(); // guarded by this
    private volatile List<TopicPattern> patterns = List.of();

    Arrivals(Bus bus, Monitors monitors) {
        this.bus = bus;
        this.monitors = monitors;
    }

    /** Somebody here asks for events of this pattern. */
    synchronized void add(TopicPattern pattern) {
        Watch watch = watches.computeIfAbsent(pattern, p -> new Watch());
        if (watch.askers++ == 0) {
            patterns = List.copyOf(watches.keySet());
            watch.subscription = bus.subscribe(
                    TopicNames.toBus(pattern.text()), Delivery.onReceivingThread(), m -> arrived(pattern, m));
        }
    }

    /** Somebody who asked does so no more. */
    synchronized void remove(TopicPattern pattern) {
        Watch watch = watches.get(pattern);
        if (watch != null && --watch.askers == 0) {
            watches.remove(pattern);
            patterns = List.copyOf(watches.keySet());
            watch.subscription.close();
        }
    }

    /** Forgets everybody. */
    synchronized void close() {
        watches.values().forEach(w -> w.subscription.close());
        watches.clear();
        patterns = List.of();
    }

    /** Runs on the thread that received the message. What was published here was seen when it was published. */
    private void arrived(TopicPattern pattern, Message message) {
        if (message.handedOver() != null || !EventData.isEvent(message)) {
            return;
        }
        String topic = TopicNames.fromBus(message.topic());
        if (topic.startsWith(EventAdminEvents.PREFIX)) {
            return;
        }
        for (TopicPattern first : patterns) {
            if (first.matches(topic)) {
                if (first.equals(pattern)) {
                    monitors.saw(topic, message);
                }
                return;
            }
        }
    }
}
