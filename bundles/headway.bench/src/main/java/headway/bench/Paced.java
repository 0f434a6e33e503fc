package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

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
        return side.command(plan, this, part, meeting, Load.paced(payload, receivers, intervalNanos));
    }

    @Override
    public Role play(String part, Path meeting) throws IOException, InterruptedException {
        Credit credit = Credit.open(meeting);
        if (!part.equals(OneWay.SEND)) {
            int index = OneWay.index(part);
            Tally tally = new LatenessTally(OneWay.progress(side, meeting, payload, index)) {
                @Override
                void take(long number) {
                    take(number, credit.begun() + (number - 1) * intervalNanos);
                }
            };
            return new Receiving(side.receive(meeting, index, payload, tally), tally);
        }
        Sender sender = OneWay.sender(side, meeting, payload, receivers);
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
        return figures(OneWay.span(plan, this, side, receivers), receivers);
    }

    /** Receivers were started first. Of times those of the receiver that was served worst. */
    static Map<Metric, Double> figures(Span span, int receivers) {
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.RATE, span.rate(0));
        figures.put(Metric.CPU, span.cpuSecondsPerMillion(0));
        figures.put(Metric.CORE, 100.0 * span.cpuNanos() / span.nanos(0));
        for (Metric metric : Metric.PERCENTILES) {
            figures.put(
                    metric,
                    IntStream.range(0, receivers)
                            .mapToDouble(receiver -> span.micros(receiver, metric))
                            .max()
                            .orElseThrow());
        }
        return figures;
    }
}
