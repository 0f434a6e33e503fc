package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One call after the other between two processes: the caller waits for each reply before it makes the next call.
 *
 * @param payload bytes of each call and of each reply
 */
record RoundTrip(String name, String description, Side side, int payload) implements Staged {

    static final String CALL = "call";
    static final String ANSWER = "answer";

    @Override
    public String obstacle(Plan plan) {
        return side.obstacle(plan);
    }

    @Override
    public List<String> command(Plan plan, String part, Path meeting) {
        return side.command(plan, this, part, meeting, Load.flatOut(payload, 1));
    }

    @Override
    public Role play(String part, Path meeting) throws IOException, InterruptedException {
        if (!part.equals(CALL)) {
            return new Answering(side.serve(meeting, payload));
        }
        Caller caller = side.call(meeting, payload);
        // Some sides connect only when there is something to send.
        caller.call();
        return Loop.timing(
                done -> {
                    caller.call();
                    return 1;
                },
                caller);
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                Children children = new Children(meeting)) {
            side.prepare(plan, children);
            children.play(plan, this, ANSWER);
            Child calling = children.play(plan, this, CALL);
            Span span = children.measure(plan);
            calling.stop();
            return figures(name, span, 1);
        }
    }

    /** Of the process that called. */
    static Map<Metric, Double> figures(String name, Span span, int caller) throws IOException {
        if (span.count(caller) == 0) {
            throw new IOException(name + ": no call was answered");
        }
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.RATE, span.rate(caller));
        figures.put(Metric.CPU, span.cpuSecondsPerMillion(caller));
        Metric.PERCENTILES.forEach(metric -> figures.put(metric, span.micros(caller, metric)));
        return figures;
    }
}
