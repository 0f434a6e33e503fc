package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.util.tracker.ServiceTracker;

/** An OSGi framework in this JVM with some bundles of the class path. */
final class Container implements Closeable {

    private static final long PATIENCE_MILLIS = 20_000;

    private final Framework framework;

    private Container(Framework framework) {
        this.framework = framework;
    }

    /**
     * Starts it.
     *
     * @param storage an empty directory for the framework
     * @param bundles symbolic names, in the order they are started
     * @param shared packages that this class path and the bundles share, as a manifest would export them
     */
    static Container start(Path storage, List<String> bundles, String shared) throws IOException {
        Framework framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        storage.toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        shared));
        try {
            framework.start();
            ClassPath classPath = ClassPath.ofThisJvm();
            List<Bundle> installed = new ArrayList<>();
            for (String name : bundles) {
                installed.add(framework
                        .getBundleContext()
                        .installBundle(classPath.bundle(name).toUri().toString()));
            }
            for (Bundle bundle : installed) {
                if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                    bundle.start();
                }
            }
            return new Container(framework);
        } catch (BundleException e) {
            throw new IOException("The framework could not be started with " + bundles, e);
        }
    }

    /** In whose name services are registered. */
    BundleContext context() {
        return framework.getBundleContext();
    }

    /** The service of a type, once it is there. */
    Object service(Class<?> type) throws IOException, InterruptedException {
        ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context(), type.getName(), null);
        tracker.open();
        Object service = tracker.waitForService(PATIENCE_MILLIS);
        if (service == null) {
            throw new IOException("Nobody has registered a " + type.getName());
        }
        return service;
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
