package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Events in one JVM: one publisher, eight handlers; an event counts when all handlers have had it. */
record InJvm(String name, EventService service) implements Staged {

    private static final String RUN = "run";
    private static final int HANDLERS = 8;

    /** Fewer than a handler's queue holds with the usual settings, so nothing is given up. */
    private static final int TURN = 2_000;

    private static final int MOST_AGAIN = 50;

    @Override
    public String description() {
        return service.title() + ", 1 publisher, " + HANDLERS + " handlers";
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
            Span span = children.measure(plan);
            // On a busy machine a turn may take longer than what is measured is to take.
            for (int again = 0; span.count(0) == 0 && again < MOST_AGAIN; again++) {
                span = children.measure(plan);
            }
            child.stop();
            if (span.count(0) == 0) {
                throw new IOException(name + ": fewer than " + TURN + " events");
            }
            return Map.of(
                    Metric.RATE, span.rate(0),
                    Metric.CPU, span.cpuSecondsPerMillion(0),
                    Metric.SENT_BYTES, span.allocated(0));
        }
    }
}
