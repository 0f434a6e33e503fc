package headway.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What the session layer costs: the same over a bare link and over sessions, in the same run.
 *
 * @param bare the workload over a link without sessions
 * @param session the same over the bus
 * @param metric by what they are compared
 */
record SessionCost(String description, String bare, String session, Metric metric) {

    static final List<SessionCost> ALL = List.of(
            new SessionCost(
                    "throughput of 64 B messages lost to sessions", "link-64", "loopback-64-direct", Metric.RATE),
            new SessionCost(
                    "throughput of 32 KiB messages lost to sessions", "link-32k", "loopback-32k-direct", Metric.RATE),
            new SessionCost("round trip of 64 B added by sessions", "link-call-64", "loopback-call-64", Metric.P50));

    /** All that must be measured for it. */
    static List<Workload> workloads() {
        return ALL.stream()
                .flatMap(cost -> Stream.of(cost.bare, cost.session))
                .map(Workloads::named)
                .toList();
    }

    /** The share of the bare link's figure that is lost, or added; below 0 where sessions are better. */
    OptionalDouble of(Results results) {
        OptionalDouble link = results.median(bare, metric);
        OptionalDouble bus = results.median(session, metric);
        if (link.isEmpty() || bus.isEmpty()) {
            return OptionalDouble.empty();
        }
        double ratio = bus.getAsDouble() / link.getAsDouble();
        return OptionalDouble.of(metric == Metric.RATE ? 1 - ratio : ratio - 1);
    }
}
