package headway.shell;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Outcome;
import headway.bus.Target;
import headway.bus.dto.Inspector;
import headway.bus.dto.LinkControl;
import headway.bus.dto.NodeView;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands of the Gogo shell, scope {@code headway}; each returns data for the next one to work on. */
@Component(
        service = GogoCommands.class,
        property = {
            "osgi.command.scope=headway",
            "osgi.command.function=node",
            "osgi.command.function=links",
            "osgi.command.function=reach",
            "osgi.command.function=status",
            "osgi.command.function=swap",
            "osgi.command.function=publish",
            "osgi.command.function=call"
        })
public final class GogoCommands {

    private final BundleContext context;
    private final Operations operations;
    private final LinkControl links;

    @Activate
    public GogoCommands(
            BundleContext context, @Reference Bus bus, @Reference Inspector inspector, @Reference LinkControl links) {
        this.context = context;
        operations = new Operations(bus, inspector);
        this.links = links;
    }

    /** This node as it sees itself. */
    public NodeView node() {
        return operations.here();
    }

    /** Who is reached from here over which transport. */
    public List<Map<String, Object>> reach() {
        NodeView here = operations.here();
        return Reach.of(List.of(Json.fields(here)), here.names(), "");
    }

    /** Each transport of this container: its link and who is reached over it, or why there is none. */
    public List<Map<String, Object>> links() {
        return Links.of(context, operations.here());
    }

    /** Every node of the bus as it sees itself. */
    public List<Map<String, Object>> status() throws InterruptedException {
        return operations.status();
    }

    /** Has this node prefer a transport, whatever its rank; without a name the rank decides again. */
    public boolean swap(String... transport) {
        return links.prefer(transport.length == 0 ? "" : transport[0]);
    }

    /** Publishes a JSON object. */
    public Outcome publish(String topic, String json) {
        return operations.publish(topic, json);
    }

    /** Calls a method; arguments as for {@code headway call}. */
    public List<Object> call(String name, String path, String interfaceName, String member, String... arguments)
            throws CallException, InterruptedException {
        List<String> words = List.of(arguments);
        return Values.plain(operations.call(
                new Target(name, path, interfaceName),
                Bus.DEFAULT_DEADLINE,
                member,
                words.isEmpty() ? "" : words.get(0),
                words.isEmpty() ? words : words.subList(1, words.size())));
    }
}
