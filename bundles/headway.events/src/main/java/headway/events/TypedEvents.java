package headway.events;

import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Outcome;
import headway.bus.Registration;
import java.lang.System.Logger.Level;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.osgi.framework.Filter;
import org.osgi.framework.ServiceReference;
import org.osgi.service.typedevent.TypedEventBus;
import org.osgi.service.typedevent.TypedEventConstants;
import org.osgi.service.typedevent.TypedEventHandler;
import org.osgi.service.typedevent.UnhandledEventHandler;
import org.osgi.service.typedevent.UntypedEventHandler;

/**
 * The Typed Event Bus (157.5): events go to the handlers here as the very objects they are, and to other processes as data.
 *
 * <p>An event topic is the topic of the same name on the bus, so every message of signature {@code a{sv}} is an event,
 * whoever published it. All methods may be called by any thread. Publishing waits only where the bus waits for room.
 */
final class TypedEvents implements TypedEventBus {

    private static final System.Logger LOG = System.getLogger(TypedEvents.class.getName());

    private static final ClassValue<String> DEFAULT_TOPICS = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            return TopicNames.of(type);
        }
    };

    /** An event that nobody wanted. */
    private record Unhandled(String topic, Map<String, Object> data) {}

    private final Bus bus;
    private final Executor executor;
    private final Monitors monitors;
    private final Arrivals arrivals;
    private final Topics topics;
    private final Delivery defaultDelivery;
    private final List<TopicPattern> monitored;
    private final Recent recent = new Recent();
    private final List<TypedEventsHandler> handlers = new CopyOnWriteArrayList<>();
    private final List<Courier<Unhandled>> unhandledHandlers = new CopyOnWriteArrayList<>();
    private final AtomicLong untransmitted = new AtomicLong();

    /**
     * Without handlers.
     *
     * @param most how many topics it keeps prepared
     * @param monitored events that the monitors see even if no handler here asks for them
     */
    TypedEvents(
            Bus bus,
            Executor executor,
            Monitors monitors,
            int most,
            Delivery defaultDelivery,
            List<TopicPattern> monitored) {
        this.bus = bus;
        this.executor = executor;
        this.monitors = monitors;
        this.arrivals = new Arrivals(bus, monitors);
        this.topics = new Topics(bus, "", new EventMarshaller(), most);
        this.defaultDelivery = defaultDelivery;
        this.monitored = monitored;
        monitored.forEach(arrivals::add);
    }

    @Override
    public void deliver(Object event) {
        deliver(DEFAULT_TOPICS.get(event.getClass()), event);
    }

    @Override
    public void deliverUntyped(String topic, Map<String, ?> event) {
        deliver(topic, event);
    }

    @Override
    public void deliver(String topic, Object event) {
        Objects.requireNonNull(event, "event");
        var publication = topics.get(Objects.requireNonNull(topic, "topic"));
        monitors.saw(topic, event);
        Outcome outcome;
        try {
            outcome = publication.send(event);
        } catch (RuntimeException e) {
            // No fault of one receiver or of the data may come back to the publisher (157.5.1).
            untransmitted(topic, e);
            return;
        }
        if (outcome == Outcome.FULL) {
            untransmitted(topic, null);
        } else if (!unhandledHandlers.isEmpty() && outcome != Outcome.CLOSED) {
            tellUnhandled(topic, event, outcome == Outcome.UNWANTED);
        }
    }

    /** The first failure is told in full, then each doubling of their number. */
    private void untransmitted(String topic, RuntimeException e) {
        long count = untransmitted.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            String why = e == null ? "the bus has no room and this thread may not wait for it" : "it cannot be sent";
            LOG.log(Level.ERROR, "An event of " + topic + " is lost: " + why + " (loss " + count + ")", e);
        }
    }

    /**
     * An event is unhandled if nobody gets it (157.4.4): no handler here whose topic and filter it passes, and nobody
     * elsewhere who wants the topic.
     */
    private void tellUnhandled(String topic, Object event, boolean unwanted) {
        try {
            Supplier<Map<String, Object>> data = new Supplier<>() {
                private Map<String, Object> map;

                @Override
                public Map<String, Object> get() {
                    map = map != null ? map : EventData.asMap(event);
                    return map;
                }
            };
            if (!unwanted && isHandled(topic, data)) {
                return;
            }
            Unhandled unhandled = new Unhandled(topic, data.get());
            unhandledHandlers.forEach(courier -> courier.offer(unhandled));
        } catch (RuntimeException e) {
            untransmitted(topic, e);
        }
    }

    /**
     * The bus says whether anybody wants a topic, but not who. So if nobody here asked for it somebody elsewhere did; but if
     * somebody here did, whose filter refuses the event, then the specification's view of one framework counts.
     */
    private boolean isHandled(String topic, Supplier<Map<String, Object>> data) {
        boolean askedHere = false;
        for (TypedEventsHandler handler : handlers) {
            if (handler.wants(topic)) {
                askedHere = true;
                if (!handler.hasFilter() || handler.accepts(data.get())) {
                    return true;
                }
            }
        }
        for (TopicPattern pattern : monitored) {
            askedHere |= pattern.matches(topic);
        }
        return !askedHere;
    }

    /**
     * Takes a handler of events of one type.
     *
     * @throws IllegalArgumentException if its type is unknown, or its properties make no sense
     * @throws ClassNotFoundException if its bundle does not have its type
     */
    Registration addTyped(ServiceReference<?> reference, TypedEventHandler<?> service) throws ClassNotFoundException {
        String typeName = Whiteboard.string(reference, TypedEventConstants.TYPED_EVENT_TYPE);
        Type type = typeName == null
                ? ReifiedType.of(service.getClass())
                : reference.getBundle().loadClass(typeName);
        if (type == null) {
            throw new IllegalArgumentException("neither its class nor " + TypedEventConstants.TYPED_EVENT_TYPE
                    + " says what type of events it wants");
        }
        List<String> wanted = Whiteboard.strings(reference, TypedEventConstants.TYPED_EVENT_TOPICS);
        if (reference.getProperty(TypedEventConstants.TYPED_EVENT_TOPICS) == null) {
            wanted = List.of(TopicNames.of(EventData.raw(type)));
        }
        return add(new TypedEventsHandler.Typed(
                service, type, wish(reference, wanted), filter(reference), recent, monitors::sawGap));
    }

    /**
     * Takes a handler of events as maps.
     *
     * @throws IllegalArgumentException if its properties make no sense, or it asks for no topic
     */
    Registration addUntyped(ServiceReference<?> reference, UntypedEventHandler service) {
        List<String> wanted = Whiteboard.strings(reference, TypedEventConstants.TYPED_EVENT_TOPICS);
        return add(new TypedEventsHandler.Untyped(
                service, wish(reference, wanted), filter(reference), recent, monitors::sawGap));
    }

    /** Takes a handler of events that nobody else gets. */
    Registration addUnhandled(ServiceReference<?> reference, UnhandledEventHandler service) {
        String name = Whiteboard.describe(reference);
        Courier.Receiver<Unhandled> receiver = new Courier.Receiver<>() {
            @Override
            public void receive(Unhandled event) {
                service.notifyUnhandled(event.topic, event.data);
            }

            @Override
            public void lost(long count, Unhandled first, Unhandled last) {
                LOG.log(Level.WARNING, "{0} is too slow and lost {1} events", name, count);
            }
        };
        Courier<Unhandled> courier = new Courier<>(executor, Delivery.DEFAULT_CAPACITY, false, receiver);
        unhandledHandlers.add(courier);
        return () -> {
            unhandledHandlers.remove(courier);
            courier.close();
        };
    }

    /** Ends what does not end with the handlers. */
    void close() {
        arrivals.close();
    }

    private Handler.Wish wish(ServiceReference<?> reference, List<String> wanted) {
        return wish(reference, wanted, defaultDelivery);
    }

    /**
     * What the properties of a handler service say.
     *
     * @throws IllegalArgumentException if they make no sense, or it asks for no topic
     */
    static Handler.Wish wish(ServiceReference<?> reference, List<String> wanted, Delivery defaultDelivery) {
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException(TypedEventConstants.TYPED_EVENT_TOPICS + " names no topic");
        }
        String contract = Whiteboard.string(reference, Contract.PROPERTY);
        return new Handler.Wish(
                Whiteboard.describe(reference),
                wanted.stream().map(TopicPattern::new).toList(),
                contract == null ? defaultDelivery : Contract.parse(contract));
    }

    private static Filter filter(ServiceReference<?> reference) {
        return Whiteboard.filter(reference, TypedEventConstants.TYPED_EVENT_FILTER);
    }

    private Registration add(TypedEventsHandler handler) {
        // Known before it is open: an event it gets must not be unhandled too.
        handlers.add(handler);
        handler.wish().topics().forEach(arrivals::add);
        handler.open(bus, executor);
        return () -> {
            handler.close();
            handler.wish().topics().forEach(arrivals::remove);
            handlers.remove(handler);
        };
    }
}
