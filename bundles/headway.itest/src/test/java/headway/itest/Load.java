package headway.itest;

import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Outcome;
import headway.bus.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One end of a steady load in both directions: publishes numbers, and checks those that come from the other end. */
final class Load implements AutoCloseable {

    private static final long EVERY_NANOS = 500_000;

    private final Bus bus;
    private final String to;
    private final Continuity continuity = new Continuity();
    private final Subscription subscription;
    private final CompletableFuture<Long> published = new CompletableFuture<>();
    private volatile long count;
    private volatile boolean stopped;

    /**
     * Begins to listen; nothing is published yet.
     *
     * @param to the topic that the other end listens to
     * @param from the topic of the other end
     */
    Load(Bus bus, String to, String from) {
        this.bus = bus;
        this.to = to;
        subscription = bus.subscribe(from, Delivery.onReceivingThread(), continuity);
    }

    /** Waits until somebody listens, then publishes two thousand numbers a second. */
    void begin() {
        Thread publisher = new Thread(this::publish, "load " + to);
        publisher.setDaemon(true);
        publisher.start();
    }

    private void publish() {
        try {
            while (!bus.wanted(to)) {
                LockSupport.parkNanos(EVERY_NANOS);
            }
            for (long number = 1; !stopped; number++) {
                Outcome outcome = bus.publish(to, "x", number);
                if (outcome != Outcome.SENT) {
                    throw new IllegalStateException("Number " + number + " was " + outcome);
                }
                count = number;
                LockSupport.parkNanos(EVERY_NANOS);
            }
            published.complete(count);
        } catch (RuntimeException e) {
            published.completeExceptionally(e);
        }
    }

    /** Publishes no more; says how many there were. */
    long end() throws Exception {
        stopped = true;
        return published.get(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The highest number that was published here. */
    long published() {
        return count;
    }

    /** The highest number that came from the other end. */
    long arrived() {
        return continuity.highest();
    }

    /** Waits until so many have come; says what is wrong, or {@code "all there"}. */
    String verdict(long count) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Neighbour.PATIENCE_SECONDS);
        while (arrived() < count && System.nanoTime() < until) {
            LockSupport.parkNanos(EVERY_NANOS);
        }
        return continuity.verdict(count);
    }

    @Override
    public void close() {
        stopped = true;
        subscription.close();
    }
}
