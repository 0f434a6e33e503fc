package headway.bench;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.Outcome;
import headway.bus.Publication;
import headway.bus.Subscriber;
import headway.bus.Target;
import headway.bus.dto.LinkView;
import headway.core.RunningNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Headway over one of its transports, without OSGi. One-way messages are D-Bus signals with the body {@code ay}.
 *
 * @param medium over which transport
 * @param delivery the subscriber's contract
 * @param reads the body of every so-manieth message is decoded and its number checked
 * @param execution where calls are answered
 */
record HeadwaySide(Medium medium, Delivery delivery, int reads, Execution execution) implements Side {

    static final String BUS = "bench";

    private static final String TOPIC = "bench/one-way";
    private static final Target ECHO = new Target("org.headway.bench.Echo", "/echo", "org.headway.bench.Echo");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A subscriber with a mailbox, for whom publishers wait. */
    static HeadwaySide queued(int reads) {
        return new HeadwaySide(Medium.LOOPBACK, Delivery.block(PATIENCE), reads, Execution.SERIAL);
    }

    /** A subscriber on the receiving thread. */
    static HeadwaySide direct(int reads) {
        return new HeadwaySide(Medium.LOOPBACK, Delivery.onReceivingThread(), reads, Execution.DIRECT);
    }

    /** A subscriber with a mailbox that keeps nothing. */
    static HeadwaySide borrowing(int reads) {
        return new HeadwaySide(Medium.LOOPBACK, Delivery.block(PATIENCE).borrowing(), reads, Execution.SERIAL);
    }

    /** Calls that are answered in that way. */
    static HeadwaySide answering(Execution execution) {
        return new HeadwaySide(Medium.LOOPBACK, Delivery.block(PATIENCE), 1, execution);
    }

    /** The same over another transport. */
    HeadwaySide over(Medium other) {
        return new HeadwaySide(other, delivery, reads, execution);
    }

    @Override
    public String name() {
        return medium.transport();
    }

    @Override
    public String description() {
        return "Headway over " + medium.transport();
    }

    @Override
    public String obstacle(Plan plan) {
        return medium.obstacle();
    }

    /** A node of the bus that all the benchmark's processes are on. */
    static RunningNode join(Path meeting) throws IOException, InterruptedException {
        return join(BUS, Medium.LOOPBACK, meeting);
    }

    /** The same over this side's transport; netlink and AF_BUS have no directory, so the bus's name keeps benchmarks apart. */
    RunningNode joinOver(Path meeting) throws IOException, InterruptedException {
        String bus = BUS + "-" + Integer.toHexString(meeting.toAbsolutePath().hashCode());
        return join(bus, medium, meeting);
    }

    private static RunningNode join(String bus, Medium medium, Path meeting) throws IOException, InterruptedException {
        return RunningNode.start(bus).add(medium.open(meeting), 0).awaitJoined(PATIENCE);
    }

    @Override
    public Receiver receive(Path meeting, int index, int payload, Tally tally)
            throws IOException, InterruptedException {
        RunningNode node = joinOver(meeting);
        node.bus().subscribe(TOPIC, delivery, new Counter(reads, tally));
        return receiver(node);
    }

    /** Waits until so many nodes want that. */
    static void awaitInterested(RunningNode node, String pattern, int receivers)
            throws IOException, InterruptedException {
        await(() -> node.inspector().view().peers().stream()
                        .filter(peer -> peer.interests().contains(pattern))
                        .count()
                == receivers);
    }

    /** A subscriber of a pattern, who reads the body of each message. */
    Receiver receive(Path meeting, String pattern, Tally tally, Consumer<byte[]> each)
            throws IOException, InterruptedException {
        RunningNode node = joinOver(meeting);
        node.bus().subscribe(pattern, delivery, new Subscriber() {
            @Override
            public void onMessage(Message message) {
                each.accept((byte[]) message.body().get(0));
            }

            @Override
            public void onGap(Gap gap) {
                tally.fail("the bus reported a gap: " + gap);
            }
        });
        return receiver(node);
    }

    private static Receiver receiver(RunningNode node) {
        return new Receiver() {
            @Override
            public long bytes() {
                return node.inspector().view().transports().stream()
                        .mapToLong(LinkView::bytesReceived)
                        .sum();
            }

            @Override
            public void close() {
                node.close();
            }
        };
    }

    /** Counts what comes; reads the number of every so-manieth message. */
    private static final class Counter implements Subscriber {

        private final int reads;
        private final Tally tally;
        private int until;

        Counter(int reads, Tally tally) {
            this.reads = reads;
            this.tally = tally;
            this.until = reads;
        }

        @Override
        public void onMessage(Message message) {
            until--;
            if (until == 0) {
                until = reads;
                tally.take(message.bytes().getLong(0));
            } else {
                tally.takeUnread();
            }
        }

        @Override
        public void onGap(Gap gap) {
            tally.fail("the bus reported a gap: " + gap);
        }
    }

    @Override
    public Sender send(Path meeting, int receivers, int payload) throws IOException, InterruptedException {
        RunningNode node = joinOver(meeting);
        Publication<byte[]> publication = node.bus().publication(TOPIC, new BytesMarshaller());
        byte[] bytes = new byte[payload];
        awaitInterested(node, TOPIC, receivers);
        return Sender.of(
                number -> {
                    Numbered.write(bytes, number);
                    Outcome outcome = publication.send(bytes);
                    if (outcome != Outcome.SENT) {
                        throw new IOException("Message " + number + " was " + outcome);
                    }
                },
                node::close);
    }

    @Override
    public Closeable serve(Path meeting, int payload) throws IOException, InterruptedException {
        RunningNode node = joinOver(meeting);
        Bus bus = node.bus();
        bus.export(
                ECHO.path(),
                ECHO.interfaceName(),
                execution,
                call -> call.reply("ay", call.message().body().get(0)));
        try {
            bus.requestName(ECHO.destination(), Set.of()).get();
        } catch (ExecutionException e) {
            throw new IOException("The name " + ECHO.destination() + " was refused", e);
        }
        return node::close;
    }

    @Override
    public Caller call(Path meeting, int payload) throws IOException, InterruptedException {
        RunningNode node = joinOver(meeting);
        Bus bus = node.bus();
        Object bytes = new byte[payload];
        await(() -> bus.names().containsKey(ECHO.destination()));
        return Caller.of(
                () -> {
                    try {
                        Message reply = bus.call(ECHO, "Echo", "ay", bytes).get();
                        if (((byte[]) reply.body().get(0)).length != payload) {
                            throw new IOException("A reply of another size: " + reply);
                        }
                    } catch (ExecutionException e) {
                        String why = e.getCause() instanceof CallException call ? call.getMessage() : e.toString();
                        throw new IOException("A call failed: " + why, e);
                    }
                },
                node::close);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > until) {
                throw new IOException("The other side was not seen within " + PATIENCE);
            }
            Thread.sleep(1);
        }
    }
}
