package headway.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.events.Vehicle.Speed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleException;
import org.osgi.service.typedevent.UntypedEventHandler;
import org.osgi.service.typedevent.monitor.MonitorEvent;
import org.osgi.util.pushstream.PushStream;

/** Each promise of chapter 157 on monitoring. */
class MonitorTest {

    @TempDir
    Path directory;

    private FakeNet net;
    private OneProcess here;
    private OneProcess there;

    @BeforeEach
    void start() throws BundleException {
        net = new FakeNet();
        here = new OneProcess(net, directory.resolve("here")).start("history", 10);
        there = new OneProcess(net, directory.resolve("there")).start();
    }

    @AfterEach
    void stop() throws BundleException {
        here.close();
        there.close();
        net.close();
    }

    private static OneProcess.Inbox<MonitorEvent> watch(PushStream<MonitorEvent> stream) {
        OneProcess.Inbox<MonitorEvent> inbox = new OneProcess.Inbox<>();
        stream.forEach(event -> inbox.put(event.topic, event));
        return inbox;
    }

    private void publish(String topic, int n) {
        here.publisher().deliverUntyped(topic, Map.of("n", n));
    }

    @Test
    void a_stream_shows_topic_data_and_time_of_what_is_published_from_now_on() {
        publish("before", 0);
        Instant start = Instant.now();
        var inbox = watch(here.monitor().monitorEvents());

        here.publisher().deliver("speed", new Speed(1, "x"));

        MonitorEvent event = inbox.next().event();
        assertEquals("speed", event.topic);
        assertEquals(Map.of("value", 1.0, "unit", "x"), event.eventData);
        assertFalse(event.publicationTime.isBefore(start.minusMillis(1)));
        assertFalse(event.publicationTime.isAfter(Instant.now().plusMillis(1)));
    }

    @Test
    void a_stream_begins_with_as_much_history_as_asked_for_and_goes_on_without_a_seam() {
        for (int i = 0; i < 5; i++) {
            publish("a", i);
        }
        var inbox = watch(here.monitor().monitorEvents(3));
        publish("a", 5);

        for (int i = 2; i <= 5; i++) {
            assertEquals(Map.of("n", i), inbox.next().event().eventData);
        }
    }

    @Test
    void the_history_is_bounded() {
        for (int i = 0; i < 100; i++) {
            publish("a", i);
        }
        var inbox = watch(here.monitor().monitorEvents(1000));

        for (int i = 90; i < 100; i++) {
            assertEquals(Map.of("n", i), inbox.next().event().eventData);
        }
    }

    @Test
    void a_stream_begins_with_the_history_since_a_moment() {
        publish("a", 1);
        Instant published = Instant.now();
        Instant since = published;
        while (since.isBefore(published.plusMillis(1))) {
            since = Instant.now();
        }
        publish("a", 2);
        publish("a", 3);

        var inbox = watch(here.monitor().monitorEvents(since));

        assertEquals(Map.of("n", 2), inbox.next().event().eventData);
        assertEquals(Map.of("n", 3), inbox.next().event().eventData);
        assertEquals(
                Map.of("n", 1),
                watch(here.monitor().monitorEvents(Instant.MIN)).next().event().eventData);
        var none = watch(here.monitor().monitorEvents(Instant.MAX));
        publish("a", 4);
        assertEquals(Map.of("n", 4), none.next().event().eventData);
    }

