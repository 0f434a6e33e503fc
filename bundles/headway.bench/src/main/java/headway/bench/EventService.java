package headway.bench;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;
import org.osgi.service.typedevent.TypedEventBus;
import org.osgi.service.typedevent.TypedEventConstants;
import org.osgi.service.typedevent.TypedEventHandler;

/** An event service in one JVM: one of two standards, implemented by us or by others, as the bundles it needs. */
enum EventService {
    HEADWAY("Headway typed events", true, Bundles.HEADWAY),
    ARIES(
            "Aries 0.0.2 typed events",
            true,
            Bundles.UTIL,
            "org.osgi.service.cm",
            "org.apache.felix.configadmin",
            "org.apache.aries.component-dsl.component-dsl",
            "org.apache.aries.typedevent.bus"),
    HEADWAY_ADMIN("Headway Event Admin, postEvent", false, Bundles.HEADWAY),
    FELIX_ADMIN("Felix Event Admin 1.6.4, postEvent", false, Bundles.UTIL, "org.apache.felix.eventadmin");

    /** Bundles that several need; an enum's own constants are not there yet when its values are made. */
    private static final class Bundles {

        static final String UTIL =
                "org.osgi.util.function,org.osgi.util.promise,org.osgi.util.converter,org.osgi.util.pushstream";
        static final String HEADWAY = UTIL + ",org.osgi.service.component,"
                + "org.apache.felix.scr,headway.api,headway.dbus,headway.core,headway.events";
    }

    private static final String TOPIC = "bench/speed";

    private final String title;
    private final boolean typed;
    private final String bundles;

    EventService(String title, boolean typed, String... bundles) {
        this.title = title;
        this.typed = typed;
        this.bundles = String.join(",", bundles);
    }

    /** The event of the one standard: what a bundle would publish of a vehicle. */
    public static final class Speed {
        /** Metres a second. */
        public double value;

        /** The number of the event. */
        public long number;

        /** For converters. */
        public Speed() {}

        Speed(double value, long number) {
            this.value = value;
            this.number = number;
        }
    }

    /** For people. */
    String title() {
        return title;
    }

    /** Symbolic names, in the order they are started. */
    List<String> bundles() {
        return List.of(bundles.split(",", -1));
    }

    /** The service, in the words of its registry. */
    Class<?> type() {
        return typed ? TypedEventBus.class : EventAdmin.class;
    }

    /** How to publish the event of a number. */
    LongConsumer publisher(Object service) {
        if (typed) {
            TypedEventBus bus = (TypedEventBus) service;
            return number -> bus.deliver(TOPIC, new Speed(13.9, number));
        }
        EventAdmin admin = (EventAdmin) service;
        return number -> admin.postEvent(new Event(TOPIC, Map.of("value", 13.9, "number", number)));
    }

    /** Registers a handler, which is told the number of each event. */
    @SuppressWarnings("JdkObsolete") // the service registry wants it
    void handle(BundleContext context, LongConsumer each) {
        Hashtable<String, Object> properties = new Hashtable<>();
        if (typed) {
            properties.put(TypedEventConstants.TYPED_EVENT_TOPICS, TOPIC);
            context.registerService(TypedEventHandler.class, new SpeedHandler(each), properties);
        } else {
            properties.put(EventConstants.EVENT_TOPIC, TOPIC);
            EventHandler handler = event -> each.accept((Long) event.getProperty("number"));
            context.registerService(EventHandler.class, handler, properties);
        }
    }

    /** A typed handler says by its class what it handles. */
    private record SpeedHandler(LongConsumer each) implements TypedEventHandler<Speed> {

        @Override
        public void notify(String topic, Speed event) {
            each.accept(event.number);
        }
    }
}
