package headway.bench;

import headway.bus.Bus;
import headway.bus.Outcome;
import headway.bus.Publication;
import headway.core.RunningNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * What a head unit's bus really carries: 3,500 topics, the messages of a powertrain bus in their cycle times (2,750 a second), each
 * to eight processes that want all; and at the start a boot storm, 20,000 messages as fast as they go.
 *
 * @param side a {@link HeadwaySide}, or one whose ends are other programs that keep the {@link Timetable}
 * @param rasterMillis what is due is sent together at the next multiple of this, and is due then: 1 for each at its own time, 10
 *     as gateways from CAN do that look every 10 ms
 */
record Car(String name, Side side, int rasterMillis) implements Staged {

    private static final int TOPICS = 3_500;
    private static final int RECEIVERS = 8;
    private static final int STORM = 20_000;
    private static final int PAYLOAD = 16;
    private static final int MOMENT_AT = 8;
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
    public List<String> command(Plan plan, String part, Path meeting) {
        return side.command(plan, this, part, meeting, Load.timed(PAYLOAD, RECEIVERS));
    }

    /** {@inheritDoc} Only Headway's are played here. */
    @Override
    public Role play(String part, Path meeting) throws IOException, InterruptedException {
        HeadwaySide headway = (HeadwaySide) side;
        if (part.equals(OneWay.SEND)) {
            return publish(headway, meeting);
        }
        LatenessTally tally = new LatenessTally();
        return new Receiving(
                headway.receive(
                        meeting,
                        TOPIC + "*",
                        tally,
                        bytes -> tally.take(Numbered.read(bytes), Numbered.read(bytes, MOMENT_AT))),
                tally);
    }

    /** One cyclic message: its topics in turn. */
    private static final class Turn {

        private final long millis;
        private final List<Publication<byte[]>> topics = new ArrayList<>();
        private long dueMillis;
        private int next;

        Turn(Timetable.Entry entry) {
            this.millis = entry.cycle().millis();
            this.dueMillis = entry.phaseMillis();
        }
    }

    private Role publish(HeadwaySide headway, Path meeting) throws IOException, InterruptedException {
        RunningNode node = headway.joinOver(meeting);
        Timetable timetable = timetable();
        List<Turn> turns = timetable.entries().stream().map(Turn::new).toList();
        List<Publication<byte[]>> all = new ArrayList<>();
        for (int i = 0; i < TOPICS; i++) {
            Publication<byte[]> topic = node.bus().publication(TOPIC + timetable.topic(i), new BytesMarshaller());
            all.add(topic);
            turns.get(i % turns.size()).topics.add(topic);
        }
        HeadwaySide.awaitInterested(node, TOPIC + "*", RECEIVERS);
        return Loop.counting(new Drive(node.bus(), timetable, all, turns), node::close);
    }

    private Timetable timetable() throws IOException {
        return Timetable.of(TOPICS, STORM, rasterMillis);
    }

    /** The storm, and then each message when it is due. */
    private static final class Drive implements Loop.Step {

        private final Timetable timetable;
        private final List<Publication<byte[]>> all;
        private final PriorityQueue<Turn> turns = new PriorityQueue<>((a, b) -> Long.compare(a.dueMillis, b.dueMillis));
        private final byte[] bytes = new byte[PAYLOAD];
        private final Bus bus;
        private long begin;
        private long last;

        Drive(Bus bus, Timetable timetable, List<Publication<byte[]>> all, List<Turn> turns) {
            this.bus = bus;
            this.timetable = timetable;
            this.all = all;
            this.turns.addAll(turns);
        }

        /** {@inheritDoc} What is due at the same moment is published together. */
        @Override
        public long turn(long done) throws IOException {
            if (done < STORM) {
                send(all.get((int) (done % TOPICS)), done + 1, System.nanoTime());
                return 1;
            }
            if (done == STORM) {
                begin = System.nanoTime();
            }
            long dueMillis = timetable.onRaster(turns.element().dueMillis);
            Paced.awaitUntil(begin + dueMillis * NANOS_PER_MILLI);
            last = done;
            try {
                bus.together(() -> sendAll(dueMillis));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            return last - done;
        }

        private void sendAll(long dueMillis) {
            try {
                while (timetable.onRaster(turns.element().dueMillis) == dueMillis) {
                    Turn turn = turns.remove();
                    send(turn.topics.get(turn.next), ++last, begin + dueMillis * NANOS_PER_MILLI);
                    turn.next = (turn.next + 1) % turn.topics.size();
                    turn.dueMillis += turn.millis;
                    turns.add(turn);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
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

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        try (Meeting meeting = Meeting.arrange();
                Children children = new Children(meeting)) {
            Credit.create(meeting.directory());
            timetable().write(meeting.directory());
            side.prepare(plan, children);
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
