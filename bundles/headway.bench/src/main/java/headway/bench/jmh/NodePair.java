package headway.bench.jmh;

import headway.bench.BytesMarshaller;
import headway.bus.Delivery;
import headway.bus.Outcome;
import headway.bus.Publication;
import headway.bus.Subscriber;
import headway.core.RunningNode;
import java.io.IOException;
import java.time.Duration;

/** Two nodes in this JVM, joined by a {@link SinkTransport} and warm: messages have gone from the first to the second. */
final class NodePair implements AutoCloseable {

    private static final String BUS = "bench";
    private static final String TOPIC = "bench/one-way";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int WARM_UP = 100;

    private final SinkTransport transport = new SinkTransport();
    private final RunningNode sender;
    private final RunningNode receiver;
    private final Publication<byte[]> publication;

    NodePair(int payload, Delivery delivery, Subscriber subscriber) throws IOException, InterruptedException {
        sender = RunningNode.start(BUS).add(transport, 0);
        receiver = RunningNode.start(BUS).add(transport, 0).awaitJoined(PATIENCE);
        sender.awaitJoined(PATIENCE);
        receiver.bus().subscribe(TOPIC, delivery, subscriber);
        publication = sender.bus().publication(TOPIC, new BytesMarshaller());
        long until = System.nanoTime() + PATIENCE.toNanos();
        int sent = 0;
        while (sent < WARM_UP || !transport.isWarm()) {
            if (System.nanoTime() > until) {
                throw new IOException("The two nodes have not met within " + PATIENCE);
            }
            if (publication.send(new byte[payload]) == Outcome.SENT) {
                sent++;
            } else {
                Thread.sleep(1);
            }
        }
        // What is under way arrives.
        Thread.sleep(100);
    }

    SinkTransport transport() {
        return transport;
    }

    Publication<byte[]> publication() {
        return publication;
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
