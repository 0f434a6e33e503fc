package headway.bench;

import headway.core.RunningNode;
import java.io.IOException;
import java.util.Map;

/** The memory of a node that has joined a bus with one other node and then had nothing to do for three seconds. */
record AtRest(String name, Launch launch) implements Workload {

    private static final long REST_MILLIS = 3000;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    @Override
    public String description() {
        return "memory at rest, " + launch.description();
    }

    @Override
    public String obstacle(Plan plan) {
        return launch.obstacle(plan);
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                RunningNode other = HeadwaySide.join(meeting.directory());
                Child child = launch.rest(plan, meeting.directory())) {
            long until = System.nanoTime() + PATIENCE_NANOS;
            while (other.inspector().view().peers().stream()
                    .noneMatch(peer -> peer.state().equals("LIVE"))) {
                if (System.nanoTime() > until) {
                    throw new IOException(name + ": the node did not join");
                }
                Thread.sleep(10);
            }
            Thread.sleep(REST_MILLIS);
            return Map.of(
                    Metric.RSS, Proc.kilobytes(child.pid(), "status", "VmRSS") / 1024.0,
                    Metric.PSS, Proc.kilobytes(child.pid(), "smaps_rollup", "Pss") / 1024.0);
        }
    }
}
