package headway.transport.loopback;

import headway.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
 * Offers the loopback transport as a service, exactly while it works.
 *
 * <p>It registers the service itself: a declared one would be there before its activation has failed. The reason of a
 * failure is in {@code scr:info headway.transport.loopback}.
 */
@Component(
        name = LoopbackComponent.PID,
        immediate = true,
        service = {})
@Designate(ocd = LoopbackComponent.Config.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>='headway.transport.Transport'",
        effective = "active")
public final class LoopbackComponent {

    /** The name of the configuration. */
    static final String PID = "headway.transport.loopback";

    /** The settings. */
    @ObjectClassDefinition(
            name = "Headway loopback transport",
            description = "Carries the bus between the processes of one user over AF_UNIX sockets.")
    @interface Config {

        @AttributeDefinition(
                name = "Runtime directory",
                description = "Where the sockets are; only this user may have access. Empty: $XDG_RUNTIME_DIR/headway,"
                        + " or /run/headway where that is writable, or headway-<uid> in the directory for temporary"
                        + " files.")
        String runtime_dir() default "";

        @AttributeDefinition(
                name = "Ranking",
                description = "Which transport is preferred when several work: the highest.")
        int service_ranking() default 0;
    }

    private final LoopbackTransport transport;
    private final ServiceRegistration<Transport> registration;

    /**
     * Starts to offer the transport.
     *
     * @throws IOException why it cannot work here
     */
    @Activate
    public LoopbackComponent(BundleContext context, Config config, Map<String, Object> properties) throws IOException {
        transport =
                new LoopbackTransport(config.runtime_dir().isBlank() ? usualRuntime() : Path.of(config.runtime_dir()));
        registration = context.registerService(Transport.class, transport, FrameworkUtil.asDictionary(properties));
    }

    /** Takes it back and ends its links. */
    @Deactivate
    void stop() {
        registration.unregister();
        transport.stop();
    }

    private static Path usualRuntime() {
        String session = System.getenv("XDG_RUNTIME_DIR");
        if (session != null && !session.isBlank()) {
            return Path.of(session, "headway");
        }
        Path run = Path.of("/run");
        return Files.isWritable(run)
                ? run.resolve("headway")
                : Path.of(System.getProperty("java.io.tmpdir"), "headway-" + uid());
    }

    /** A name that differs for every user; whether the directory is really theirs is checked when it is used. */
    private static String uid() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
        } catch (IOException | UnsupportedOperationException e) {
            return System.getProperty("user.name");
        }
    }
}
