package headway.remote.impl;

import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.NameChange;
import headway.bus.Registration;
import headway.bus.Subscriber;
import headway.bus.Target;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceException;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A D-Bus object as a service: registered while its name has an owner, and anew when that is another one, with the properties that it
 * says it has ({@link ServiceProperties}). Each bundle that gets it has a proxy of its own, made of the interfaces as that bundle sees
 * them.
 */
final class Import implements ServiceFactory<Object> {

    private static final System.Logger LOG = System.getLogger(Import.class.getName());

    /** How long a service is not there because its object does not say what it is like. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Bus bus;
    private final Endpoint endpoint;
    private final Executor executor;

    /** Services come and go here, one change after the other: listeners may block, and threads of the bus may not. */
    private final Turns turns;

    private final BundleContext context;
    private final Object factory;
    private final Registration watch;
    private final Registration changes;

    // All belong to the turns.
    private String owner;
    private ServiceRegistration<?> registration;
    private Map<String, Object> properties = Map.of();

    /** The proxies that are out; guarded by itself. */
    private final IdentityHashMap<Object, ImportedObject> proxies = new IdentityHashMap<>();

    private volatile boolean closed;

    /**
     * From now on the service is there whenever the object is.
     *
     * @param context of this bundle
     */
    Import(BundleContext context, Bus bus, Endpoint endpoint, Executor executor) {
        this.bus = bus;
        this.endpoint = endpoint;
        this.executor = executor;
        this.turns = new Turns(executor, 1);
        this.context = context;
        this.factory = ForeignFactory.of(context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION), this);
        this.watch = bus.watchNames(this::onNameChange);
        this.changes = bus.subscribe(ServiceProperties.CHANGED_TOPIC, Delivery.onReceivingThread(), new Subscriber() {
            @Override
            public void onMessage(Message message) {
                if (endpoint.path().equals(message.path())) {
                    askAgain();
                }
            }

            @Override
            public void onGap(Gap gap) {
                askAgain();
            }
        });
        update();
    }

    private void onNameChange(NameChange change) {
        if (change.name().equals(endpoint.name())) {
            update();
        }
    }

    private void update() {
        later(() -> follow(closed ? null : bus.names().get(endpoint.name())));
    }

    private void follow(String now) {
        if (Objects.equals(now, owner)) {
            return;
        }
        unregister();
        owner = now;
        properties = Map.of();
        ask();
    }

    private void askAgain() {
        later(this::ask);
    }

    /** What is refused because too much waits already is not missed: each of these asks for what is so then. */
    private void later(Runnable task) {
        boolean ignored = turns.execute(task);
    }

    /** Asks the owner what the service is like. The service is there when that is known, or when nobody will say. */
    private void ask() {
        String asked = owner;
        if (asked != null) {
            Duration patience = PATIENCE.compareTo(endpoint.deadline()) < 0 ? PATIENCE : endpoint.deadline();
            Target target = new Target(asked, endpoint.path(), ServiceProperties.INTERFACE);
            CompletableFuture<Message> ignored = bus.call(target, patience, ServiceProperties.MEMBER, "")
                    .whenComplete((reply, failure) -> later(() -> answered(asked, reply)));
        }
    }

    /** The owner said what the service is like, or with null that it does not say: then it is as far as we know. */
    private void answered(String asked, Message reply) {
        if (!asked.equals(owner)) {
            return;
        }
        properties = reply == null ? properties : ServiceProperties.toJava(reply);
        try {
            if (registration == null) {
                register();
            } else if (reply != null) {
                registration.setProperties(endpoint.properties(properties));
            }
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "The framework was faster", e);
        }
    }

    private void register() {
        registration = context.registerService(
                endpoint.interfaces().toArray(String[]::new), factory, endpoint.properties(properties));
    }

    private void unregister() {
        if (registration == null) {
            return;
        }
        List<ImportedObject> out;
        synchronized (proxies) {
            out = new ArrayList<>(proxies.values());
        }
        out.forEach(ImportedObject::close);
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "The framework was faster", e);
        }
        registration = null;
    }

    /** The service goes; it has gone when what runs in the turns has run. */
    void close() {
        closed = true;
        watch.close();
        changes.close();
        update();
    }

    @Override
    public Object getService(Bundle consumer, ServiceRegistration<Object> itsRegistration) {
        List<Class<?>> interfaces = new ArrayList<>();
        for (String each : endpoint.interfaces()) {
            try {
                interfaces.add(consumer.loadClass(each));
            } catch (ClassNotFoundException e) {
                throw new ServiceException(consumer + " does not see " + each, ServiceException.FACTORY_ERROR, e);
            }
        }
        ClassLoader loader = consumer.adapt(BundleWiring.class).getClassLoader();
        ImportedObject.Proxied proxied = ImportedObject.open(bus, endpoint, executor, loader, interfaces);
        synchronized (proxies) {
            proxies.put(proxied.proxy(), proxied.object());
        }
        return proxied.proxy();
    }

    @Override
    public void ungetService(Bundle consumer, ServiceRegistration<Object> itsRegistration, Object proxy) {
        synchronized (proxies) {
            ImportedObject object = proxies.remove(proxy);
            if (object != null) {
                object.close();
            }
        }
    }
}
