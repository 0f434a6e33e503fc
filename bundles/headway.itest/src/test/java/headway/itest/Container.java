package headway.itest;

import headway.bus.Bus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The container a test runs in: its services, and its bus in a runtime directory of the test's own. */
final class Container {

    private static final long PATIENCE_MILLIS = 30_000;
    private final BundleContext context =
            FrameworkUtil.getBundle(Container.class).getBundleContext();

    private Container() {}

    /** The container around the calling test, configured as an operator would do it and started: with loopback alone. */
    static Container here() throws IOException, InterruptedException, BundleException {
        return with("loopback");
    }

    /** The same with those transports. */
    static Container with(String... transports) throws IOException, InterruptedException, BundleException {
        Container container = new Container();
        container.configure(transports);
        for (Bundle bundle : container.context.getBundles()) {
            if (bundle.getSymbolicName().startsWith("headway.")) {
                bundle.start();
            }
        }
        return container;
    }

    private void configure(String... transports) throws IOException, InterruptedException {
        ConfigurationAdmin admin = service(ConfigurationAdmin.class);
        configure(
                admin,
                "headway.transport.loopback",
                Map.of("runtime.dir", System.getProperty(FelixExtension.RUNTIME_DIRECTORY)));
        configure(admin, "headway.core", Map.of("bus", busName(), "transports", transports));
    }

    private static void configure(ConfigurationAdmin admin, String pid, Map<String, Object> settings)
            throws IOException {
        Configuration configuration = admin.getConfiguration(pid, "?");
        configuration.updateIfDifferent(FrameworkUtil.asDictionary(settings));
    }

    BundleContext context() {
        return context;
    }

    /** Loopback has a directory of the test's own; netlink has none, so the bus's name keeps tests apart. */
    static String busName() {
        return "itest-"
                + Path.of(System.getProperty(FelixExtension.RUNTIME_DIRECTORY)).getFileName();
    }

    /** The arguments of a process that shall meet this container's node. */
    static String[] sameBus() {
        return new String[] {"--bus", busName()};
    }

    /** The bus, once the node has joined the test's own. */
    Bus bus() throws InterruptedException {
        return service(Bus.class, "(&(objectClass=" + Bus.class.getName() + ")(bus=" + busName() + "))");
    }

    <S> S service(Class<S> type) throws InterruptedException {
        return service(type, "(objectClass=" + type.getName() + ")");
    }

    <S> S service(Class<S> type, String filter) throws InterruptedException {
        try {
            ServiceTracker<S, S> tracker = new ServiceTracker<>(context, FrameworkUtil.createFilter(filter), null);
            tracker.open();
            S service = tracker.waitForService(PATIENCE_MILLIS);
            if (service == null) {
                throw new AssertionError(
                        "No service " + type.getName() + " with " + filter + " within " + PATIENCE_MILLIS + " ms");
            }
            return service;
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
