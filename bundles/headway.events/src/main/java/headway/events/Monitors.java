package headway.events;

import headway.bus.Gap;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.osgi.service.typedevent.monitor.MonitorEvent;
import org.osgi.service.typedevent.monitor.TypedEventMonitor;
import org.osgi.util.pushstream.PushEvent;
import org.osgi.util.pushstream.PushEventConsumer;
import org.osgi.util.pushstream.PushEventSource;
import org.osgi.util.pushstream.PushStream;
import org.osgi.util.pushstream.PushStreamProvider;

/**
 * The Typed Event Monitor (157.6): shows the events that are published here and those that arrive from elsewhere, and keeps
 * the last ones.
 *
 * <p>A stream begins when it is connected, that is with its terminal operation, and misses and doubles nothing from there on,
 * history included. A monitor that is slow delays nobody: each has a queue of its own, and what it loses it is told by an
 * event of the topic {@value #GAP_TOPIC}, as it is told of what handlers lose. All methods may be called by any thread.
 */
final class Monitors implements TypedEventMonitor {

    /** Where monitors see that somebody lost events; nothing is published there. */
    static final String GAP_TOPIC = "headway/events/Gap";

    private static final System.Logger LOG = System.getLogger(Monitors.class.getName());

    /** How many events may wait for one monitor. */
    private static final int FEED_CAPACITY = 1 << 14;

    /** One event that was seen, at this {@link System#nanoTime}; data is made of it only if somebody looks. */
    private record Sighting(String topic, Object event, long nanos) {

        /** What comes after the last one. */
        static final Sighting END = new Sighting("", null, 0);

        boolean isEnd() {
            return event == null;
        }
    }

    private final Executor executor;
    private final PushStreamProvider streams = new PushStreamProvider();
    private final int capacity;

    /** Whether there is anything to do for an event. */
    private volatile boolean watching;

    // All below is guarded by history.
    private final Object history = new Object();
    private final String[] topics;
    private final Object[] events;
    private final long[] nanos;
    private int next;
    private int kept;
    private final List<Feed> feeds = new ArrayList<>();

    /**
     * Nothing seen yet.
     *
     * @param capacity how many events the history keeps
     */
    Monitors(Executor executor, int capacity) {
        this.executor = executor;
        this.capacity = capacity;
        this.topics = new String[capacity];
        this.events = new Object[capacity];
        this.nanos = new long[capacity];
        this.watching = capacity > 0;
    }

    /** An event was published here or arrived here: the object, map or message that it is. Never waits. */
    void saw(String topic, Object event) {
        if (!watching) {
            return;
        }
        synchronized (history) {
            long now = System.nanoTime();
            if (capacity > 0) {
                topics[next] = topic;
                events[next] = event;
                nanos[next] = now;
                next = next + 1 == capacity ? 0 : next + 1;
                kept = Math.min(kept + 1, capacity);
            }
            if (!feeds.isEmpty()) {
                tellFeeds(new Sighting(topic, event, now));
            }
        }
    }

    /** A handler lost events. */
    void sawGap(Handler handler, Gap gap) {
        saw(GAP_TOPIC, gapData(handler.toString(), TopicNames.fromBus(gap.topic()), gap.count(), gap));
    }

