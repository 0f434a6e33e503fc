package headway.remote.impl;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleReference;
import org.osgi.framework.ServiceFactory;

/**
 * A service factory that a framework takes for that of another bundle.
 *
 * <p>A framework shows a service to those only who see its interface as the bundle that registers it does (OSGi Core, {@code
 * ServiceReference.isAssignableTo}). This bundle sees none of the interfaces it imports services for; its factory makes for each consumer what
 * fits that one. Frameworks expect that, and leave it to the factory, where it belongs to another bundle than the service.
 */
final class ForeignFactory {

    /** Defines the factory's class. */
    private static final class Loader extends ClassLoader implements BundleReference {
        private final Bundle bundle;

        Loader(Bundle bundle) {
            super(ServiceFactory.class.getClassLoader());
            this.bundle = bundle;
        }

        @Override
        public Bundle getBundle() {
            return bundle;
        }
    }

    private ForeignFactory() {}

    /** The same factory, as one of that bundle. */
    static Object of(Bundle bundle, ServiceFactory<?> factory) {
        return Proxy.newProxyInstance(
                new Loader(bundle), new Class<?>[] {ServiceFactory.class}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(factory, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
