package headway.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;

/** Measures all workloads in turn, round after round, prints a table and what became of our promises. */
public final class ProcessBench extends Command {

    private static final int MOST_SECONDS = 600;

    private final OptionSpec<?> quick =
            parser.accepts("quick", "two short rounds: shows that it works, not how fast it is");
    private final OptionSpec<String> only = parser.accepts("only", "names of workloads, with commas; * for anything")
            .withRequiredArg()
            .withValuesSeparatedBy(',');
    private final OptionSpec<Integer> rounds =
            parser.accepts("rounds", "how often").withRequiredArg().ofType(Integer.class);
    private final OptionSpec<Integer> cpus = parser.accepts(
                    "cpus", "numbers of CPUs, with commas: processes run on them in turn, each on one")
            .withRequiredArg()
            .withValuesSeparatedBy(',')
            .ofType(Integer.class);
    private final OptionSpec<Double> warmUp = parser.accepts(
                    "warm-up", "seconds that two processes run before they are measured; more take longer")
            .withRequiredArg()
            .ofType(Double.class);
    private final OptionSpec<Double> measured = parser.accepts("measure", "seconds that each workload is measured")
            .withRequiredArg()
            .ofType(Double.class);
    private final OptionSpec<String> csv =
            parser.accepts("csv", "a file for every figure and verdict").withRequiredArg();
    private final OptionSpec<String> out = parser.accepts(
                    "out", "a directory for report.html and figures.csv; without --only also swaps under load")
            .withRequiredArg();
    private final OptionSpec<String> flags = parser.accepts(
                    "jvm", "flags of the measured JVMs, instead of " + String.join(" ", Plan.USUAL_FLAGS))
            .withRequiredArg();

    ProcessBench() {}

    /** See {@code --help}. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(new ProcessBench().run(args));
    }

    @Override
    String introduction() {
        return """
            Measures Headway between processes, beside its peers, and prints a table and our promises.

              distro/headway bench --out DIR                 everything, two hours, as a page with pictures
              distro/headway bench --quick                   that it works, half an hour
              distro/headway bench --only 'loopback-64,netlink-*'    some workloads
              distro/headway bench --csv FILE                also every round, for programs
              distro/headway bench swap                      links swapped under load
              distro/headway bench regression                whether something has become grossly slower
            """;
    }

    @Override
    String more() {
        return Workloads.ALL.stream()
                .map(workload -> String.format("  %-28s %s%n", workload.name(), workload.description()))
                .collect(Collectors.joining("", System.lineSeparator(), ""));
    }

    @Override
    Work understand(OptionSet options) {
        Plan plan = plan(options);
        List<Workload> chosen = options.has(only)
                ? options.valuesOf(only).stream()
                        .flatMap(name -> Workloads.matching(name).stream())
                        .distinct()
                        .toList()
                : Workloads.ALL;
        return () -> measure(options, plan, chosen);
    }

    private Plan plan(OptionSet options) {
        Plan plan = (options.has(quick) ? Plan.QUICK : Plan.FULL).withDistro(distro());
        if (options.has(rounds)) {
            if (options.valueOf(rounds) < 1) {
                throw new IllegalArgumentException("--rounds " + options.valueOf(rounds) + " is not 1 or more");
            }
            plan = plan.withRounds(options.valueOf(rounds));
        }
        if (options.has(warmUp)) {
            plan = plan.withWarmUp(seconds(options.valueOf(warmUp)));
        }
        if (options.has(measured)) {
            plan = plan.withMeasured(seconds(options.valueOf(measured)));
        }
        if (options.has(cpus)) {
            for (int cpu : options.valuesOf(cpus)) {
                if (!Pinned.allowed().contains(cpu)) {
                    throw new IllegalArgumentException("--cpus " + cpu + " is none of " + Pinned.allowed());
                }
            }
            plan = plan.withCpus(options.valuesOf(cpus));
        }
        if (options.has(flags)) {
            plan = plan.withFlags(List.of(options.valueOf(flags).strip().split(" +", -1)));
        }
        return plan;
    }

    private int measure(OptionSet options, Plan plan, List<Workload> chosen) throws IOException, InterruptedException {
        List<Path> figures = new ArrayList<>();
        Path directory = null;
        if (options.has(csv)) {
            figures.add(Path.of(options.valueOf(csv)));
        }
        if (options.has(out)) {
            directory = Files.createDirectories(Path.of(options.valueOf(out)));
            figures.add(directory.resolve("figures.csv"));
        }
        for (Path file : figures) {
            // What cannot be written is better known now than in two hours.
            Files.writeString(file, "");
        }
        Report report = measure(plan, chosen);
        System.out.println();
        System.out.println(report.table());
        System.out.print(report.verdicts());
        for (Path file : figures) {
            Files.writeString(file, report.csv());
        }
        if (directory != null) {
            SwapReport swaps = options.has(only) ? null : SwapBench.usual(plan, options.has(quick));
            Path page = directory.resolve("report.html");
            Files.writeString(page, new Html(report, swaps).page());
            System.out.println("report     " + page);
        }
        return report.results().failures().isEmpty() ? 0 : 1;
    }

    private static Duration seconds(double number) {
        if (!(number > 0 && number <= MOST_SECONDS)) {
            throw new IllegalArgumentException(number + " s is not between 0 and " + MOST_SECONDS + " s");
        }
        return Duration.ofMillis(Math.round(number * 1000));
    }

    /**
     * Takes all rounds: the first of each workload, then the second of each, and so on. What fails once is not tried again, and
     * does not keep the others from being measured.
     */
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
                if (!results.failures().containsKey(workload.name())) {
                    System.err.printf("round %d of %d: %s%n", round, plan.rounds(), workload.name());
                    try {
                        results.add(workload, workload.measure(plan));
                    } catch (IOException e) {
                        results.fail(workload, e);
                        System.err.println("failed " + results.failures().get(workload.name()));
                    }
                }
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
