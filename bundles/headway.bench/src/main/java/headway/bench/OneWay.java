package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * As many messages as go through, from one process to others. The rate is what each receiver gets in the measured time; that
 * nothing was lost, doubled or changed places is checked from the first message to the last.
 *
 * @param payload bytes of each message
 */
record OneWay(String name, String description, Side side, int payload, int receivers) implements Staged {

    static final String SEND = "send";
    static final String RECEIVE = "receive-";
    private static final int TURN = 64;
    private static final long ARRIVAL_NANOS = 20_000_000_000L;
    private static final long AFTERMATH_MILLIS = 50;

    @Override
    public String obstacle(Plan plan) {
        return side.obstacle(plan);
    }

    @Override
    public List<String> command(Plan plan, String part, Path meeting) {
        return side.command(plan, this, part, meeting, Load.flatOut(payload, receivers));
    }

    @Override
    public Role play(String part, Path meeting) throws IOException, InterruptedException {
        if (!part.equals(SEND)) {
            Tally tally = new Tally();
            int index = Integer.parseInt(part.substring(RECEIVE.length()));
            return new Receiving(side.receive(meeting, index, payload, tally), tally);
        }
        Sender sender = side.send(meeting, receivers, payload);
        int turn = Math.max(TURN, sender.together());
        return Loop.counting(
                done -> {
                    for (int i = 1; i <= turn; i++) {
                        sender.send(done + i);
                    }
                    return turn;
                },
                sender);
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                Children children = new Children(meeting)) {
            side.prepare(plan, children);
            List<Child> receiving = receivers(plan, this, children, receivers);
            Child sending = children.play(plan, this, SEND);
            Thread.sleep(plan.warmUp(receivers + 1).toMillis());
            List<Mark> from = children.marks();
            Thread.sleep(plan.measured().toMillis());
            List<Mark> to = children.marks();
            awaitAll(name, receiving, sending.stop().count());
            return figures(from, to);
        }
    }

    /** Starts so many receivers. */
    static List<Child> receivers(Plan plan, Staged workload, Children children, int number)
            throws IOException, InterruptedException {
        List<Child> receiving = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            receiving.add(children.play(plan, workload, RECEIVE + i));
        }
        return receiving;
    }

    /** Waits until all receivers have got all that was sent; fails if one never does, or gets more. */
    static void awaitAll(String name, List<Child> receivers, long sent) throws IOException, InterruptedException {
        long until = System.nanoTime() + ARRIVAL_NANOS;
        for (Child receiver : receivers) {
            while (receiver.mark().count() < sent && System.nanoTime() < until) {
                Thread.sleep(1);
            }
        }
        Thread.sleep(AFTERMATH_MILLIS);
        for (Child receiver : receivers) {
            long got = receiver.mark().count();
            if (got != sent) {
                throw new IOException(name + ": a receiver got " + got + " of " + sent + " messages");
            }
        }
    }

    /** Marks of the receivers, then of the sender. */
    private Map<Metric, Double> figures(List<Mark> from, List<Mark> to) throws IOException {
        double rate = 0;
        double messages = 0;
        double allocated = 0;
        for (int i = 0; i < receivers; i++) {
            rate += to.get(i).rateSince(from.get(i)) / receivers;
            messages += (double) to.get(i).countSince(from.get(i)) / receivers;
            allocated += to.get(i).allocatedEachSince(from.get(i)) / receivers;
        }
        if (messages == 0) {
            throw new IOException(name + ": nothing arrived");
        }
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.RATE, rate);
        figures.put(Metric.CPU, Children.cpuNanos(from, to) / 1e3 / messages);
        if (to.get(0).bytes() > 0) {
            figures.put(Metric.WIRE_BYTES, to.get(0).bytesEachSince(from.get(0)));
        }
        if (to.get(0).allocated() > 0) {
            figures.put(Metric.SENT_BYTES, to.get(receivers).allocatedEachSince(from.get(receivers)));
            figures.put(Metric.RECEIVED_BYTES, allocated);
        }
        return figures;
    }
}
