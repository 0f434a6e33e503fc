package headway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import joptsimple.OptionException;
import joptsimple.OptionParser;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;

/**
 * Swaps links under load and asks the receivers what they have seen; then measures what sessions cost beside bare links.
 *
 * <p>Exit code 0: it was measured, and nothing was lost, duplicated or reordered; 1: something was, or it could not be
 * measured; 2: wrong usage.
 */
public final class SwapBench {

    private static final String INTRODUCTION = """
            One process publishes at a steady rate to several others while the links between them are swapped: first planned, by
            asking for the other transport, then unplanned, by closing the links under the sessions. Prints what the receivers
            have counted, how long the pauses were that they saw, beside those without a swap, and what became of our promises.

              headway.bench/run swap                             1,000 swaps of each kind, some 6 minutes
              headway.bench/run swap --quick                     that it works, a minute
              headway.bench/run swap --csv FILE --pictures DIR   also for programs, and as SVG
            """;

    private static final int RATE = 100_000;
    private static final int RECEIVERS = 8;
    private static final int PAYLOAD = 64;
    private static final int SWAPS = 1000;
    private static final int QUICK_SWAPS = 40;
    private static final int WINDOW_MILLIS = 50;
    private static final int TICK_MICROS = 500;
    private static final int COST_ROUNDS = 5;

    private SwapBench() {}

    /** See {@code --help}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws IOException, InterruptedException {
        OptionParser parser = new OptionParser();
        parser.accepts("quick", "few swaps, one short round of the rest: shows that it works, not how well");
        OptionSpec<String> over = parser.accepts("over", "names of the transports, with commas")
                .withRequiredArg()
                .withValuesSeparatedBy(',')
                .defaultsTo("netlink", "loopback");
        OptionSpec<Integer> rate = number(parser, "rate", "messages published a second", RATE);
        OptionSpec<Integer> receivers = number(parser, "receivers", "processes that get all of them", RECEIVERS);
        OptionSpec<Integer> payload = number(parser, "payload", "bytes of each message", PAYLOAD);
        OptionSpec<Integer> swaps = number(parser, "swaps", "how many of each kind", SWAPS);
        OptionSpec<Integer> window =
                number(parser, "window", "milliseconds; every other window has a swap", WINDOW_MILLIS);
        OptionSpec<Integer> tick = number(parser, "tick", "microseconds between looks at what is due", TICK_MICROS);
        OptionSpec<String> only = parser.accepts("only", "planned, unplanned, cost; with commas")
                .withRequiredArg()
                .withValuesSeparatedBy(',')
                .defaultsTo("planned", "unplanned", "cost");
        OptionSpec<String> csv =
                parser.accepts("csv", "a file for every figure").withRequiredArg();
        OptionSpec<String> pictures =
                parser.accepts("pictures", "a directory for pictures, as SVG").withRequiredArg();
        OptionSpec<?> help = parser.accepts("help", "this text").forHelp();
        OptionSet options;
        Plan plan;
        SwapLoad load;
        int count;
        try {
            options = parser.parse(args);
            if (!options.nonOptionArguments().isEmpty()) {
                throw new IllegalArgumentException(options.nonOptionArguments() + " says nothing");
            }
            boolean quick = options.has("quick");
            plan = quick ? Plan.QUICK.withRounds(1) : Plan.FULL.withRounds(COST_ROUNDS);
            load = new SwapLoad(
                    options.valuesOf(over).stream().map(SwapBench::medium).toList(),
                    options.valueOf(rate),
                    options.valueOf(payload),
                    options.valueOf(receivers),
                    options.valueOf(window) * 1_000_000L,
                    options.valueOf(tick) * 1000L);
            count = quick && !options.has(swaps) ? QUICK_SWAPS : options.valueOf(swaps);
        } catch (OptionException | IllegalArgumentException e) {
            System.err.println("headway.bench: " + e.getMessage() + "; try --help");
            return 2;
        }
        if (options.has(help)) {
            System.out.println(INTRODUCTION);
            parser.printHelpOn(System.out);
            return 0;
        }
        try {
            SwapReport report = measure(plan, load, count, options.valuesOf(only));
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
        } catch (IOException e) {
            System.err.println("headway.bench: " + e.getMessage());
            return 1;
        }
    }

    private static OptionSpec<Integer> number(OptionParser parser, String name, String what, int usual) {
        return parser.accepts(name, what)
                .withRequiredArg()
                .ofType(Integer.class)
                .defaultsTo(usual);
    }

    private static Medium medium(String name) {
        Medium medium = Medium.valueOf(name.toUpperCase(Locale.ROOT));
        String obstacle = medium.obstacle();
        if (obstacle != null) {
            throw new IllegalArgumentException(name + " cannot be used here: " + obstacle);
        }
        return medium;
    }

    /** Some swaps as they are measured when nothing else is asked for, without what sessions cost. */
    static SwapReport usual(Plan plan, boolean quick) throws IOException, InterruptedException {
        SwapLoad load = new SwapLoad(
                List.of(Medium.NETLINK, Medium.LOOPBACK),
                RATE,
                PAYLOAD,
                RECEIVERS,
                WINDOW_MILLIS * 1_000_000L,
                TICK_MICROS * 1000L);
        return measure(plan, load, quick ? QUICK_SWAPS : SWAPS, List.of("planned", "unplanned"));
    }

    /** Measures what was asked for: {@code planned}, {@code unplanned}, {@code cost}. */
    static SwapReport measure(Plan plan, SwapLoad load, int swaps, List<String> what)
            throws IOException, InterruptedException {
        Map<String, String> machine = Machine.describe(plan);
        List<SwapRun> runs = new ArrayList<>();
        for (String kind : List.of("planned", "unplanned")) {
            if (what.contains(kind)) {
                System.err.println(swaps + " " + kind + " swaps");
                runs.add(SwapRun.measure(plan, load, kind.equals("planned"), swaps));
            }
        }
        Results cost = new Results();
        for (int round = 1; what.contains("cost") && round <= plan.rounds(); round++) {
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
