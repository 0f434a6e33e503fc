package headway.shell;

import headway.bus.Bus;
import headway.bus.dto.Inspector;
import headway.bus.dto.NodeView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import joptsimple.OptionSet;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code headway status}: every node of the bus, the names and who owns them. */
@Component(
        service = ToIntBiFunction.class,
        property = {"headway.command=status", "headway.summary=show every node of the bus"})
public final class StatusCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    /** For so long nothing new may have been heard before the picture is believed. */
    private static final Duration QUIET = Duration.ofMillis(150);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final BundleContext context;

    @Activate
    public StatusCommand(BundleContext context) {
        this.context = context;
    }

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        Usage usage = new Usage("status [--json]", """
                Joins the bus and shows every node on it, each as it sees itself: process, time on the bus, transport in use,
                messages published, delivered and lost, and what it subscribes to; then the names and their owners; who reaches
                whom over which transport, since when, and what is sent there and not acknowledged yet; the links of all nodes with
                what they have counted; and how each transport is in this process. The node marked * is this command itself.

                Exit code 1 if a node does not answer.""");
        OptionSet options = usage.parse(arguments, System.out);
        if (options == null) {
            return Exit.OK;
        }
        Usage.plain(options, 0, 0, "no arguments");
        Bus bus = way.get();
        try {
            Operations operations = new Operations(bus, Patience.service(context, Inspector.class));
            Patience.until(new Quiet(operations), PATIENCE);
            List<Map<String, Object>> nodes = operations.status();
            print(bus, nodes, Links.of(context, operations.here()), options.has("json"));
            return nodes.stream().anyMatch(node -> node.containsKey("problem")) ? Exit.FAILED : Exit.OK;
        } catch (InterruptedException told) {
            throw new CommandException(Exit.FAILED, "interrupted");
        }
    }

    /** Whether the peers have been the same, and none of them joining, for a while. */
    private static final class Quiet implements BooleanSupplier {
        private final Operations operations;
        private List<String> last;
        private long since;

        Quiet(Operations operations) {
            this.operations = operations;
        }

        @Override
        public boolean getAsBoolean() {
            NodeView here = operations.here();
            List<String> now = here.peers().stream()
                    .map(peer -> peer.uniqueName() + peer.state())
                    .toList();
            boolean joining =
                    here.peers().stream().anyMatch(peer -> peer.state().equals("JOINING"));
            if (joining || !now.equals(last)) {
                last = now;
                since = System.nanoTime();
            }
            return System.nanoTime() - since > QUIET.toNanos();
        }
    }

    private static void print(Bus bus, List<Map<String, Object>> nodes, List<Map<String, Object>> links, boolean json) {
        Map<String, String> names = bus.names();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("bus", bus.name());
            all.put("self", bus.uniqueName());
            all.put("names", names);
            all.put("nodes", nodes);
            all.put("reach", Reach.of(nodes, names, bus.uniqueName()));
            all.put("links", links);
            System.out.println(Json.write(all));
            return;
        }
        Table table = new Table("NODE", "PID", "UP", "TRANSPORT", "PUBLISHED", "DELIVERED", "LOST", "SUBSCRIPTIONS");
        for (Map<String, Object> node : nodes) {
            String name = node.get("uniqueName") + (bus.uniqueName().equals(node.get("uniqueName")) ? " *" : "");
            if (node.containsKey("problem")) {
                table.add(name, node.get("pid"), "", "", "", "", "", node.get("problem"));
            } else {
                table.add(
                        name,
                        node.get("pid"),
                        duration(((Number) node.get("uptimeMillis")).longValue()),
                        join(node.get("transports"), "transport"),
                        node.get("published"),
                        node.get("delivered"),
                        lost(node),
                        join(node.get("subscriptions"), "pattern"));
            }
        }
        System.out.print("bus " + bus.name() + "\n\n" + table);
        if (!names.isEmpty()) {
            Table owners = new Table("NAME", "OWNER");
            names.forEach(owners::add);
            System.out.print("\n" + owners);
        }
        List<Map<String, Object>> reach = Reach.of(nodes, names, bus.uniqueName());
        if (!reach.isEmpty()) {
            System.out.print("\n" + Reach.table(reach));
        }
        System.out.print("\nhere\n" + Links.table(links));
        for (Map<String, Object> node : nodes) {
            if (!bus.uniqueName().equals(node.get("uniqueName"))
                    && node.get("transports") instanceof Iterable<?> open) {
                System.out.print("\n" + node.get("uniqueName") + "\n" + Links.table(Links.open(open)));
            }
        }
    }

    /** Of nodes that were given up and are back nobody knows how much was missed. */
    private static String lost(Map<String, Object> node) {
        boolean uncounted = node.get("uncountedGaps") instanceof Number gaps && gaps.longValue() > 0;
        return node.get("lost") + (uncounted ? " + unknown" : "");
    }

    /** One field of each element, separated by commas. */
    private static String join(Object elements, String field) {
        StringBuilder text = new StringBuilder();
        for (Object element : (Iterable<?>) elements) {
            Object value =
                    element instanceof Record each ? Json.fields(each).get(field) : ((Map<?, ?>) element).get(field);
            text.append(text.length() == 0 ? "" : ",").append(value);
        }
        return text.toString();
    }

    static String duration(long millis) {
        Duration up = Duration.ofMillis(millis);
        if (up.toHours() > 0) {
            return up.toHours() + "h" + up.toMinutesPart() + "m";
        }
        return up.toMinutes() > 0 ? up.toMinutes() + "m" + up.toSecondsPart() + "s" : up.toSeconds() + "s";
    }
}
