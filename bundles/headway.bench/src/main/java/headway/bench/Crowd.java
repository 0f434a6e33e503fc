package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A bus for D-Bus programs on which there are many names, and ten times as many match rules; and what one more program notices
 * of them.
 *
 * @param asks whether that program asks who owns a name, again and again; else it sends signals that all the rules could be about
 *     and none is
 */
record Crowd(String name, DbusBus bus, boolean asks, int names) implements Staged {

    static final int RULES_A_NAME = 10;

    private static final CProgram PROGRAM = new CProgram("names", true);

    @Override
    public String description() {
        String crowd = String.format("%,d names and %,d match rules", names, names * RULES_A_NAME);
        return bus.label() + ", " + (asks ? "GetNameOwner among " : "signals for nobody, past ") + crowd;
    }

    @Override
    public String obstacle(Plan plan) {
        return PROGRAM.obstacle() != null ? PROGRAM.obstacle() : bus.obstacle(plan);
    }

    @Override
    public List<String> command(Plan plan, String part, Path meeting) {
        return List.of(PROGRAM.in(meeting).toString(), part, meeting.toString(), Integer.toString(names));
    }

    @Override
    public Role play(String part, Path meeting) {
        throw ForeignSide.elsewhere();
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                Children children = new Children(meeting)) {
            PROGRAM.compile(meeting.directory());
            bus.start(plan, children);
            Child client = children.play(plan, this, asks ? "look-up" : "signal");
            Span span = children.measure(plan);
            client.stop();
            if (asks) {
                return RoundTrip.figures(name, span, 0);
            }
            if (span.count(0) == 0) {
                throw new IOException(name + ": no signal was taken");
            }
            Map<Metric, Double> figures = new EnumMap<>(Metric.class);
            figures.put(Metric.RATE, span.rate(0));
            figures.put(Metric.CPU, span.cpuSecondsPerMillion(0));
            return figures;
        }
    }
}
