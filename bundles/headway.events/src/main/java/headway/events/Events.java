package headway.events;

import headway.bus.Bus;
import headway.bus.Delivery;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventHandler;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.typedevent.TypedEventBus;
import org.osgi.service.typedevent.TypedEventHandler;
import org.osgi.service.typedevent.UnhandledEventHandler;
import org.osgi.service.typedevent.UntypedEventHandler;
import org.osgi.service.typedevent.monitor.TypedEventMonitor;

/**
 * The life of the event services: they are there while a {@link Bus} is. Handlers that were registered before are served from
 * that moment on.
 *
 * <p>The services are registered by hand, and after the whiteboards are open: a component that is both a handler and a
 * publisher comes to life while the framework looks at it, and must find a service that is ready then.
 */
@Component(
        configurationPid = Settings.PID,
        service = {})
@Designate(ocd = Settings.class)
@Capability(namespace = "osgi.implementation", name = "osgi.typedevent", version = "1.0", uses = TypedEventBus.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.osgi.service.typedevent.TypedEventBus\"",
        uses = TypedEventBus.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.osgi.service.typedevent.monitor.TypedEventMonitor\"",
        uses = {TypedEventBus.class, TypedEventMonitor.class})
@Capability(namespace = "osgi.implementation", name = "osgi.event", version = "1.4", uses = EventAdmin.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.osgi.service.event.EventAdmin\"",
        uses = EventAdmin.class)
public final class Events {

    private static final System.Logger LOG = System.getLogger(Events.class.getName());

    private final ExecutorService executor = Executors.newCachedThreadPool(daemons());
    private final List<Whiteboard<?>> whiteboards = new ArrayList<>();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final Monitors monitors;
    private final TypedEvents typedEvents;

    /**
     * Opens everything.
     *
     * @throws IllegalArgumentException if the settings make no sense
     */
    @Activate
    public Events(BundleContext context, @Reference Bus bus, Settings settings) {
        Delivery delivery = Contract.parse(settings.delivery());
        List<TopicPattern> monitored =
                Stream.of(settings.monitor_topics()).map(TopicPattern::new).toList();
        monitors = new Monitors(executor, settings.history());
        typedEvents = new TypedEvents(bus, executor, monitors, settings.topics(), delivery, monitored);
        whiteboards.add(new Whiteboard<>(context, TypedEventHandler.class, typedEvents::addTyped));
        whiteboards.add(new Whiteboard<>(context, UntypedEventHandler.class, typedEvents::addUntyped));
        whiteboards.add(new Whiteboard<>(context, UnhandledEventHandler.class, typedEvents::addUnhandled));
        EventAdminEvents eventAdmin = null;
        if (settings.event_admin()) {
            eventAdmin = new EventAdminEvents(bus, executor, settings.topics(), delivery);
            whiteboards.add(new Whiteboard<>(context, EventHandler.class, eventAdmin::add));
        }
        whiteboards.forEach(Whiteboard::open);
        registrations.add(context.registerService(TypedEventMonitor.class, monitors, null));
        registrations.add(context.registerService(TypedEventBus.class, typedEvents, null));
        if (eventAdmin != null) {
            registrations.add(context.registerService(EventAdmin.class, eventAdmin, null));
        }
    }

    /** Closes everything; handlers are called no more, monitors see the end of their streams. */
    @Deactivate
    public void close() {
        registrations.forEach(Events::unregister);
        whiteboards.forEach(Whiteboard::close);
        typedEvents.close();
        monitors.close();
        // What is under way may end: the last that a monitor gets is the end of its stream.
        executor.shutdown();
    }

    private static void unregister(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "The framework was faster", e);
        }
    }

    private static ThreadFactory daemons() {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "headway-events-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
