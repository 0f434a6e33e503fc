package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Typed events in one JVM: one publisher, eight handlers; an event counts when all handlers have had it. */
record InJvm(String name, EventService service) implements Staged {

    private static final String RUN = "run";
    private static final int HANDLERS = 8;

    /** Fewer than a handler's queue holds with the usual settings, so nothing is given up. */
    private static final int TURN = 2_000;

    @Override
    public String description() {
        return service.title() + " typed events, 1 publisher, " + HANDLERS + " handlers";
    }

    @Override
    public Role play(String part, Path meeting) throws IOException, InterruptedException {
        EventJvm jvm = EventJvm.start(service, meeting.resolve("storage"), HANDLERS);
        return Loop.counting(
                done -> {
                    jvm.publish(TURN);
                    return TURN;
                },
                jvm);
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                Children children = new Children(meeting)) {
            Child child = children.play(plan, this, RUN);
            Thread.sleep(plan.warmUp().toMillis());
            List<Mark> from = children.marks();
            Thread.sleep(plan.measured().toMillis());
            List<Mark> to = children.marks();
            child.stop();
            long events = to.get(0).countSince(from.get(0));
            if (events == 0) {
                throw new IOException(name + ": fewer than " + TURN + " events");
            }
            return Map.of(
                    Metric.RATE, to.get(0).rateSince(from.get(0)),
                    Metric.CPU, Children.cpuNanos(from, to) / 1e3 / events,
                    Metric.SENT_BYTES, to.get(0).allocatedEachSince(from.get(0)));
        }
    }
}
