package headway.events;

import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.Registration;
import headway.bus.Subscriber;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * One handler service and its wish for events: from {@link #open} to {@link #close} it gets every event of its topics once
 * and in order, one at a time, as far as its contract goes.
 *
 * <p>A handler of one topic or pattern is one subscription. The order across several is kept by a {@link Courier}, except
 * under the contracts {@code latest} and {@code block}, where it holds for each topic alone.
 */
abstract class Handler implements Subscriber, Registration {

    private static final System.Logger LOG = System.getLogger(Handler.class.getName());

    /**
     * What every handler service has.
     *
     * @param name who it is, for the log
     * @param topics what it asks for; at least one
     * @param delivery what may happen when it is slow
     */
    record Wish(String name, List<TopicPattern> topics, Delivery delivery) {

        Wish {
            topics = withoutCovered(topics);
        }

        private static List<TopicPattern> withoutCovered(List<TopicPattern> all) {
            List<TopicPattern> kept = new ArrayList<>();
            for (TopicPattern pattern : all) {
                if (kept.stream().noneMatch(k -> k.covers(pattern))) {
                    kept.removeIf(pattern::covers);
                    kept.add(pattern);
                }
            }
            return List.copyOf(kept);
        }
    }

    private final Wish wish;
    private final String prefix;

    /** The topic of every event if there can only be one, or null. */
    private final String onlyTopic;

    private final BiConsumer<Handler, Gap> onGap;
    private final List<Registration> subscriptions = new ArrayList<>(); // guarded by itself
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong gaps = new AtomicLong();
    private volatile boolean closed;

    /**
     * Not yet open.
     *
     * @param prefix what the topics on the bus begin with
     * @param onGap is told of events that this handler did not get
     */
    Handler(Wish wish, String prefix, BiConsumer<Handler, Gap> onGap) {
        this.wish = wish;
        this.prefix = prefix;
        this.onGap = onGap;
        TopicPattern first = wish.topics.get(0);
        this.onlyTopic = wish.topics.size() == 1 && first.isTopic() ? first.text() : null;
    }

    /** Takes one event; what it throws is logged. */
    abstract void handle(String topic, Message message);

    Wish wish() {
        return wish;
    }

    /** Whether it asks for events of this topic. */
    boolean wants(String topic) {
        for (TopicPattern pattern : wish.topics) {
            if (pattern.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    /** Begins to get events. */
    void open(Bus bus, Executor executor) {
        Delivery delivery = wish.delivery;
        if (wish.topics.size() == 1) {
            subscribe(bus, 0, delivery, this);
        } else if (delivery.mode() == Delivery.Mode.QUEUE || delivery.mode() == Delivery.Mode.DISCONNECT) {
            boolean ends = delivery.mode() == Delivery.Mode.DISCONNECT;
            Courier<Message> courier = new Courier<>(executor, delivery.capacity(), ends, new FromCourier());
            for (int i = 0; i < wish.topics.size(); i++) {
                subscribe(bus, i, Delivery.onReceivingThread(), firstOf(i, courier::offer));
            }
            add(courier::close);
        } else {
            Object oneAtATime = new Object();
            for (int i = 0; i < wish.topics.size(); i++) {
                subscribe(bus, i, delivery, firstOf(i, message -> {
                    synchronized (oneAtATime) {
                        onMessage(message);
                    }
                }));
            }
        }
    }

    private void subscribe(Bus bus, int index, Delivery delivery, Subscriber subscriber) {
        String pattern = prefix + TopicNames.toBus(wish.topics.get(index).text());
        add(bus.subscribe(pattern, delivery, subscriber));
    }

    private void add(Registration registration) {
        synchronized (subscriptions) {
            subscriptions.add(registration);
        }
    }

    /** Of several subscriptions that get an event, only the first passes it on. */
    private Subscriber firstOf(int index, Subscriber next) {
        return new Subscriber() {
            @Override
            public void onMessage(Message message) {
                String topic = topicOf(message);
                for (int i = 0; i < index; i++) {
                    if (wish.topics.get(i).matches(topic)) {
                        return;
                    }
                }
                next.onMessage(message);
            }

            @Override
            public void onGap(Gap gap) {
                Handler.this.onGap(gap);
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        synchronized (subscriptions) {
            subscriptions.forEach(Registration::close);
            subscriptions.clear();
        }
    }

    @Override
    public void onMessage(Message message) {
        if (closed || !EventData.isEvent(message)) {
            return;
        }
        String topic = onlyTopic != null ? onlyTopic : topicOf(message);
        try {
            handle(topic, message);
        } catch (Exception | LinkageError | AssertionError e) {
            failed(topic, e);
        }
    }

    String topicOf(Message message) {
        return TopicNames.fromBus(message.topic()).substring(prefix.length());
    }

    /** The first failure is told in full, then each doubling of their number: a broken handler floods no log. */
    void failed(String topic, Throwable e) {
        long count = failures.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOG.log(
                    Level.WARNING,
                    wish.name + " failed to receive an event of " + topic + " (failure " + count
                            + "); it gets the next ones, and this one not again",
                    e);
        }
    }

    @Override
    public void onGap(Gap gap) {
        lost.addAndGet(gap.count());
        if (gaps.getAndIncrement() == 0) {
            LOG.log(
                    Level.WARNING,
                    wish.name + " lost events of " + gap.topic() + ": " + gap.howMany() + " (" + gap.cause()
                            + "); further losses are counted and shown to monitors");
        }
        onGap.accept(this, gap);
    }

    /** How many events its contract gave up so far. */
    long lost() {
        return lost.get();
    }

    @Override
    public String toString() {
        return wish.name;
    }

    /** Behind a courier: the same, and what the courier gave up is a gap. */
    private final class FromCourier implements Courier.Receiver<Message> {

        @Override
        public void receive(Message message) {
            onMessage(message);
        }

        @Override
        public void lost(long count, Message first, Message last) {
            String sender = first.sender().uniqueName();
            boolean oneSender = sender.equals(last.sender().uniqueName());
            boolean oneTopic = first.topic().equals(last.topic());
            onGap(new Gap(
                    oneTopic ? first.topic() : String.valueOf(wish.topics),
                    oneSender ? sender : "",
                    first.sequence(),
                    last.sequence(),
                    count,
                    Gap.Cause.SLOW_SUBSCRIBER));
        }
    }
}
