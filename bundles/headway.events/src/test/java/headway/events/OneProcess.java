package headway.events;

import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.typedevent.TypedEventBus;
import org.osgi.service.typedevent.TypedEventHandler;
import org.osgi.service.typedevent.UnhandledEventHandler;
import org.osgi.service.typedevent.UntypedEventHandler;
import org.osgi.service.typedevent.monitor.TypedEventMonitor;
import org.osgi.util.converter.Converters;

/** One process of the bus as a test sees it: a real framework, and in it the event services on a fake bus. */
final class OneProcess implements AutoCloseable {

    /** One event as a handler got it. */
    record Got<T>(String topic, T event) {}

    /** What a handler got, in order. */
    static final class Inbox<T> {
        private final BlockingQueue<Got<T>> queue = new LinkedBlockingQueue<>();

        void put(String topic, T event) {
            queue.add(new Got<>(topic, event));
        }

        Got<T> next() {
            try {
                Got<T> next = queue.poll(30, TimeUnit.SECONDS);
                if (next == null) {
                    throw new AssertionError("nothing came within 30 s");
                }
                return next;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        boolean isEmpty() {
            return queue.isEmpty();
        }
    }

    private final Framework framework;
    private final FakeNet.Node bus;
    private Events events;

    OneProcess(FakeNet net, Path cache) throws BundleException {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        cache.toString(),
                        Constants.FRAMEWORK_STORAGE_CLEAN,
                        Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT));
        framework.start();
        bus = net.join();
    }

    FakeNet.Node bus() {
        return bus;
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    OneProcess start(Object... settings) {
        events = new Events(context(), bus, settings(settings));
        return this;
    }

    static Settings settings(Object... settings) {
        return Converters.standardConverter().convert(properties(settings)).to(Settings.class);
    }

    void stop() {
        events.close();
        events = null;
    }

    <S> S service(Class<S> type) {
        ServiceReference<S> reference = context().getServiceReference(type);
        return reference == null ? null : context().getService(reference);
    }

    TypedEventBus publisher() {
        return service(TypedEventBus.class);
    }

    EventAdmin eventAdmin() {
        return service(EventAdmin.class);
    }

    TypedEventMonitor monitor() {
        return service(TypedEventMonitor.class);
    }

    <S> ServiceRegistration<S> register(Class<S> type, S service, Object... properties) {
        return context().registerService(type, service, properties(properties));
    }

    /** A handler of one type, said by event.type. */
    <T> Inbox<T> typed(Class<T> type, Object... properties) {
        Inbox<T> inbox = new Inbox<>();
        Dictionary<String, Object> all = properties(properties);
        all.put("event.type", type.getName());
        TypedEventHandler<T> handler = inbox::put;
        context().registerService(TypedEventHandler.class, handler, all);
        return inbox;
    }

    Inbox<Map<String, Object>> untyped(Object... properties) {
        Inbox<Map<String, Object>> inbox = new Inbox<>();
        register(UntypedEventHandler.class, inbox::put, properties);
        return inbox;
    }

    Inbox<Map<String, Object>> unhandled() {
        Inbox<Map<String, Object>> inbox = new Inbox<>();
        register(UnhandledEventHandler.class, inbox::put);
        return inbox;
    }

    @SuppressWarnings("JdkObsolete") // the service registry wants it
    static Dictionary<String, Object> properties(Object... namesAndValues) {
        Dictionary<String, Object> properties = new Hashtable<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties;
    }

    @Override
    public void close() throws BundleException {
        if (events != null) {
            events.close();
        }
        framework.stop();
    }
}
