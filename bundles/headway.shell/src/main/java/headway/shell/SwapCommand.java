package headway.shell;

import headway.bus.Bus;
import headway.bus.dto.Inspector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import joptsimple.OptionSet;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code headway swap}: moves the traffic of all nodes to another transport while it goes on. */
@Component(
        service = ToIntBiFunction.class,
        property = {"headway.command=swap", "headway.summary=move the traffic of all nodes to another transport"})
public final class SwapCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    /** How long nodes may take to move. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final BundleContext context;

    @Activate
    public SwapCommand(BundleContext context) {
        this.context = context;
    }

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        Usage usage = new Usage("swap [TRANSPORT] [--json]", """
                Has every node of the bus prefer a transport to all others, whatever its rank; without one the rank decides
                again. Each node moves to it once the new link has answered; nothing is lost, doubled or reordered. Shows, for
                each pair of nodes, over which transport the first now reaches the second.

                  headway swap netlink

                Exit code 1 if a node does not have that transport, or some of its peers are not reached over it.""");
        OptionSet options = usage.parse(arguments, System.out);
        if (options == null) {
            return Exit.OK;
        }
        List<String> plain = Usage.plain(options, 0, 1, "the name of a transport, or nothing");
        String transport = plain.isEmpty() ? "" : plain.get(0);
        Bus bus = way.get();
        try {
            Operations operations = new Operations(bus, Patience.service(context, Inspector.class));
            Patience.until(() -> !operations.here().peers().isEmpty(), PATIENCE);
            Map<String, Object> asked = operations.prefer(transport);
            List<Map<String, Object>> ways = new ArrayList<>();
            Patience.until(
                    () -> {
                        ways.clear();
                        ways.addAll(ways(operations, bus));
                        return areOver(ways, transport);
                    },
                    PATIENCE);
            print(asked, ways, options.has("json"));
            boolean all = asked.values().stream().allMatch(Boolean.TRUE::equals) && areOver(ways, transport);
            return all ? Exit.OK : Exit.FAILED;
        } catch (InterruptedException told) {
            throw new CommandException(Exit.FAILED, "interrupted");
        }
    }

    private static List<Map<String, Object>> ways(Operations operations, Bus bus) {
        try {
            return Reach.of(operations.status(), bus.names(), bus.uniqueName());
        } catch (InterruptedException told) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static boolean areOver(List<Map<String, Object>> ways, String transport) {
        return transport.isEmpty() || ways.stream().allMatch(each -> transport.equals(each.get("transport")));
    }

    private static void print(Map<String, Object> asked, List<Map<String, Object>> ways, boolean json) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("nodes", asked);
            all.put("reach", ways);
            System.out.println(Json.write(all));
            return;
        }
        asked.forEach((node, result) -> {
            if (!Boolean.TRUE.equals(result)) {
                System.err.println(
                        "headway: " + node + (Boolean.FALSE.equals(result) ? " has no link over it" : ": " + result));
            }
        });
        Table table = new Table("FROM", "TO", "TRANSPORT", "SWITCHES");
        ways.forEach(each -> table.add(each.get("from"), each.get("to"), each.get("transport"), each.get("switches")));
        System.out.print(table);
    }
}
