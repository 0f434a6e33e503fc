package headway.events;

import headway.bus.BodyWriter;
import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Marshaller;
import headway.bus.Message;
import headway.bus.Outcome;
import headway.bus.Registration;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.osgi.framework.Filter;
import org.osgi.framework.ServiceReference;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;

/**
 * The Event Admin service (OSGi Compendium, chapter 113): handlers here get the very {@link Event}, other processes one with
 * its properties, as far as D-Bus can carry them.
 *
 * <p>Its topics are its own: on the bus they begin with {@value #PREFIX}, so that typed events and these do not mix. All
 * methods may be called by any thread.
 */
final class EventAdminEvents implements EventAdmin {

    /** What its topics on the bus begin with. */
    static final String PREFIX = "EventAdmin/";

    private static final System.Logger LOG = System.getLogger(EventAdminEvents.class.getName());

    /** An event that the handlers here have had already. */
    private record Sent(Event event) {}

    private final Bus bus;
    private final Executor executor;
    private final Topics topics;
    private final Delivery defaultDelivery;
    private final List<AdminHandler> handlers = new CopyOnWriteArrayList<>();

    /**
     * Without handlers.
     *
     * @param most how many topics it keeps prepared
     */
    EventAdminEvents(Bus bus, Executor executor, int most, Delivery defaultDelivery) {
        this.bus = bus;
        this.executor = executor;
        this.topics = new Topics(bus, PREFIX, new PropertiesMarshaller(), most);
        this.defaultDelivery = defaultDelivery;
    }

    @Override
    public void postEvent(Event event) {
        publish(event.getTopic(), event);
    }

    /** Returns when the handlers here have returned; those elsewhere get it as if it were posted. */
    @Override
    public void sendEvent(Event event) {
        for (AdminHandler handler : handlers) {
            if (handler.wants(event.getTopic())) {
                handler.tellNow(event);
            }
        }
        publish(event.getTopic(), new Sent(event));
    }

    private void publish(String topic, Object event) {
        try {
            if (topics.get(topic).send(event) == Outcome.FULL) {
                LOG.log(Level.ERROR, "An event of {0} is lost: the bus has no room", topic);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "An event of " + topic + " cannot be sent", e);
        }
    }

    /**
     * Takes a handler (113.5).
     *
     * @throws IllegalArgumentException if its properties make no sense, or it asks for no topic
     */
    Registration add(ServiceReference<?> reference, EventHandler service) {
        List<String> wanted = Whiteboard.strings(reference, EventConstants.EVENT_TOPIC);
        Filter filter = Whiteboard.filter(reference, EventConstants.EVENT_FILTER);
        AdminHandler handler =
                new AdminHandler(service, TypedEvents.wish(reference, wanted, defaultDelivery), filter, (h, gap) -> {});
        handlers.add(handler);
        handler.open(bus, executor);
        return () -> {
            handlers.remove(handler);
            handler.close();
        };
    }

    private static Map<String, Object> properties(Event event) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (String name : event.getPropertyNames()) {
            if (!name.equals(EventConstants.EVENT_TOPIC)) {
                properties.put(name, event.getProperty(name));
            }
        }
        return properties;
    }

    /** Writes the properties of an event; the topic goes with the message. */
    private static final class PropertiesMarshaller implements Marshaller<Object> {

        private final EventMarshaller data = new EventMarshaller();

        @Override
        public String signature() {
            return data.signature();
        }

        @Override
        public void marshal(Object value, BodyWriter out) {
            data.marshal(properties(value instanceof Sent sent ? sent.event : (Event) value), out);
        }
    }

    /**
     * One {@link EventHandler} service. Posted events reach it in order, whatever delivery it wished for with {@code
     * event.delivery}: in order is also without.
     */
    private static final class AdminHandler extends Handler {

        private final EventHandler service;
        private final Filter filter;

        AdminHandler(EventHandler service, Wish wish, Filter filter, BiConsumer<Handler, Gap> onGap) {
            super(wish, PREFIX, onGap);
            this.service = service;
            this.filter = filter;
        }

        @Override
        void handle(String topic, Message message) {
            Object published = message.handedOver();
            if (!(published instanceof Sent)) {
                tell(published instanceof Event event ? event : new Event(topic, EventData.asMap(message)));
            }
        }

        void tellNow(Event event) {
            try {
                tell(event);
            } catch (RuntimeException | LinkageError | AssertionError e) {
                failed(event.getTopic(), e);
            }
        }

        private void tell(Event event) {
            if (filter == null || event.matches(filter)) {
                service.handleEvent(event);
            }
        }
    }
}
