package headway.remote.impl;

import headway.bus.Bus;
import headway.remote.Changes;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.service.ListenerHook;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The life of the remote services: they are there while a {@link Bus} is. */
@Component(
        service = {},
        immediate = true)
public final class Remote {

    private static final System.Logger LOG = System.getLogger(Remote.class.getName());

    private final ExecutorService executor = Executors.newCachedThreadPool(daemons());
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final Exports exports;
    private final Demand demand;

    /** Exports what wants to be, imports what is asked for. */
    @Activate
    @SuppressWarnings("JdkObsolete") // the service registry wants a Dictionary
    public Remote(BundleContext context, @Reference Bus bus) {
        exports = new Exports(context, bus);
        demand = new Demand(endpoint -> new Import(context, bus, endpoint, executor));
        // What a distribution provider can do it says as properties of a service (OSGi Compendium 8, 100.5.2).
        Hashtable<String, Object> abilities = new Hashtable<>();
        abilities.put("remote.configs.supported", new String[] {Wish.CONFIG});
        abilities.put("remote.intents.supported", Wish.SUPPORTED_INTENTS.toArray(String[]::new));
        Changes changes = exports::changed;
        registrations.add(context.registerService(Changes.class, changes, abilities));
        exports.open();
        registrations.add(context.registerService(ListenerHook.class, demand, null));
    }

    /** Takes everything back; what is under way may end. */
    @Deactivate
    public void close() {
        registrations.forEach(Remote::unregister);
        demand.close();
        exports.close();
        executor.shutdown();
    }

    private static void unregister(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "The framework was faster", e);
        }
    }

    /** Threads that come when they are needed. */
    static ThreadFactory daemons() {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "headway-remote-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
