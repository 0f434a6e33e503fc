package headway.distro;

import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** An application that exports a {@link Greeter}. */
public final class GreeterActivator implements BundleActivator, Greeter {

    @Override
    public void start(BundleContext context) {
        context.registerService(
                Greeter.class,
                this,
                FrameworkUtil.asDictionary(
                        Map.of("service.exported.interfaces", "*", "service.exported.configs", "headway.dbus")));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework unregisters the service.
    }

    @Override
    public String greet(String whom) {
        return "hello " + whom;
    }
}
