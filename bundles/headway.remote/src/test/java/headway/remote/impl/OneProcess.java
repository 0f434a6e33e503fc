package headway.remote.impl;

import headway.bus.CallException;
import headway.bus.Message;
import headway.bus.Target;
import headway.remote.Changes;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.util.tracker.ServiceTracker;

/** One process of the bus as a test sees it: a real framework, and in it the remote services on a fake bus. */
final class OneProcess implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 30_000;

    private final Framework framework;
    private final FakeNet.Node bus;
    private Remote remote;

    OneProcess(FakeNet net, Path cache) throws BundleException {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        cache.toString(),
                        Constants.FRAMEWORK_STORAGE_CLEAN,
                        Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT));
        framework.start();
        bus = net.join();
        remote = new Remote(framework.getBundleContext(), bus);
    }

    FakeNet.Node bus() {
        return bus;
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** The remote services go, the process stays. */
    void stop() {
        remote.close();
        remote = null;
    }

    /** Registers a service and asks for its export. */
    <S> ServiceRegistration<S> export(Class<S> type, S service, Object... properties) {
        Hashtable<String, Object> all = properties(properties);
        all.putIfAbsent("service.exported.interfaces", "*");
        all.putIfAbsent("service.exported.configs", "headway.dbus");
        return context().registerService(type, service, all);
    }

    @SuppressWarnings("JdkObsolete") // the service registry wants it
    static Hashtable<String, Object> properties(Object... namesAndValues) {
        Hashtable<String, Object> properties = new Hashtable<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties;
    }

    /** Calls a member of an object and gives what it answers. */
    List<Object> call(String name, String path, String interfaceName, String member, String signature, Object... body)
            throws CallException {
        CompletableFuture<Message> answer = bus.call(new Target(name, path, interfaceName), member, signature, body);
        try {
            return answer.join().body();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CallException error) {
                throw error;
            }
            throw e;
        }
    }

    Changes changes() throws InterruptedException {
        return await(Changes.class, "(objectClass=" + Changes.class.getName() + ")");
    }

    /** The service that a filter asks for, once it is there. */
    <S> S await(Class<S> type, String filter) throws InterruptedException {
        return type.cast(tracker(filter).waitForService(PATIENCE_MILLIS));
    }

    ServiceTracker<Object, Object> tracker(String filter) {
        try {
            ServiceTracker<Object, Object> tracker =
                    new ServiceTracker<>(context(), FrameworkUtil.createFilter(filter), null);
            tracker.open();
            return tracker;
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Returns once no service fits the filter. */
    void awaitNone(String filter) throws InvalidSyntaxException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (references(filter).length > 0) {
            if (System.nanoTime() > until) {
                throw new AssertionError("there is still a service for " + filter);
            }
            Thread.onSpinWait();
        }
    }

    ServiceReference<?>[] references(String filter) throws InvalidSyntaxException {
        ServiceReference<?>[] found = context().getServiceReferences((String) null, filter);
        return found == null ? new ServiceReference<?>[0] : found;
    }

    @Override
    public void close() throws BundleException {
        if (remote != null) {
            remote.close();
        }
        framework.stop();
    }
}
