package headway.remote.impl;

import headway.bus.Bus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** An import that an operator asks for: one for each configuration of the factory PID {@value #PID}. */
@Component(
        service = {},
        immediate = true,
        configurationPid = ConfiguredImport.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredImport.Settings.class, factory = true)
public final class ConfiguredImport {

    static final String PID = "headway.remote.import";

    /** Which object is wanted. */
    @ObjectClassDefinition(name = "Headway import", description = "A D-Bus object as an OSGi service")
    @interface Settings {

        @AttributeDefinition(name = "Interfaces", description = "The Java interfaces that the service has")
        String[] interfaces();

        @AttributeDefinition(
                name = "Name",
                description = "The object's well-known name; if empty, that of its first interface",
                required = false)
        String name() default "";

        @AttributeDefinition(
                name = "Path",
                description = "The object's path; if empty, the first interface's name with '/' for '.'",
                required = false)
        String path() default "";

        @AttributeDefinition(
                name = "D-Bus interface",
                description = "What D-Bus calls the only interface; if empty, what Java does",
                required = false)
        String dbus_interface() default "";

        @AttributeDefinition(
                name = "Timeout",
                description = "How long callers wait for an answer, in milliseconds",
                min = "1")
        long timeout() default 25_000;
    }

    private final ExecutorService executor = Executors.newCachedThreadPool(Remote.daemons());
    private final Import imported;

    /**
     * Imports.
     *
     * @throws IllegalArgumentException if the settings make no sense
     */
    @Activate
    public ConfiguredImport(BundleContext context, @Reference Bus bus, Settings settings) {
        imported = new Import(context, bus, endpoint(settings), executor);
    }

    private static Endpoint endpoint(Settings settings) {
        return new Endpoint(
                List.of(settings.interfaces()),
                orNull(settings.name()),
                orNull(settings.path()),
                orNull(settings.dbus_interface()),
                Duration.ofMillis(settings.timeout()));
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** The service goes. */
    @Deactivate
    public void close() {
        imported.close();
        executor.shutdown();
    }
}
