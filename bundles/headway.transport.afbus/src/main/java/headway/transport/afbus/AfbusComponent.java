package headway.transport.afbus;

import headway.transport.Transport;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Offers the AF_BUS transport as a service, exactly while the kernel module is there.
 *
 * <p>It registers the service itself: a declared one would be there before its activation has failed. The reason of a
 * failure is in {@code scr:info headway.transport.afbus}; {@link ModuleWatch} lets it begin anew.
 */
@Component(
        name = AfbusComponent.PID,
        immediate = true,
        service = {})
@Designate(ocd = AfbusComponent.Config.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>='headway.transport.Transport'",
        effective = "active")
public final class AfbusComponent {

    /** The name of the configuration. */
    static final String PID = "headway.transport.afbus";

    /** The settings. */
    @ObjectClassDefinition(
            name = "Headway AF_BUS transport",
            description = "Carries the bus between processes through the kernel module afbus.")
    @interface Config {

        @AttributeDefinition(
                name = "Mode",
                description = "Who may use a bus that this process opens first, as for a file, such as 660.")
        String mode() default "600";

        @AttributeDefinition(
                name = "Group",
                description = "The number of the group the mode speaks of; -1: this process's own.")
        long group() default -1;

        @AttributeDefinition(
                name = "Owners",
                description = "The numbers of users whose buses are joined beside this user's and root's.")
        long[] owners() default {};

        @AttributeDefinition(
                name = "Ranking",
                description = "Which transport is preferred when several work: the highest.")
        int service_ranking() default 20;
    }

    private final AfbusTransport transport;
    private final ServiceRegistration<Transport> registration;

    /**
     * Starts to offer the transport.
     *
     * @throws IOException why it cannot work here
     */
    @Activate
    public AfbusComponent(
            BundleContext context, Config config, Map<String, Object> properties, @Reference ModuleWatch watch)
            throws IOException {
        watch.require();
        Permission permission = Permission.of(
                config.mode(),
                config.group(),
                Arrays.stream(config.owners()).boxed().collect(Collectors.toSet()));
        transport = new AfbusTransport(new KernelModule(), permission, watch::leaves);
        registration = context.registerService(Transport.class, transport, FrameworkUtil.asDictionary(properties));
    }

    /** Takes it back and ends its links. */
    @Deactivate
    void stop() {
        registration.unregister();
        transport.stop();
    }
}
