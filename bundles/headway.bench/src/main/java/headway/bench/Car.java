package headway.bench;

import headway.bus.Outcome;
import headway.bus.Publication;
import headway.core.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * What a head unit's bus really carries: 3,500 topics, the messages of a powertrain bus in their cycle times (2,750 a second), each
 * to eight processes that want all; and at the start a boot storm, 20,000 messages as fast as they go.
 *
 * <p>Messages of the same cycle time do not come together: each has its own phase, in milliseconds, from a seed.
 *
 * @param rasterMillis what is due is sent together at the next multiple of this, and is due then: 1 for each at its own time, 10
 *     as gateways from CAN do that look every 10 ms
 */
record Car(String name, HeadwaySide side, int rasterMillis) implements Staged {

    private static final int TOPICS = 3_500;
    private static final int RECEIVERS = 8;
    private static final int STORM = 20_000;
    private static final int PAYLOAD = 16;
    private static final int MOMENT_AT = 8;
    private static final long SEED = 2750;
    private static final String TOPIC = "Car/";
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long LOOK_MILLIS = 5;
    private static final long STORM_PATIENCE_NANOS = 30_000_000_000L;

    @Override
    public String description() {
        return "the car, " + side.description() + ": " + RECEIVERS + " subscribers, the one served worst"
                + (rasterMillis == 1 ? "" : "; what is due leaves each " + rasterMillis + " ms");
    }

    @Override
    public String obstacle(Plan plan) {
        return side.obstacle(plan);
    }

    @Override
    public Role play(String part, Path meeting) throws IOException, InterruptedException {
        if (part.equals(OneWay.SEND)) {
            return publish(meeting);
        }
        LatenessTally tally = new LatenessTally();
        return new Receiving(
                side.receive(
                        meeting,
                        TOPIC + "*",
                        tally,
                        bytes -> tally.take(Numbered.read(bytes), Numbered.read(bytes, MOMENT_AT))),
                tally);
    }

    /** One cyclic message: its topics in turn. */
    private static final class Turn {

        private final long millis;
        private final List<Publication<byte[]>> topics;
        private long dueMillis;
        private int next;

        Turn(long millis, long phase, List<Publication<byte[]>> topics) {
            this.millis = millis;
            this.topics = topics;
            this.dueMillis = phase;
        }
    }

    private Role publish(Path meeting) throws IOException, InterruptedException {
        RunningNode node = side.joinOver(meeting);
        List<Cycle> cycles = Cycle.all();
        List<Publication<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < TOPICS; i++) {
            String topic = TOPIC + cycles.get(i % cycles.size()).message() + "/" + i / cycles.size();
            all.add(node.bus().publication(topic, new BytesMarshaller()));
        }
        HeadwaySide.awaitInterested(node, TOPIC + "*", RECEIVERS);
        return Loop.counting(new Drive(all, turns(cycles, all)), node::close);
    }

    /** The storm, and then each message when it is due. */
    private final class Drive implements Loop.Step {

        private final List<Publication<byte[]>> all;
        private final PriorityQueue<Turn> turns;
        private final byte[] bytes = new byte[PAYLOAD];
        private long begin;

        Drive(List<Publication<byte[]>> all, PriorityQueue<Turn> turns) {
            this.all = all;
            this.turns = turns;
        }

        @Override
        public long turn(long done) throws IOException {
            if (done < STORM) {
                send(all.get((int) (done % TOPICS)), done + 1, System.nanoTime());
                return 1;
            }
            if (done == STORM) {
                begin = System.nanoTime();
            }
            Turn turn = turns.remove();
            long due = begin + onRaster(turn.dueMillis) * NANOS_PER_MILLI;
            Paced.awaitUntil(due);
            send(turn.topics.get(turn.next), done + 1, due);
            turn.next = (turn.next + 1) % turn.topics.size();
            turn.dueMillis += turn.millis;
            turns.add(turn);
            return 1;
        }

        private void send(Publication<byte[]> topic, long number, long due) throws IOException {
            Numbered.write(bytes, number);
            Numbered.write(bytes, MOMENT_AT, due);
            Outcome outcome = topic.send(bytes);
            if (outcome != Outcome.SENT) {
                throw new IOException("Message " + number + " was " + outcome);
            }
        }
    }

    private long onRaster(long millis) {
        return (millis + rasterMillis - 1) / rasterMillis * rasterMillis;
    }

    private static PriorityQueue<Turn> turns(List<Cycle> cycles, List<Publication<byte[]>> all) {
        SplittableRandom random = new SplittableRandom(SEED);
        PriorityQueue<Turn> turns = new PriorityQueue<>((a, b) -> Long.compare(a.dueMillis, b.dueMillis));
        for (int i = 0; i < cycles.size(); i++) {
            List<Publication<byte[]>> its = new ArrayList<>();
            for (int topic = i; topic < all.size(); topic += cycles.size()) {
                its.add(all.get(topic));
            }
            int millis = cycles.get(i).millis();
            turns.add(new Turn(millis, random.nextInt(millis), its));
        }
        return turns;
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                Children children = new Children(meeting)) {
            List<Child> receiving = OneWay.receivers(plan, this, children, RECEIVERS);
            Child sending = children.play(plan, this, OneWay.SEND);
            double storm = storm(receiving);
            Span span = children.measure(plan);
            OneWay.awaitAll(name, receiving, sending.stop().count());
            Map<Metric, Double> figures = Paced.figures(span, RECEIVERS);
            figures.put(Metric.SECONDS, storm);
            return figures;
        }
    }

    /** From when the publisher began, which is now, until every subscriber had all of the storm, in seconds. */
    private double storm(List<Child> receiving) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        for (Child receiver : receiving) {
            while (receiver.mark().count() < STORM) {
                if (System.nanoTime() - begin > STORM_PATIENCE_NANOS) {
                    throw new IOException(name + ": a subscriber did not get all of the boot storm");
                }
                Thread.sleep(LOOK_MILLIS);
            }
        }
        return (System.nanoTime() - begin) / 1e9;
    }
}
