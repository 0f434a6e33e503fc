package headway.demo;

import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.Subscriber;
import headway.bus.Subscription;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The display behind the wheel: subscribes to the vehicle's signals, knows the last value of each, and counts what arrived.
 * Its contract is that publishers wait for it; so whatever is missing, the bus has lost.
 */
final class InstrumentCluster implements Subscriber, AutoCloseable {

    private static final Duration PUBLISHERS_WAIT = Duration.ofSeconds(60);

    private final Map<Signal, SequenceCheck> checks = new EnumMap<>(Signal.class);
    private final double[] values = new double[Signal.values().length];
    private final Histogram latency = Tally.newLatency();
    private final CountDownLatch ended = new CountDownLatch(Signal.values().length);
    private final Subscription subscription;
    private long gaps;
    private boolean uncounted;

    /**
     * Begins to listen.
     *
     * @param late whether the drive may have begun already
     */
    InstrumentCluster(Bus bus, boolean late) {
        for (Signal signal : Signal.values()) {
            checks.put(signal, new SequenceCheck(late));
            values[signal.place()] = Double.NaN;
        }
        subscription = bus.subscribe(Signal.PATTERN, Delivery.block(PUBLISHERS_WAIT), this);
    }

    // The dashboard looks on from another thread.
    @Override
    public synchronized void onMessage(Message message) {
        long now = System.nanoTime();
        Signal signal = Signal.of(message.topic());
        if (signal == null) {
            return;
        }
        Sample sample = Sample.of(message);
        if (sample.sentAt() == Sample.END) {
            checks.get(signal).ended(sample.sequence());
            ended.countDown();
            return;
        }
        checks.get(signal).arrived(sample.sequence());
        values[signal.place()] = sample.value();
        latency.recordValue(Math.max(0, Math.min(latency.getHighestTrackableValue(), now - sample.sentAt())));
    }

    @Override
    public synchronized void onGap(Gap gap) {
        gaps += gap.count();
        uncounted |= gap.cause() == Gap.Cause.GIVEN_UP;
    }

    /** Waits until every signal has ended; whether they have. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /** The last value of each signal, in their order; NaN before the first. */
    synchronized double[] values() {
        return values.clone();
    }

    /** What the bus says it gave up, for people; empty if nothing. Not used for counting, only told. */
    synchronized String gaps() {
        if (uncounted) {
            return gaps == 0 ? "an unknown number of messages" : gaps + " messages or more";
        }
        return gaps == 0 ? "" : gaps + " messages";
    }

    synchronized Tally tally() {
        long before = 0;
        long delivered = 0;
        long lost = 0;
        long duplicated = 0;
        long reordered = 0;
        for (SequenceCheck check : checks.values()) {
            before += check.before();
            delivered += check.delivered();
            lost += check.lost();
            duplicated += check.duplicated();
            reordered += check.reordered();
        }
        return new Tally(before, delivered, lost, duplicated, reordered, latency.copy());
    }

    @Override
    public void close() {
        subscription.close();
    }
}
