package headway.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A minute's look whether something has become grossly slower: ratios against the floor in C of the same run, beside those that
 * were measured when it was good.
 *
 * <p>Exit code 0: it has not; 1: a ratio is worse than half as good, in each of two tries; 3: there is no floor here, because there
 * is no compiler.
 */
public final class Regression {

    private static final int TRIES = 2;
    private static final double GROSS = 2;

    /** Short, for machines are noisy whatever one does, and only much worse counts. */
    private static final Plan PLAN =
            new Plan(Duration.ofSeconds(2), Duration.ofMillis(800), 2, Plan.USUAL_FLAGS, null, List.of());

    /**
     * One ratio.
     *
     * @param committed what it was when it was good
     */
    private record Ratio(String ours, String floor, Metric metric, double committed) {

        OptionalDouble of(Results results) {
            OptionalDouble a = results.median(ours, metric);
            OptionalDouble b = results.median(floor, metric);
            return a.isPresent() && b.isPresent()
                    ? OptionalDouble.of(a.getAsDouble() / b.getAsDouble())
                    : OptionalDouble.empty();
        }

        boolean isGross(double ratio) {
            return metric == Metric.RATE ? ratio * GROSS < committed : ratio > committed * GROSS;
        }

        String line(double ratio) {
            return String.format(
                    Locale.ROOT,
                    "%-18s %-7s %6.2f x %-18s committed %.2f%s",
                    ours,
                    metric.heading(),
                    ratio,
                    floor,
                    committed,
                    isGross(ratio) ? "  WORSE THAN HALF AS GOOD" : "");
        }
    }

    private static final List<Ratio> RATIOS = List.of(
            new Ratio("loopback-64", "seqpacket-64", Metric.RATE, 5),
            new Ratio("netlink-64", "seqpacket-64", Metric.RATE, 6),
            new Ratio("loopback-64", "seqpacket-64", Metric.CPU, 0.25),
            new Ratio("netlink-64", "seqpacket-64", Metric.CPU, 0.2),
            new Ratio("loopback-call-64", "seqpacket-call-64", Metric.P50, 2),
            new Ratio("netlink-call-64", "seqpacket-call-64", Metric.P50, 1.7));

    private Regression() {}

    /** No arguments. */
    public static void main(String[] args) throws IOException, InterruptedException {
        String obstacle = Workloads.named("seqpacket-64").obstacle(PLAN);
        if (obstacle != null) {
            System.err.println("headway.bench: " + obstacle);
            System.exit(3);
        }
        List<Ratio> left = RATIOS;
        for (int i = 0; i < TRIES && !left.isEmpty(); i++) {
            left = worse(left);
        }
        System.exit(left.isEmpty() ? 0 : 1);
    }

    private static List<Ratio> worse(List<Ratio> ratios) throws IOException, InterruptedException {
        List<Workload> workloads = ratios.stream()
                .flatMap(ratio -> Stream.of(ratio.floor, ratio.ours))
                .distinct()
                .map(Workloads::named)
                .toList();
        Results results = ProcessBench.measure(PLAN, workloads).results();
        List<Ratio> worse = new ArrayList<>();
        for (Ratio ratio : ratios) {
            double measured = ratio.of(results).orElseThrow();
            System.out.println(ratio.line(measured));
            if (ratio.isGross(measured)) {
                worse.add(ratio);
            }
        }
        return worse;
    }
}