    private static boolean await(CountDownLatch latch, long millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void without_history_there_is_only_what_comes() {
        here.stop();
        here.start("history", 0);
        publish("a", 1);
        var inbox = watch(here.monitor().monitorEvents(5));
        publish("a", 2);

        assertEquals(Map.of("n", 2), inbox.next().event().eventData);
    }

    @Test
    void what_arrives_from_elsewhere_is_shown_once_however_many_handlers_get_it() {
        here.untyped("event.topics", "a/b");
        here.untyped("event.topics", List.of("a/*", "a/+", "x"));
        here.untyped("event.topics", "*", "event.filter", "(never=true)");
        var inbox = watch(here.monitor().monitorEvents());

        for (int i = 0; i < 3; i++) {
            there.publisher().deliver("a/b", new Speed(i, "x"));
        }
        publish("end", 1);

        for (int i = 0; i < 3; i++) {
            assertEquals(Map.of("value", (double) i, "unit", "x"), inbox.next().event().eventData);
        }
        assertEquals("end", inbox.next().topic());
    }

    @Test
    void what_no_handler_here_asks_for_is_shown_if_the_settings_say_so() {
        here.stop();
        here.start("monitor.topics", new String[] {"a/*"});
        var inbox = watch(here.monitor().monitorEvents());

        there.publisher().deliverUntyped("b", Map.of());
        there.publisher().deliverUntyped("a/b", Map.of());

        assertEquals("a/b", inbox.next().topic());
    }

    @Test
    void a_blocked_handler_does_not_hide_what_arrives() {
        CountDownLatch never = new CountDownLatch(1);
        UntypedEventHandler stuck = (topic, event) -> await(never, 60_000);
        here.register(UntypedEventHandler.class, stuck, "event.topics", "a");
        var inbox = watch(here.monitor().monitorEvents());

        for (int i = 0; i < 10; i++) {
            there.publisher().deliverUntyped("a", Map.of("n", i));
        }

        for (int i = 0; i < 10; i++) {
            assertEquals(Map.of("n", i), inbox.next().event().eventData);
        }
        never.countDown();
    }

    @Test
    void a_slow_monitor_delays_no_publisher_and_is_told_what_it_lost() {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        here.monitor().monitorEvents().forEach(event -> {
            await(go, 60_000);
            if (event.topic.equals(Monitors.GAP_TOPIC)) {
                told.countDown();
            }
        });

        for (int i = 0; i < 20_000; i++) {
            publish("a", i);
        }
        go.countDown();

        assertTrue(await(told, 30_000));
    }

    @Test
    void what_a_slow_handler_loses_is_shown() {
        CountDownLatch entered = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        UntypedEventHandler slow = (topic, event) -> {
            entered.countDown();
            await(go, 60_000);
        };
        here.register(UntypedEventHandler.class, slow, "event.topics", "a", "headway.delivery", "queue:2");
        here.register(
                UntypedEventHandler.class, slow, "event.topics", List.of("a", "b"), "headway.delivery", "queue:2");
        publish("a", 0);
        assertTrue(await(entered, 30_000));
        for (int i = 1; i <= 5; i++) {
            publish("a", i);
        }
        var inbox = watch(here.monitor().monitorEvents().filter(e -> e.topic.equals(Monitors.GAP_TOPIC)));
        go.countDown();

        for (int i = 0; i < 2; i++) {
            Map<String, Object> gap = inbox.next().event().eventData;
            assertEquals(3L, gap.get("count"));
            assertEquals("a", gap.get("topic"));
            assertEquals("SLOW_SUBSCRIBER", gap.get("cause"));
        }
    }

    @Test
    void a_stream_ends_with_the_service() throws Exception {
        PushStream<MonitorEvent> stream = here.monitor().monitorEvents();
        var count = stream.count();
        publish("a", 1);
        publish("a", 2);

        here.stop();

        // Not count.timeout(): that would need the executor that has just been stopped.
        assertEquals(2L, assertTimeoutPreemptively(Duration.ofSeconds(30), count::getValue));
    }

    @Test
    void a_closed_stream_gets_nothing_more() {
        PushStream<MonitorEvent> stream = here.monitor().monitorEvents();
        var closed = watch(stream);
        publish("a", 1);
        closed.next();

        stream.close();
        publish("a", 2);

        assertEquals(
                2,
                watch(here.monitor().monitorEvents(1)).next().event().eventData.get("n"));
        assertTrue(closed.isEmpty());
    }
}
