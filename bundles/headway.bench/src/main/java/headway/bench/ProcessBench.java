package headway.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import joptsimple.OptionException;
import joptsimple.OptionParser;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;

/**
 * Measures all workloads in turn, round after round, prints a table and what became of our promises.
 *
 * <p>Exit code 0: it was measured, whatever came out; 1: it could not be, or a message was lost; 2: wrong usage.
 */
public final class ProcessBench {

    private static final String INTRODUCTION = """
            Measures Headway between processes, beside its peers, and prints a table and our promises.

              headway.bench/run --out DIR                    everything, an hour and a half, as a page with pictures
              headway.bench/run --quick                      that it works, some 20 minutes
              headway.bench/run --only loopback-64,netlink-*    some workloads
              headway.bench/run --csv FILE                   also every round, for programs
              headway.bench/run swap                         links swapped under load
              headway.bench/run regression                   whether something has become grossly slower
            """;

    private ProcessBench() {}

    /** See {@code --help}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws IOException, InterruptedException {
        OptionParser parser = new OptionParser();
        parser.accepts("quick", "two short rounds: shows that it works, not how fast it is");
        OptionSpec<String> only = parser.accepts("only", "names of workloads, with commas")
                .withRequiredArg()
                .withValuesSeparatedBy(',');
        OptionSpec<Integer> rounds =
                parser.accepts("rounds", "how often").withRequiredArg().ofType(Integer.class);
        OptionSpec<Integer> cpus = parser.accepts(
                        "cpus", "numbers of CPUs, with commas: processes run on them in turn, each on one")
                .withRequiredArg()
                .withValuesSeparatedBy(',')
                .ofType(Integer.class);
        OptionSpec<Double> warmUp = parser.accepts(
                        "warm-up", "seconds that two processes run before they are measured; more take longer")
                .withRequiredArg()
                .ofType(Double.class);
        OptionSpec<Double> measured = parser.accepts("measure", "seconds that each workload is measured")
                .withRequiredArg()
                .ofType(Double.class);
        OptionSpec<String> csv =
                parser.accepts("csv", "a file for every figure and verdict").withRequiredArg();
        OptionSpec<String> out = parser.accepts(
                        "out", "a directory for report.html and figures.csv; without --only also swaps under load")
                .withRequiredArg();
        OptionSpec<String> flags = parser.accepts(
                        "jvm", "flags of the measured JVMs, instead of " + String.join(" ", Plan.USUAL_FLAGS))
                .withRequiredArg();
        OptionSpec<?> help = parser.accepts("help", "this text").forHelp();
        OptionSet options;
        Plan plan;
        List<Workload> chosen;
        try {
            options = parser.parse(args);
            if (!options.nonOptionArguments().isEmpty()) {
                throw new IllegalArgumentException(options.nonOptionArguments() + " says nothing");
            }
            plan = (options.has("quick") ? Plan.QUICK : Plan.FULL).withDistro(distro());
            if (options.has(rounds)) {
                plan = plan.withRounds(Math.max(1, options.valueOf(rounds)));
            }
            if (options.has(warmUp)) {
                plan = plan.withWarmUp(seconds(options.valueOf(warmUp)));
            }
            if (options.has(measured)) {
                plan = plan.withMeasured(seconds(options.valueOf(measured)));
            }
            if (options.has(cpus)) {
                plan = plan.withCpus(options.valuesOf(cpus));
            }
            if (options.has(flags)) {
                plan = plan.withFlags(List.of(options.valueOf(flags).split(" +", -1)));
            }
            chosen = options.has(only)
                    ? options.valuesOf(only).stream()
                            .flatMap(name -> Workloads.matching(name).stream())
                            .distinct()
                            .toList()
                    : Workloads.ALL;
        } catch (OptionException | IllegalArgumentException e) {
            System.err.println("headway.bench: " + e.getMessage() + "; try --help");
            return 2;
        }
        if (options.has(help)) {
            System.out.println(INTRODUCTION);
            parser.printHelpOn(System.out);
            System.out.println();
            Workloads.ALL.forEach(
                    workload -> System.out.printf("  %-18s %s%n", workload.name(), workload.description()));
            return 0;
        }
        try {
            Report report = measure(plan, chosen);
            System.out.println();
            System.out.println(report.table());
            System.out.print(report.verdicts());
            if (options.has(csv)) {
                Files.writeString(Path.of(options.valueOf(csv)), report.csv());
            }
            if (options.has(out)) {
                Path directory = Files.createDirectories(Path.of(options.valueOf(out)));
                SwapReport swaps = options.has(only) ? null : SwapBench.usual(plan, options.has("quick"));
                Files.writeString(directory.resolve("figures.csv"), report.csv());
                Files.writeString(directory.resolve("report.html"), new Html(report, swaps).page());
                System.out.println("report     " + directory.resolve("report.html"));
            }
            return 0;
        } catch (IOException e) {
            System.err.println("headway.bench: " + e.getMessage());
            return 1;
        }
    }

    private static Duration seconds(double number) {
        if (!(number > 0 && number <= 600)) {
            throw new IllegalArgumentException(number + " s is not between 0 and 600 s");
        }
        return Duration.ofMillis(Math.round(number * 1000));
    }

    /** Takes all rounds: the first of each workload, then the second of each, and so on. */
    static Report measure(Plan plan, List<Workload> chosen) throws IOException, InterruptedException {
        Map<String, String> machine = Machine.describe(plan);
        List<Workload> possible = new ArrayList<>();
        for (Workload workload : chosen) {
            String obstacle = workload.obstacle(plan);
            if (obstacle == null) {
                possible.add(workload);
            } else {
                System.err.println(workload.name() + " is left out: " + obstacle);
            }
        }
        Results results = new Results();
        Report report = new Report(machine, possible, results);
        System.out.print(report.heading());
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Workload workload : possible) {
                System.err.printf("round %d of %d: %s%n", round, plan.rounds(), workload.name());
                results.add(workload, workload.measure(plan));
            }
        }
        return report;
    }

    /** The head unit beside this bundle's build, or null. */
    private static Path distro() {
        try {
            Path here = Path.of(ProcessBench.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path above = here; above != null; above = above.getParent()) {
                if (Files.isExecutable(above.resolve("distro/headway"))) {
                    return above.resolve("distro");
                }
            }
        } catch (URISyntaxException e) {
            // Not a file, so there is nothing beside it.
        }
        return null;
    }
}
