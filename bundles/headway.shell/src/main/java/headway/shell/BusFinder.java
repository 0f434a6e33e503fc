package headway.shell;

import headway.bus.Bus;
import headway.bus.dto.Inspector;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** The way to the bus: waits until this node has joined, or says why it cannot. */
final class BusFinder implements Supplier<Bus> {

    private static final long JOIN_MILLIS = TimeUnit.SECONDS.toMillis(5);

    /** How often to look whether it is hopeless. */
    private static final long LOOK_MILLIS = 100;

    private final BundleContext context;

    BusFinder(BundleContext context) {
        this.context = context;
    }

    @Override
    public Bus get() {
        ServiceTracker<Bus, Bus> tracker = new ServiceTracker<>(context, Bus.class, null);
        tracker.open();
        try {
            long start = System.nanoTime();
            while (true) {
                Bus bus = tracker.waitForService(LOOK_MILLIS);
                if (bus != null
                        && !Patience.service(context, Inspector.class)
                                .view()
                                .transports()
                                .isEmpty()) {
                    return bus;
                }
                Map<String, String> failures = Failures.of(context);
                String reasons = failures.entrySet().stream()
                        .map(each -> "\n  " + each.getKey() + ": " + each.getValue())
                        .collect(Collectors.joining());
                if (bus != null) {
                    throw new CommandException(
                            Exit.NO_BUS, "No transport works here, so no bus can be joined" + reasons);
                }
                if (hopeless(failures.keySet())
                        || System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(JOIN_MILLIS)) {
                    throw new CommandException(
                            Exit.NO_BUS,
                            "This node could not join the bus"
                                    + (reasons.isEmpty() ? " within " + JOIN_MILLIS + " ms" : reasons));
                }
            }
        } catch (InterruptedException told) {
            Thread.currentThread().interrupt();
            throw new CommandException(Exit.FAILED, "interrupted before this node had joined the bus");
        }
    }

    /** Whether there is no transport but such as failed. */
    private boolean hopeless(Set<String> failed) {
        if (failed.isEmpty()) {
            return false;
        }
        try {
            ServiceReference<?>[] transports = context.getServiceReferences("headway.transport.Transport", null);
            // A component that failed keeps its service registered, in case it works the next time.
            return transports == null
                    || Stream.of(transports)
                            .allMatch(each -> failed.contains(each.getBundle().getSymbolicName()));
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