    private static Map<String, Object> gapData(String handler, String topic, long count, Gap gap) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("handler", handler);
        data.put("topic", topic);
        data.put("count", count);
        if (gap != null) {
            data.put("sender", gap.sender());
            data.put("from", gap.from());
            data.put("to", gap.to());
            data.put("cause", gap.cause().name());
        }
        return data;
    }

    private void tellFeeds(Sighting sighting) {
        for (Feed feed : feeds) {
            feed.courier.offer(sighting);
        }
    }

    @Override
    public PushStream<MonitorEvent> monitorEvents() {
        return monitorEvents(0);
    }

    @Override
    public PushStream<MonitorEvent> monitorEvents(int count) {
        return stream(kept -> kept.subList(kept.size() - Math.max(0, Math.min(count, kept.size())), kept.size()));
    }

    @Override
    public PushStream<MonitorEvent> monitorEvents(Instant since) {
        long from = nanosAt(since);
        Predicate<Sighting> isSince = s -> s.nanos - from >= 0;
        return stream(kept -> kept.stream().filter(isSince).toList());
    }

    /** Ends all streams. */
    void close() {
        synchronized (history) {
            for (Feed feed : feeds) {
                feed.courier.offer(Sighting.END);
            }
            feeds.clear();
            watching = false;
        }
    }

    /** What of the history a stream begins with. */
    private interface Choice {
        List<Sighting> of(List<Sighting> kept);
    }

    private PushStream<MonitorEvent> stream(Choice choice) {
        return streams.buildStream((PushEventSource<MonitorEvent>) consumer -> connect(consumer, choice))
                .withExecutor(executor)
                .unbuffered()
                .build();
    }

    private AutoCloseable connect(PushEventConsumer<? super MonitorEvent> consumer, Choice choice) {
        Feed feed = new Feed(consumer);
        synchronized (history) {
            for (Sighting sighting : choice.of(kept())) {
                feed.courier.offer(sighting);
            }
            feeds.add(feed);
            watching = true;
        }
        return feed;
    }

    private void disconnect(Feed feed) {
        feed.courier.close();
        synchronized (history) {
            feeds.remove(feed);
            watching = capacity > 0 || !feeds.isEmpty();
        }
    }

    private List<Sighting> kept() {
        List<Sighting> sightings = new ArrayList<>(kept);
        for (int i = kept; i > 0; i--) {
            int at = Math.floorMod(next - i, capacity);
            sightings.add(new Sighting(topics[at], events[at], nanos[at]));
        }
        return sightings;
    }

    /** The same moment on the wall, by the clock as it is now: a head unit's clock jumps after a start. */
    private static Instant instantOf(long nanos) {
        return Instant.now().minusNanos(System.nanoTime() - nanos);
    }

    /** The nanoTime of a moment, rather too early than too late: what was published after it must not be missed. */
    private static long nanosAt(Instant moment) {
        long before = System.nanoTime();
        Instant now = Instant.now();
        long window = System.nanoTime() - before;
        // If this thread was held up between the two clocks, another try may do better.
        for (int i = 0; i < 5; i++) {
            long nextBefore = System.nanoTime();
            Instant nextNow = Instant.now();
            long nextWindow = System.nanoTime() - nextBefore;
            if (nextWindow < window) {
                before = nextBefore;
                now = nextNow;
                window = nextWindow;
            }
        }
        return before - saturatedNanos(Duration.between(moment, now));
    }

    private static long saturatedNanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE / 2 : Long.MAX_VALUE / 2;
        }
    }

    private static MonitorEvent monitorEvent(Sighting sighting) {
        MonitorEvent event = new MonitorEvent();
        event.topic = sighting.topic;
        event.publicationTime = instantOf(sighting.nanos);
        try {
            event.eventData = EventData.asMap(sighting.event);
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "The data of an event of {0} cannot be shown: {1}", sighting.topic, e);
            event.eventData = Map.of();
        }
        return event;
    }

    /** One stream and its queue. */
    private final class Feed implements AutoCloseable, Courier.Receiver<Sighting> {

        private final PushEventConsumer<? super MonitorEvent> consumer;
        private final Courier<Sighting> courier;

        Feed(PushEventConsumer<? super MonitorEvent> consumer) {
            this.consumer = consumer;
            this.courier = new Courier<>(executor, Math.max(FEED_CAPACITY, capacity), false, this);
        }

        @Override
        public void receive(Sighting sighting) {
            push(sighting.isEnd() ? PushEvent.close() : PushEvent.data(monitorEvent(sighting)));
        }

        @Override
        public void lost(long count, Sighting first, Sighting last) {
            Map<String, Object> data = gapData("this monitor", first.topic, count, null);
            push(PushEvent.data(monitorEvent(new Sighting(GAP_TOPIC, data, first.nanos))));
        }

        /** The consumer answers with how long it wants to be left alone, or that it is done (706.3.1). */
        private void push(PushEvent<MonitorEvent> event) {
            try {
                long pause = consumer.accept(event);
                if (pause < 0 || event.isTerminal()) {
                    close();
                } else if (pause > 0) {
                    TimeUnit.MILLISECONDS.sleep(pause);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "A monitor of events failed; its stream ends", e);
                close();
            }
        }

        @Override
        public void close() {
            disconnect(this);
        }
    }
}
