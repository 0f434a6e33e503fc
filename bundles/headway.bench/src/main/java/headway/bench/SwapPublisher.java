package headway.bench;

import headway.bus.Outcome;
import headway.bus.Publication;
import headway.bus.dto.PeerView;
import headway.core.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * The publisher: as many messages a second as it is told, and meanwhile swaps. A planned swap asks for the next transport; an
 * unplanned one closes the links in use under the sessions, which come back to it when it is open again.
 */
final class SwapPublisher implements SwapStation.Part {

    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final double NANOS = 1e9;

    private final SwapLoad load;
    private final RunningNode node;
    private final Publication<byte[]> publication;
    private final Thread publishing = new Thread(this::publish, "publisher");
    private Thread swapping = new Thread(() -> {}, "swaps");
    private volatile boolean stopped;
    private volatile long sent;
    private volatile int swapsLeft;

    /** The first and the last window of this series with a swap. */
    private volatile long firstWindow;

    private volatile long lastWindow;

    SwapPublisher(Path meeting, SwapLoad load) throws IOException, InterruptedException {
        this.load = load;
        node = load.join(meeting);
        publication = node.bus().publication(SwapLoad.TOPIC, new BytesMarshaller());
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (wanting() < load.receivers()) {
            if (System.nanoTime() > until) {
                throw new IOException("Only " + wanting() + " of " + load.receivers() + " receivers were seen");
            }
            Thread.sleep(1);
        }
        publishing.start();
    }

    private long wanting() {
        return peers().stream()
                .filter(peer -> peer.interests().contains(SwapLoad.TOPIC))
                .count();
    }

    private List<PeerView> peers() {
        return node.inspector().view().peers();
    }

    private void publish() {
        try {
            byte[] payload = new byte[load.payload()];
            long begin = System.nanoTime();
            long count = 0;
            while (!stopped) {
                long due = (long) ((System.nanoTime() - begin) * (load.rate() / NANOS));
                while (count < due) {
                    count++;
                    Numbered.write(payload, count);
                    Numbered.write(payload, SwapLoad.DUE_AT, begin + (long) (count * (NANOS / load.rate())));
                    Outcome outcome = publication.send(payload);
                    if (outcome != Outcome.SENT) {
                        throw new IOException("Message " + count + " was " + outcome);
                    }
                    sent = count;
                }
                LockSupport.parkNanos(load.tickNanos());
            }
        } catch (IOException e) {
            Station.fail(e);
        }
    }

    private void swap(boolean planned, int count) {
        try {
            int half = count / 2;
            long window = System.nanoTime() / load.windowNanos() + 1;
            for (int done = 0; done < count; window++) {
                if (SwapLoad.hasSwap(window)) {
                    Paced.awaitUntil(load.swapAt(window));
                    if (planned) {
                        Medium next = load.media().get((done + 1) % load.media().size());
                        node.linkControl().prefer(next.transport());
                    } else {
                        node.linkControl()
                                .fail(load.media().get(done < half ? 0 : 1).transport());
                    }
                    firstWindow = done == 0 ? window : firstWindow;
                    lastWindow = window;
                    done++;
                    swapsLeft = count - done;
                } else if (!planned && done == half) {
                    // Halfway the other transport's turn begins.
                    node.linkControl().prefer(load.media().get(1).transport());
                }
            }
        } catch (IOException e) {
            Station.fail(e);
        }
    }

    /**
     * {@code planned N}, {@code unplanned N}: begins with so many swaps. {@code left}: how many of them are to come, and the
     * first and the last window that had one. {@code state}: messages sent, how often a receiver was reached over another
     * transport, frames sent again, the most bytes kept for one receiver so far, and the bound. {@code stop}: publishes no
     * more.
     */
    @Override
    public String obey(String order, String argument) throws IOException, InterruptedException {
        switch (order) {
            case "planned", "unplanned" -> {
                int count = Integer.parseInt(argument);
                swapping.join();
                swapsLeft = count;
                swapping = new Thread(() -> swap(order.equals("planned"), count), "swaps");
                swapping.start();
                return "begun";
            }
            case "left" -> {
                return swapsLeft + " " + firstWindow + " " + lastWindow;
            }
            case "state" -> {
                return sent + " " + sum(PeerView::switches) + " " + sum(PeerView::replayed) + " "
                        + most(PeerView::windowHighest) + " " + most(PeerView::windowLimit);
            }
            case "stop" -> {
                stopped = true;
                publishing.join();
                return Long.toString(sent);
            }
            default -> throw SwapStation.unknown(order);
        }
    }

    private long sum(ToLongFunction<PeerView> figure) {
        return peers().stream().mapToLong(figure).sum();
    }

    private long most(ToLongFunction<PeerView> figure) {
        return peers().stream().mapToLong(figure).max().orElse(0);
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        node.close();
    }
}
