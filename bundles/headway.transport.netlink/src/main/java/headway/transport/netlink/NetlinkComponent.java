package headway.transport.netlink;

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
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Offers the netlink transport as a service, exactly while it works.
 *
 * <p>It registers the service itself: a declared one would be there before its activation has failed. The reason of a
 * failure is in {@code scr:info headway.transport.netlink}.
 */
@Component(
        name = NetlinkComponent.PID,
        immediate = true,
        service = {})
@Designate(ocd = NetlinkComponent.Config.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>='headway.transport.Transport'",
        effective = "active")
public final class NetlinkComponent {

    /** The name of the configuration. */
    static final String PID = "headway.transport.netlink";

    /** The settings. */
    @ObjectClassDefinition(
            name = "Headway netlink transport",
            description = "Carries the bus between processes over netlink datagrams.")
    @interface Config {

        @AttributeDefinition(
                name = "Users",
                description = "The numbers of users whose processes are heard beside this user's and root's.")
        long[] users() default {};

        @AttributeDefinition(
                name = "Ranking",
                description = "Which transport is preferred when several work: the highest.")
        int service_ranking() default 10;
    }

    private final NetlinkTransport transport;
    private final ServiceRegistration<Transport> registration;

    /**
     * Starts to offer the transport.
     *
     * @throws IOException why it cannot work here
     */
    @Activate
    public NetlinkComponent(BundleContext context, Config config, Map<String, Object> properties) throws IOException {
        transport = new NetlinkTransport(Arrays.stream(config.users()).boxed().collect(Collectors.toUnmodifiableSet()));
        registration = context.registerService(Transport.class, transport, FrameworkUtil.asDictionary(properties));
    }

    /** Takes it back and ends its links. */
    @Deactivate
    void stop() {
        registration.unregister();
        transport.stop();
    }
}
