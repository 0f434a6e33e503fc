package headway.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.events.OneProcess.Inbox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleException;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventHandler;

/** Each promise of chapter 113, within one process and between two. */
class EventAdminTest {

    @TempDir
    Path directory;

    private FakeNet net;
    private OneProcess here;
    private OneProcess there;

    @BeforeEach
    void start() throws BundleException {
        net = new FakeNet();
        here = new OneProcess(net, directory.resolve("here")).start();
        there = new OneProcess(net, directory.resolve("there")).start();
    }

    @AfterEach
    void stop() throws BundleException {
        here.close();
        there.close();
        net.close();
    }

    private static Inbox<Event> handler(OneProcess process, Object... properties) {
        Inbox<Event> inbox = new Inbox<>();
        EventHandler handler = event -> inbox.put(event.getTopic(), event);
        process.register(EventHandler.class, handler, properties);
        return inbox;
    }

    @Test
    void a_posted_event_comes_to_every_handler_here_as_it_is_and_in_order() {
        Inbox<Event> one = handler(here, "event.topics", "a/b");
        Inbox<Event> other = handler(here, "event.topics", new String[] {"a/*", "c"});
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            events.add(new Event("a/b", Map.of("i", i)));
        }

        events.forEach(here.eventAdmin()::postEvent);

        for (Event event : events) {
            assertSame(event, one.next().event());
            assertSame(event, other.next().event());
        }
    }

    @Test
    void a_posted_event_comes_to_other_processes_with_its_properties() {
        Inbox<Event> inbox = handler(there, "event.topics", "*");

        here.eventAdmin().postEvent(new Event("a/b", Map.of("text", "x", "number", 5, "odd", new Object())));

        Event got = inbox.next().event();
        assertEquals("a/b", got.getTopic());
        assertEquals("x", got.getProperty("text"));
        assertEquals(5, got.getProperty("number"));
    }

    @Test
    void a_sent_event_has_been_handled_here_when_the_call_returns_and_comes_once() {
        List<String> order = new ArrayList<>();
        Inbox<Event> inbox = handler(here, "event.topics", "a");
        EventHandler handler =
                event -> order.add("handled by " + Thread.currentThread().getName());
        here.register(EventHandler.class, handler, "event.topics", "a");
        Inbox<Event> elsewhere = handler(there, "event.topics", "a");

        here.eventAdmin().sendEvent(new Event("a", Map.of("n", 1)));
        order.add("returned");

        assertEquals(List.of("handled by " + Thread.currentThread().getName(), "returned"), order);
        assertEquals(1, elsewhere.next().event().getProperty("n"));
        here.eventAdmin().postEvent(new Event("a", Map.of("n", 2)));
        assertEquals(1, inbox.next().event().getProperty("n"));
        assertEquals(2, inbox.next().event().getProperty("n"));
    }

    @Test
    void a_filter_lets_through_what_it_matches_the_topic_included() {
        Inbox<Event> inbox = handler(here, "event.topics", "*", "event.filter", "(|(n=2)(event.topics=b))");

        here.eventAdmin().postEvent(new Event("a", Map.of("n", 1)));
        here.eventAdmin().postEvent(new Event("a", Map.of("n", 2)));
        here.eventAdmin().sendEvent(new Event("a", Map.of("n", 3)));
        here.eventAdmin().postEvent(new Event("b", Map.of("n", 4)));

        assertEquals(2, inbox.next().event().getProperty("n"));
        assertEquals(4, inbox.next().event().getProperty("n"));
    }

    @Test
    void handlers_that_make_no_sense_are_ignored_and_those_that_throw_stay() {
        Inbox<Event> ignored = handler(here, "event.topics", "a", "event.filter", "(broken");
        Inbox<Event> nothing = handler(here);
        CountDownLatch twice = new CountDownLatch(2);
        EventHandler broken = event -> {
            twice.countDown();
            throw new IllegalStateException("on purpose");
        };
        here.register(EventHandler.class, broken, "event.topics", "a");
        Inbox<Event> good = handler(here, "event.topics", "a");

        here.eventAdmin().sendEvent(new Event("a", Map.of()));
        here.eventAdmin().sendEvent(new Event("a", Map.of()));

        assertEquals(0, twice.getCount());
        good.next();
        good.next();
        assertTrue(ignored.isEmpty());
        assertTrue(nothing.isEmpty());
    }

    @Test
    void typed_events_and_these_do_not_mix() {
        Inbox<Event> admin = handler(here, "event.topics", "*");
        Inbox<Map<String, Object>> typed = here.untyped("event.topics", "*");

        here.publisher().deliverUntyped("a", Map.of("n", 1));
        here.eventAdmin().postEvent(new Event("a", Map.of("n", 2)));
        here.publisher().deliverUntyped("a", Map.of("n", 3));

        assertEquals(2, admin.next().event().getProperty("n"));
        assertEquals(Map.of("n", 1), typed.next().event());
        assertEquals(Map.of("n", 3), typed.next().event());
    }

    @Test
    void the_service_can_be_switched_off() {
        here.stop();
        here.start("event.admin", false);

        assertNull(here.service(EventAdmin.class));
    }
}
