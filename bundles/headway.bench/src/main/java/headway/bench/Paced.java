package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * One-way messages at a steady pace that every side can bear, and how late they come: what a bus costs when it is not full.
 *
 * @param payload bytes of each message
 * @param intervalNanos from one message to the next
 */
record Paced(String name, String description, Side side, int payload, int receivers, long intervalNanos)
        implements Staged {

    @Override
    public String obstacle(Plan plan) {
        return side.obstacle(plan);
    }

    @Override
    public List<String> command(Plan plan, String part, Path meeting) {
        return side.command(plan, this, part, meeting, new Load(payload, receivers, intervalNanos));
    }

    @Override
    public Role play(String part, Path meeting) throws IOException, InterruptedException {
        Credit credit = Credit.open(meeting);
        if (!part.equals(OneWay.SEND)) {
            int index = Integer.parseInt(part.substring(OneWay.RECEIVE.length()));
            Tally tally = new LatenessTally(number -> credit.begun() + (number - 1) * intervalNanos);
            return new Receiving(side.receive(meeting, index, payload, tally), tally);
        }
        Sender sender = side.send(meeting, receivers, payload);
        long begin = System.nanoTime();
        credit.begin(begin);
        return Loop.counting(
                done -> {
                    awaitUntil(begin + done * intervalNanos);
                    sender.send(done + 1);
                    return 1;
                },
                sender);
    }

    /** Sleeps until that moment; later ones of a sender that is late are sent at once. */
    static void awaitUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(Paced.class, left);
        }
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                Children children = new Children(meeting)) {
            Credit.create(meeting.directory());
            side.prepare(plan, children);
            List<Child> receiving = OneWay.receivers(plan, this, children, receivers);
            Child sending = children.play(plan, this, OneWay.SEND);
            Thread.sleep(plan.warmUp(receivers + 1).toMillis());
            List<Mark> from = children.marks();
            Thread.sleep(plan.measured().toMillis());
            List<Mark> to = children.marks();
            OneWay.awaitAll(name, receiving, sending.stop().count());
            return figures(from, to, receivers);
        }
    }

    /** Marks of the receivers, then of all others. Of times those of the receiver that was served worst. */
    static Map<Metric, Double> figures(List<Mark> from, List<Mark> to, int receivers) {
        long cpu = Children.cpuNanos(from, to);
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.RATE, to.get(0).rateSince(from.get(0)));
        figures.put(Metric.CPU, cpu / 1e3 / to.get(0).countSince(from.get(0)));
        figures.put(Metric.CORE, 100.0 * cpu / (to.get(0).nanos() - from.get(0).nanos()));
        for (Metric metric : Metric.PERCENTILES) {
            figures.put(
                    metric,
                    to.subList(0, receivers).stream()
                            .mapToDouble(mark -> mark.micros(metric))
                            .max()
                            .orElseThrow());
        }
        return figures;
    }
}
