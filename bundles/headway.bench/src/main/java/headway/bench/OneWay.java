package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

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
            int index = index(part);
            Tally tally = new Tally(progress(side, meeting, payload, index));
            return new Receiving(side.receive(meeting, index, payload, tally), tally);
        }
        Sender sender = sender(side, meeting, payload, receivers);
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
        return figures(span(plan, this, side, receivers));
    }

    /** Measures so many receivers, and then a sender; nothing may be lost. */
    static Span span(Plan plan, Staged workload, Side side, int receivers) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                Children children = new Children(meeting)) {
            Credit.create(meeting.directory());
            side.prepare(plan, children);
            List<Child> receiving = receivers(plan, workload, children, receivers);
            Child sending = children.play(plan, workload, SEND);
            Span span = children.measure(plan);
            awaitAll(workload.name(), receiving, sending.stop().count());
            return span;
        }
    }

    /** Which of the receivers a part is. */
    static int index(String part) {
        return Integer.parseInt(part.substring(RECEIVE.length()));
    }

    /** Who is told how far a receiver is. */
    static LongConsumer progress(Side side, Path meeting, int payload, int index) throws IOException {
        if (!side.needsCredit(payload)) {
            return number -> {};
        }
        Credit credit = Credit.open(meeting);
        return number -> credit.took(index, number);
    }

    /** The sender of a side. */
    static Sender sender(Side side, Path meeting, int payload, int receivers) throws IOException, InterruptedException {
        Sender sender = side.send(meeting, receivers, payload);
        return side.needsCredit(payload) ? Credit.open(meeting).holdBack(sender, receivers, payload) : sender;
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

    /** The sender is the last that was started. */
    private Map<Metric, Double> figures(Span span) throws IOException {
        double messages = mean(span::count);
        if (messages == 0) {
            throw new IOException(name + ": nothing arrived");
        }
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.RATE, mean(span::rate));
        figures.put(Metric.CPU, span.cpuNanos() / 1e3 / messages);
        if (span.wireBytes(0) > 0) {
            figures.put(Metric.WIRE_BYTES, span.wireBytes(0));
        }
        if (span.allocated(0) > 0) {
            figures.put(Metric.SENT_BYTES, span.allocated(receivers));
            figures.put(Metric.RECEIVED_BYTES, mean(span::allocated));
        }
        return figures;
    }

    private double mean(IntToDoubleFunction figureOfReceiver) {
        return IntStream.range(0, receivers)
                .mapToDouble(figureOfReceiver)
                .average()
                .orElseThrow();
    }
}
