package headway.uplink;

import headway.bus.Bus;
import headway.bus.port.Ports;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One uplink for as long as it is configured and this node is on the bus. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "headway.uplink",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = UplinkComponent.Settings.class)
public final class UplinkComponent {

    private static final String UNIX_PATH = "unix:path=";

    /** What an operator may set, PID {@code headway.uplink}. */
    @ObjectClassDefinition(name = "Headway uplink", description = "A client of an existing D-Bus daemon")
    @interface Settings {

        @AttributeDefinition(description = "Where the daemon listens, unix:path=FILE")
        String address() default "unix:path=/run/dbus/system_bus_socket";

        @AttributeDefinition(
                description =
                        "Names of the daemon that are shown on Headway, separated by commas: org.bluez, org.bluez.*, *")
        String from_daemon() default "";

        @AttributeDefinition(description = "Names of Headway that are shown at the daemon, in the same way")
        String to_daemon() default "";
    }

    private final Uplink uplink;

    /**
     * Starts it.
     *
     * @param joined there from the moment this node has joined
     */
    @Activate
    public UplinkComponent(Settings settings, @Reference Ports ports, @Reference Bus joined) {
        if (!settings.address().startsWith(UNIX_PATH)) {
            throw new IllegalArgumentException(
                    "headway.uplink: the address '" + settings.address() + "' is not understood; it is unix:path=FILE");
        }
        // Further keys, such as a guid, are of no use here.
        String path = settings.address().substring(UNIX_PATH.length()).split(",", 2)[0];
        uplink = new Uplink(
                ports, Path.of(path), new NameFilter(settings.from_daemon()), new NameFilter(settings.to_daemon()));
    }

    @Deactivate
    void stop() {
        uplink.close();
    }
}
