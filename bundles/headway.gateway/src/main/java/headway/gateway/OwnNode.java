package headway.gateway;

import headway.bus.Bus;
import headway.bus.port.Ports;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.util.tracker.ServiceTracker;

/** The node of this process: its ports, which are there at once, and when it has joined. */
final class OwnNode implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 5_000;

    /** The start level of what applications in this process use; head-unit.bndrun says what that is. */
    private static final int APPLICATIONS = 3;

    private final BundleContext context;
    private final ServiceTracker<Ports, Ports> ports;
    private final ServiceTracker<Bus, Bus> bus;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();

    OwnNode(BundleContext context) {
        this.context = context;
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

    /**
     * Begins to start what applications in this process use, remote services among it, so that programs reach them too. Nobody
     * waits for it. Our launcher installs it first; under another one it is installed.
     */
    void startApplications() {
        ServiceTracker<IntConsumer, IntConsumer> launcher = new ServiceTracker<>(context, IntConsumer.class, null);
        launcher.open();
        IntConsumer levels = launcher.getService();
        if (levels != null) {
            levels.accept(APPLICATIONS);
        } else {
            context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                    .adapt(FrameworkStartLevel.class)
                    .setStartLevel(APPLICATIONS);
        }
        launcher.close();
    }

    @Override
    public void close() {
        bus.close();
        ports.close();
    }
}
