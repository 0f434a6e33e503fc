package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** A framework in this JVM with an event service, one publisher and some handlers. */
public final class EventJvm implements Closeable {

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    /** Packages that this class and the bundles share. */
    private static final String SHARED = String.join(
            ",",
            "org.osgi.service.event;version=1.4.0",
            "org.osgi.service.typedevent;version=1.0.0",
            "org.osgi.service.typedevent.monitor;version=1.0.0",
            "org.osgi.service.typedevent.propertytypes;version=1.0.0",
            "org.osgi.service.typedevent.annotations;version=1.0.0",
            "org.slf4j;version=1.7.36");

    private final Container container;
    private final LongConsumer publisher;
    private final List<Tally> handlers = new ArrayList<>();
    private long published;

    private EventJvm(Container container, LongConsumer publisher) {
        this.container = container;
        this.publisher = publisher;
    }

    /**
     * Starts everything.
     *
     * @param service its name, see {@code EventService}
     * @param storage an empty directory for the framework
     */
    public static EventJvm start(String service, Path storage, int handlers) throws IOException, InterruptedException {
        return start(EventService.valueOf(service), storage, handlers);
    }

    static EventJvm start(EventService service, Path storage, int handlers) throws IOException, InterruptedException {
        Container container = Container.start(storage, service.bundles(), SHARED);
        EventJvm jvm = new EventJvm(container, service.publisher(container.service(service.type())));
        for (int i = 0; i < handlers; i++) {
            // Each is called by one thread at a time.
            Tally tally = new Tally();
            service.handle(container.context(), tally::take);
            jvm.handlers.add(tally);
        }
        return jvm;
    }

    /** Publishes so many events and waits until every handler has had each of them, in order. */
    public void publish(int events) throws IOException {
        for (int i = 0; i < events; i++) {
            published++;
            publisher.accept(published);
        }
        long until = System.nanoTime() + PATIENCE_NANOS;
        for (Tally handler : handlers) {
            while (handler.count() < published) {
                if (System.nanoTime() > until) {
                    throw new IOException("A handler got " + handler.count() + " of " + published + " events");
                }
                LockSupport.parkNanos(20_000);
            }
            if (handler.failure() != null) {
                throw new IOException(handler.failure());
            }
        }
    }

    @Override
    public void close() throws IOException {
        container.close();
    }
}
