package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.service.typedevent.TypedEventBus;
import org.osgi.service.typedevent.TypedEventConstants;
import org.osgi.service.typedevent.TypedEventHandler;
import org.osgi.util.tracker.ServiceTracker;

/** A framework in this JVM with an event service, one publisher and some typed handlers. */
public final class EventJvm implements Closeable {

    private static final String TOPIC = "bench/speed";
    private static final long PATIENCE_MILLIS = 20_000;
    private static final long PATIENCE_NANOS = PATIENCE_MILLIS * 1_000_000;

    /** Packages that this class and the bundles share. */
    private static final String SHARED = String.join(
            ",",
            "org.osgi.service.typedevent;version=1.0.0",
            "org.osgi.service.typedevent.monitor;version=1.0.0",
            "org.osgi.service.typedevent.propertytypes;version=1.0.0",
            "org.osgi.service.typedevent.annotations;version=1.0.0",
            "org.slf4j;version=1.7.36");

    private final Framework framework;
    private final TypedEventBus bus;
    private final List<Counter> counters = new ArrayList<>();
    private long published;

    /** The event: what a bundle would publish of a vehicle. */
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

    /** A typed handler; each is called by one thread at a time. */
    private static final class Counter implements TypedEventHandler<Speed> {

        private final AtomicLong count = new AtomicLong();
        private volatile String failure;

        @Override
        public void notify(String topic, Speed event) {
            long number = count.getPlain() + 1;
            if (event.number != number && failure == null) {
                failure = "event " + event.number + " came where " + number + " was due";
            }
            count.setRelease(number);
        }
    }

    private EventJvm(Framework framework, TypedEventBus bus) {
        this.framework = framework;
        this.bus = bus;
    }

    /**
     * Starts everything.
     *
     * @param service HEADWAY or ARIES
     * @param storage an empty directory for the framework
     */
    public static EventJvm start(String service, Path storage, int handlers) throws IOException, InterruptedException {
        return start(EventService.valueOf(service), storage, handlers);
    }

    static EventJvm start(EventService service, Path storage, int handlers) throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>();
        settings.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SHARED);
        Framework framework = new FrameworkFactory().newFramework(settings);
        try {
            framework.start();
            BundleContext context = framework.getBundleContext();
            List<Bundle> bundles = new ArrayList<>();
            ClassPath classPath = ClassPath.ofThisJvm();
            for (String name : service.bundles()) {
                bundles.add(context.installBundle(classPath.bundle(name).toUri().toString()));
            }
            for (Bundle bundle : bundles) {
                bundle.start();
            }
            ServiceTracker<TypedEventBus, TypedEventBus> tracker =
                    new ServiceTracker<>(context, TypedEventBus.class, null);
            tracker.open();
            TypedEventBus bus = tracker.waitForService(PATIENCE_MILLIS);
            if (bus == null) {
                throw new IOException(service.title() + " has registered no TypedEventBus");
            }
            EventJvm jvm = new EventJvm(framework, bus);
            for (int i = 0; i < handlers; i++) {
                jvm.addHandler();
            }
            return jvm;
        } catch (BundleException e) {
            throw new IOException(service.title() + " could not be started", e);
        }
    }

    @SuppressWarnings("JdkObsolete") // the service registry wants it
    private void addHandler() {
        Counter counter = new Counter();
        counters.add(counter);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(TypedEventConstants.TYPED_EVENT_TOPICS, TOPIC);
        framework.getBundleContext().registerService(TypedEventHandler.class, counter, properties);
    }

    /** Publishes so many events and waits until every handler has had each of them, in order. */
    public void publish(int events) throws IOException {
        for (int i = 0; i < events; i++) {
            published++;
            bus.deliver(TOPIC, new Speed(13.9, published));
        }
        long until = System.nanoTime() + PATIENCE_NANOS;
        for (Counter counter : counters) {
            while (counter.count.getAcquire() < published) {
                if (System.nanoTime() > until) {
                    throw new IOException("A handler got " + counter.count + " of " + published + " events");
                }
                LockSupport.parkNanos(20_000);
            }
            if (counter.failure != null) {
                throw new IOException(counter.failure);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            framework.stop();
            framework.waitForStop(PATIENCE_MILLIS);
        } catch (BundleException e) {
            throw new IOException("The framework could not be stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
