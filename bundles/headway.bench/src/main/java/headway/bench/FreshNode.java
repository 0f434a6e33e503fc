package headway.bench;

import headway.bus.Outcome;
import headway.core.RunningNode;
import headway.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A node and nothing else: it joins, publishes one message if it is given a topic, and stays until its input ends. */
public final class FreshNode {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private FreshNode() {}

    /** Arguments: the runtime directory, and a topic or nothing. */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (RunningNode node = RunningNode.start(HeadwaySide.BUS)
                .add(new LoopbackTransport(Path.of(args[0])), 0)
                .awaitJoined(PATIENCE)) {
            if (!args[1].isEmpty()) {
                Outcome outcome = node.bus().publish(args[1], "s", "here I am");
                if (outcome != Outcome.SENT) {
                    throw new IOException("The first message was " + outcome);
                }
            }
            while (System.in.read() >= 0) {
                // Nobody says anything.
            }
        }
    }
}
