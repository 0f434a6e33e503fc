package headway.gateway;

import headway.bus.Bus;
import headway.bus.port.Ports;
import java.util.concurrent.CompletableFuture;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** The node of this process: its ports, which are there at once, and when it has joined. */
final class OwnNode implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 5_000;

    private final ServiceTracker<Ports, Ports> ports;
    private final ServiceTracker<Bus, Bus> bus;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();

    OwnNode(BundleContext context) {
        ports = new ServiceTracker<>(context, Ports.class, null);
        bus = new ServiceTracker<>(context, Bus.class, null) {
            @Override
            public Bus addingService(ServiceReference<Bus> reference) {
                joined.complete(null);
                return super.addingService(reference);
            }
        };
        ports.open();
        bus.open();
    }

    /** Its ports, or null if there is no node here. */
    Ports ports() throws InterruptedException {
        return ports.waitForService(PATIENCE_MILLIS);
    }

    /** Completes when it has joined the bus, or is alone for good. */
    CompletableFuture<Void> joined() {
        return joined;
    }

    @Override
    public void close() {
        bus.close();
        ports.close();
    }
}
