package headway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;

/**
 * Swaps links under load and asks the receivers what they have seen; then measures what sessions cost beside bare links. A message
 * that is duplicated or reordered makes the exit code 1, as one that is lost does.
 */
public final class SwapBench extends Command {

    private static final String PLANNED = "planned";
    private static final String UNPLANNED = "unplanned";
    private static final String COST = "cost";
    private static final int SWAPS = 1000;
    private static final int QUICK_SWAPS = 40;
    private static final int COST_ROUNDS = 5;
    private static final SwapLoad USUAL =
            new SwapLoad(List.of(Medium.NETLINK, Medium.LOOPBACK), 100_000, 64, 8, 50_000_000, 500_000);

    private final OptionSpec<?> quick =
            parser.accepts("quick", "few swaps, one short round of the rest: shows that it works, not how well");
    private final OptionSpec<String> over = parser.accepts("over", "names of the transports, with commas")
            .withRequiredArg()
            .withValuesSeparatedBy(',')
            .defaultsTo("netlink", "loopback");
    private final OptionSpec<Integer> rate = number("rate", "messages published a second", USUAL.rate());
    private final OptionSpec<Integer> receivers =
            number("receivers", "processes that get all of them", USUAL.receivers());
    private final OptionSpec<Integer> payload = number("payload", "bytes of each message", USUAL.payload());
    private final OptionSpec<Integer> swaps = number("swaps", "how many of each kind", SWAPS);
    private final OptionSpec<Integer> window =
            number("window", "milliseconds; every other window has a swap", (int) (USUAL.windowNanos() / 1_000_000));
    private final OptionSpec<Integer> tick =
            number("tick", "microseconds between looks at what is due", (int) (USUAL.tickNanos() / 1000));
    private final OptionSpec<Integer> rounds = number("rounds", "how often the costs are measured", COST_ROUNDS);
    private final OptionSpec<String> only = parser.accepts("only", "planned, unplanned, cost; with commas")
            .withRequiredArg()
            .withValuesSeparatedBy(',')
            .defaultsTo(PLANNED, UNPLANNED, COST);
    private final OptionSpec<String> csv =
            parser.accepts("csv", "a file for every figure").withRequiredArg();
    private final OptionSpec<String> pictures =
            parser.accepts("pictures", "a directory for pictures, as SVG").withRequiredArg();

    private SwapBench() {}

    private OptionSpec<Integer> number(String name, String what, int usual) {
        return parser.accepts(name, what)
                .withRequiredArg()
                .ofType(Integer.class)
                .defaultsTo(usual);
    }

    /** See {@code --help}. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(new SwapBench().run(args));
    }

    @Override
    String introduction() {
        return """
            One process publishes at a steady rate to several others while the links between them are swapped: first planned, by
            asking for the other transport, then unplanned, by closing the links under the sessions. Prints what the receivers
            have counted, how long the pauses were that they saw, beside those without a swap, and what became of our promises.

              distro/headway bench swap                             1,000 swaps of each kind, some 6 minutes
              distro/headway bench swap --quick                     that it works, a minute
              distro/headway bench swap --only cost --rounds 1      what sessions cost, once: a minute on a quiet machine
              distro/headway bench swap --csv FILE --pictures DIR   also for programs, and as SVG
            """;
    }

    @Override
    Work understand(OptionSet options) {
        SwapLoad load = new SwapLoad(
                options.valuesOf(over).stream().map(SwapBench::medium).toList(),
                options.valueOf(rate),
                options.valueOf(payload),
                options.valueOf(receivers),
                options.valueOf(window) * 1_000_000L,
                options.valueOf(tick) * 1000L);
        int count = options.has(quick) && !options.has(swaps) ? QUICK_SWAPS : options.valueOf(swaps);
        if (count < 2) {
            throw new IllegalArgumentException("--swaps " + count + " is not 2 or more");
        }
        List<String> what = options.valuesOf(only);
        for (String each : what) {
            if (!List.of(PLANNED, UNPLANNED, COST).contains(each)) {
                throw new IllegalArgumentException("--only " + each + " is none of planned, unplanned, cost");
            }
        }
        int times = options.has(quick) && !options.has(rounds) ? 1 : options.valueOf(rounds);
        if (times < 1) {
            throw new IllegalArgumentException("--rounds " + times + " is not 1 or more");
        }
        Plan plan = (options.has(quick) ? Plan.QUICK : Plan.FULL).withRounds(times);
        return () -> measure(options, plan, load, count, what);
    }

    private static Medium medium(String name) {
        Medium medium = Stream.of(Medium.values())
                .filter(each -> each.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--over " + name + ": there is no such transport"));
        String obstacle = medium.obstacle();
        if (obstacle != null) {
            throw new IllegalArgumentException(name + " cannot be used here: " + obstacle);
        }
        return medium;
    }

    private int measure(OptionSet options, Plan plan, SwapLoad load, int count, List<String> what)
            throws IOException, InterruptedException {
        SwapReport report = measure(plan, load, count, what);
        System.out.print(report.heading());
        System.out.println();
        System.out.println(report.table());
        System.out.print(report.verdicts());
        if (options.has(csv)) {
            Files.writeString(Path.of(options.valueOf(csv)), report.csv());
        }
        if (options.has(pictures)) {
            paint(report, Path.of(options.valueOf(pictures)));
        }
        return report.runs().stream().allMatch(SwapRun::isPerfect) ? 0 : 1;
    }

    /** Some swaps as they are measured when nothing else is asked for, without what sessions cost. */
    static SwapReport usual(Plan plan, boolean quick) throws IOException, InterruptedException {
        return measure(plan, USUAL, quick ? QUICK_SWAPS : SWAPS, List.of(PLANNED, UNPLANNED));
    }

    /** Measures what was asked for: {@code planned}, {@code unplanned}, {@code cost}. */
    static SwapReport measure(Plan plan, SwapLoad load, int swaps, List<String> what)
            throws IOException, InterruptedException {
        Map<String, String> machine = Machine.describe(plan);
        List<SwapRun> runs = new ArrayList<>();
        for (String kind : List.of(PLANNED, UNPLANNED)) {
            if (what.contains(kind)) {
                System.err.println(swaps + " " + kind + " swaps");
                runs.add(SwapRun.measure(plan, load, kind.equals(PLANNED), swaps));
            }
        }
        Results cost = new Results();
        for (int round = 1; what.contains(COST) && round <= plan.rounds(); round++) {
            for (Workload workload : SessionCost.workloads()) {
                System.err.printf("round %d of %d: %s%n", round, plan.rounds(), workload.name());
                cost.add(workload, workload.measure(plan));
            }
        }
        return new SwapReport(machine, runs, cost);
    }

    private static void paint(SwapReport report, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (SwapRun run : report.runs()) {
            Files.writeString(directory.resolve("swap-" + run.name() + ".svg"), SwapReport.latency(run));
        }
        if (!report.runs().isEmpty()) {
            Files.writeString(directory.resolve("swap-pauses.svg"), report.pauses());
        }
    }
}
