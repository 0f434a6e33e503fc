package headway.bench;

import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.Subscriber;
import headway.core.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One receiver: sees whether each message comes, once and in order, how long the pauses between two are, and how old they
 * are. It runs on the receiving thread, so that what it sees is the bus and not another thread's turn.
 */
final class SwapReceiver implements SwapStation.Part, Subscriber {

    /** Publishers wait for it however busy the machine is: what is missing then, the bus has lost. */
    private static final Delivery WAITED_FOR =
            new Delivery(Delivery.Mode.BLOCK, Delivery.DEFAULT_CAPACITY, Duration.ofSeconds(60), true);

    private final RunningNode node;
    private final Continuity continuity = new Continuity();
    private final Timeline timeline;
    private final AtomicLong count = new AtomicLong();
    private volatile Gap gap;

    SwapReceiver(Path meeting, SwapLoad load) throws IOException, InterruptedException {
        timeline = new Timeline(load.windowNanos());
        node = load.join(meeting);
        node.bus().subscribe(SwapLoad.TOPIC, WAITED_FOR, this);
    }

    @Override
    public void onMessage(Message message) {
        long now = System.nanoTime();
        byte[] bytes = (byte[]) message.body().get(0);
        continuity.arrived(Numbered.read(bytes));
        timeline.arrived(now, now - Numbered.read(bytes, SwapLoad.DUE_AT));
        count.setRelease(count.getPlain() + 1);
    }

    @Override
    public void onGap(Gap reported) {
        gap = reported;
    }

    /**
     * {@code count}: how many came. {@code report SENT FILE}: what was lost, duplicated and reordered of so many, and the
     * {@link Timeline} into that file.
     */
    @Override
    public String obey(String order, String argument) throws IOException {
        switch (order) {
            case "count" -> {
                return Long.toString(count.getAcquire());
            }
            case "report" -> {
                if (gap != null) {
                    throw new IOException("The bus reported a gap: " + gap);
                }
                String[] words = argument.split(" ", 2);
                long seen = count.getAcquire();
                continuity.ended(Long.parseLong(words[0]));
                timeline.write(Path.of(words[1]));
                return seen + " " + continuity.lost() + " " + continuity.duplicated() + " " + continuity.reordered();
            }
            default -> throw SwapStation.unknown(order);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
