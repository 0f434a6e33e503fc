package headway.bench;

import headway.bus.Outcome;
import headway.bus.Publication;
import headway.core.RunningNode;
import java.io.Closeable;
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
 */
record Car(String name, HeadwaySide side) implements Staged {

    private static final int TOPICS = 3_500;
    private static final int RECEIVERS = 8;
    private static final int STORM = 20_000;
    private static final int PAYLOAD = 16;
    private static final int MOMENT_AT = 8;
    private static final long SEED = 2750;
    private static final String TOPIC = "Car/";
    private static final long STORM_PATIENCE_NANOS = 30_000_000_000L;

    @Override
    public String description() {
        return "the car, " + side.description() + ": " + RECEIVERS + " subscribers, the one served worst";
    }

    @Override
    public String obstacle(Plan plan) {
        return side.obstacle(plan);
    }

    @Override
    public Role play(String part, Path meeting) throws IOException, InterruptedException {
        Credit credit = Credit.open(meeting);
        if (part.equals(OneWay.SEND)) {
            return publish(meeting, credit);
        }
        int index = Integer.parseInt(part.substring(OneWay.RECEIVE.length()));
        MomentTally tally = new MomentTally();
        return new Receiving(
                side.receive(meeting, TOPIC + "*", tally, bytes -> {
                    long number = Numbered.read(bytes);
                    tally.take(number, Numbered.read(bytes, MOMENT_AT));
                    if (number == STORM) {
                        credit.took(index, System.nanoTime());
                    }
                }),
                tally);
    }

    /** Counts, and notes how late each message comes, which says itself when it was due. */
    private static final class MomentTally extends Tally {

        private long due;
        private final LatenessTally late = new LatenessTally(number -> due);

        void take(long number, long moment) {
            due = moment;
            take(number);
        }

        @Override
        void take(long number) {
            super.take(number);
            late.take(number);
        }

        @Override
        org.HdrHistogram.Histogram times() {
            return late.times();
        }
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

    private Role publish(Path meeting, Credit credit) throws IOException, InterruptedException {
        RunningNode node = side.joinOver(meeting);
        List<Cycle> cycles = Cycle.all();
        List<Publication<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < TOPICS; i++) {
            String topic = TOPIC + cycles.get(i % cycles.size()).message() + "/" + i / cycles.size();
            all.add(node.bus().publication(topic, new BytesMarshaller()));
        }
        HeadwaySide.awaitInterested(node, TOPIC + "*", RECEIVERS);
        PriorityQueue<Turn> turns = turns(cycles, all);
        byte[] bytes = new byte[PAYLOAD];
        Closeable closing = node::close;
        credit.begin(System.nanoTime());
        for (long number = 1; number <= STORM; number++) {
            send(all.get((int) (number % TOPICS)), bytes, number, System.nanoTime());
        }
        long begin = System.nanoTime();
        return Loop.counting(
                done -> {
                    Turn turn = turns.remove();
                    long due = begin + turn.dueMillis * 1_000_000;
                    Paced.awaitUntil(due);
                    send(turn.topics.get(turn.next), bytes, STORM + done + 1, due);
                    turn.next = (turn.next + 1) % turn.topics.size();
                    turn.dueMillis += turn.millis;
                    turns.add(turn);
                    return 1;
                },
                closing);
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

    private void send(Publication<byte[]> topic, byte[] bytes, long number, long due) throws IOException {
        Numbered.write(bytes, number);
        Numbered.write(bytes, MOMENT_AT, due);
        Outcome outcome = topic.send(bytes);
        if (outcome != Outcome.SENT) {
            throw new IOException("Message " + number + " was " + outcome);
        }
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                Children children = new Children(meeting)) {
            Credit.create(meeting.directory());
            List<Child> receiving = OneWay.receivers(plan, this, children, RECEIVERS);
            Child sending = children.play(plan, this, OneWay.SEND);
            double storm = storm(Credit.open(meeting.directory()));
            Thread.sleep(plan.warmUp(RECEIVERS + 1).toMillis());
            List<Mark> from = children.marks();
            Thread.sleep(plan.measured().toMillis());
            List<Mark> to = children.marks();
            OneWay.awaitAll(name, receiving, STORM + sending.stop().count());
            Map<Metric, Double> figures = Paced.figures(from, to, RECEIVERS);
            figures.put(Metric.SECONDS, storm);
            return figures;
        }
    }

    /** How long it took until every subscriber had all of the storm. */
    private double storm(Credit credit) throws IOException, InterruptedException {
        long until = System.nanoTime() + STORM_PATIENCE_NANOS;
        long last = 0;
        for (int i = 0; i < RECEIVERS; i++) {
            while (credit.number(i) == 0) {
                if (System.nanoTime() > until) {
                    throw new IOException(name + ": a subscriber did not get all of the boot storm");
                }
                Thread.sleep(1);
            }
            last = Math.max(last, credit.number(i));
        }
        return (last - credit.begun()) / 1e9;
    }
}
