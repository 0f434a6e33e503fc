package headway.core;

import headway.bus.Bus;
import headway.bus.dto.Inspector;
import headway.bus.dto.LinkControl;
import headway.bus.port.Ports;
import headway.transport.Transport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The node of this container: opens a link over each transport service that comes, closes it when the service goes, and
 * registers {@link Ports} at once, {@link Bus} and {@link Inspector} when it has joined.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "headway.core")
@Designate(ocd = CoreComponent.Settings.class)
public final class CoreComponent {

    private static final System.Logger LOG = System.getLogger(CoreComponent.class.getName());

    /** Without any transport the bus serves this JVM alone, after so long. */
    private static final long ALONE_AFTER_MILLIS = 2000;

    /** What an operator may set, PID {@code headway.core}. */
    @ObjectClassDefinition(name = "Headway bus", description = "The node of this container")
    @interface Settings {

        @AttributeDefinition(description = "Name of the bus: 1 to 64 letters, digits, '_' and '-'")
        String bus() default "headway";

        @AttributeDefinition(description = "Names of the transports that may be used; empty: all that there are")
        String[] transports() default {};

        @AttributeDefinition(
                description = "Name of the transport that is preferred whatever its rank; empty: the rank decides")
        String prefer() default "";

        @AttributeDefinition(description = "Bytes one session keeps at most for sending again; a power of two")
        int window_bytes() default 1 << 22;

        @AttributeDefinition(description = "Bytes that may wait to be sent; a power of two")
        int outbox_bytes() default 1 << 20;

        @AttributeDefinition(
                description =
                        "Bytes of large messages that may lie in shared memory for others to read; 0: they travel in pieces")
        int shelf_bytes() default 1 << 24;

        @AttributeDefinition(description = "Milliseconds publishers wait at least for a process that takes nothing")
        long least_patience_millis() default 250;

        @AttributeDefinition(description = "Milliseconds a node that no link reaches is waited for")
        long grace_millis() default 10_000;
    }

    private final BundleContext context;
    private final RunningNode node;
    private final Set<String> allowed;
    private final String preferred;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final CompletableFuture<Void> registered;
    private boolean stopped;

    /** Starts the node; transports are bound afterwards. */
    @Activate
    public CoreComponent(BundleContext context, Settings settings) {
        this.context = context;
        allowed = new LinkedHashSet<>(Arrays.asList(settings.transports()));
        allowed.removeIf(String::isBlank);
        preferred = settings.prefer().strip();
        node = RunningNode.start(new NodeConfig(
                settings.bus(),
                settings.window_bytes(),
                settings.outbox_bytes(),
                settings.shelf_bytes(),
                settings.least_patience_millis(),
                settings.grace_millis()));
        registrations.add(context.registerService(Ports.class, node.ports(), properties()));
        CompletableFuture<Void> joinedOrAlone =
                node.joined().copy().completeOnTimeout(null, ALONE_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        registered = joinedOrAlone.thenRun(this::register);
    }

    private synchronized void register() {
        if (stopped) {
            return;
        }
        if (!node.joined().isDone()) {
            LOG.log(
                    Level.WARNING,
                    "No transport works after {0} ms; the bus {1} serves this process alone until one does",
                    ALONE_AFTER_MILLIS,
                    node.bus().name());
        }
        Dictionary<String, Object> properties = properties();
        registrations.add(context.registerService(Bus.class, node.bus(), properties));
        registrations.add(context.registerService(Inspector.class, node.inspector(), properties));
        registrations.add(context.registerService(LinkControl.class, node.linkControl(), properties));
    }

    private Dictionary<String, Object> properties() {
        return FrameworkUtil.asDictionary(
                Map.of("bus", node.bus().name(), "unique.name", node.bus().uniqueName()));
    }

    /** A transport works: open a link over it. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addTransport(Transport transport, Map<String, Object> properties) {
        if (!allowed.isEmpty() && !allowed.contains(transport.name())) {
            return;
        }
        Object ranking = new HashMap<>(properties).get(Constants.SERVICE_RANKING);
        try {
            node.add(transport, ranking instanceof Integer number ? number : 0);
            if (transport.name().equals(preferred)) {
                node.linkControl().prefer(preferred);
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "The transport " + transport.name() + " cannot be used: " + e.getMessage());
        }
    }

    void removeTransport(Transport transport) {
        node.remove(transport);
    }

    /** Leaves the bus. */
    @Deactivate
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        registered.cancel(false);
        for (ServiceRegistration<?> registration : registrations) {
            try {
                registration.unregister();
            } catch (IllegalStateException e) {
                LOG.log(Level.DEBUG, "Unregistered by the framework already", e);
            }
        }
        node.close();
    }
}
