package headway.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.events.OneProcess.Got;
import headway.events.OneProcess.Inbox;
import headway.events.Vehicle.Belt;
import headway.events.Vehicle.OtherSpeed;
import headway.events.Vehicle.Seat;
import headway.events.Vehicle.SpecialBelt;
import headway.events.Vehicle.Speed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.typedevent.TypedEventBus;
import org.osgi.service.typedevent.TypedEventHandler;
import org.osgi.service.typedevent.UntypedEventHandler;
import org.osgi.service.typedevent.monitor.TypedEventMonitor;

/** Each promise of chapter 157 on publishing and receiving, within one process and between two. */
class TypedEventsTest {

    private static final String TOPICS = "event.topics";
    private static final String SPEED_TOPIC = "headway/events/Vehicle$Speed";

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

    /** A handler whose class says its type. */
    public static class SpeedHandler implements TypedEventHandler<Speed> {
        final Inbox<Speed> inbox = new Inbox<>();

        @Override
        public void notify(String topic, Speed event) {
            inbox.put(topic, event);
        }
    }

    abstract static class Generic<A, T> implements TypedEventHandler<T> {
        final Inbox<T> inbox = new Inbox<>();

        @Override
        public void notify(String topic, T event) {
            inbox.put(topic, event);
        }
    }

    static class Specific extends Generic<String, Speed> {}

    static class BeltHandler extends Generic<String, Belt> {}

    static class MapHandler extends Generic<String, Map<String, Integer>> {}

    // Publishing, 157.3 and 157.5

    @Test
    void without_an_event_there_is_a_null_pointer_exception() {
        TypedEventBus bus = here.publisher();
        assertThrows(NullPointerException.class, () -> bus.deliver(null));
        assertThrows(NullPointerException.class, () -> bus.deliver("a", null));
        assertThrows(NullPointerException.class, () -> bus.deliverUntyped("a", null));
    }

    @Test
    void without_a_topic_there_is_a_null_pointer_exception() {
        TypedEventBus bus = here.publisher();
        assertThrows(NullPointerException.class, () -> bus.deliver(null, new Speed(1, "")));
        assertThrows(NullPointerException.class, () -> bus.deliverUntyped(null, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "a b", "a/*", "*", "a/+", "a.b"})
    void a_malformed_topic_is_an_illegal_argument_exception_and_so_again(String topic) {
        TypedEventBus bus = here.publisher();
        for (int i = 0; i < 2; i++) {
            assertThrows(IllegalArgumentException.class, () -> bus.deliver(topic, new Speed(1, "")));
            assertThrows(IllegalArgumentException.class, () -> bus.deliverUntyped(topic, Map.of()));
        }
    }

    @Test
    void an_event_without_a_topic_has_the_name_of_its_class() {
        Inbox<Map<String, Object>> inbox = here.untyped(TOPICS, SPEED_TOPIC);

        here.publisher().deliver(new Speed(1, "x"));

        assertEquals(new Got<>(SPEED_TOPIC, Map.of("value", 1.0, "unit", "x")), inbox.next());
    }

    @Test
    void what_cannot_travel_is_the_problem_of_nobody_who_publishes() {
        there.untyped(TOPICS, "a");
        Inbox<Map<String, Object>> inbox = there.untyped(TOPICS, "a");

        here.publisher().deliver("a", "no event at all");
        here.publisher().deliverUntyped("a", Map.of("n", 1));

        assertEquals(Map.of("n", 1), inbox.next().event());
    }

    // Receiving typed events, 157.4.1

    @Test
    void a_typed_handler_gets_the_very_object() {
        SpeedHandler handler = new SpeedHandler();
        here.register(TypedEventHandler.class, handler);
        Speed event = new Speed(1, "x");

        here.publisher().deliver(event);

        Got<Speed> got = handler.inbox.next();
        assertEquals(SPEED_TOPIC, got.topic());
        assertSame(event, got.event());
        assertEquals(0, here.bus().marshalled.get());
    }

    @Test
    void the_type_is_found_through_superclasses() {
        Specific handler = new Specific();
        here.register(TypedEventHandler.class, handler);

        here.publisher().deliver(new Speed(1, "x"));

        assertEquals(new Speed(1, "x"), handler.inbox.next().event());
    }

    @Test
    void a_handler_with_a_class_of_its_own_gets_the_data_in_it() {
        Inbox<OtherSpeed> inbox = here.typed(OtherSpeed.class, TOPICS, "speed");

        here.publisher().deliver("speed", new Speed(1.5, "x"));

        assertEquals(new OtherSpeed(1.5f, "x", 0), inbox.next().event());
    }

    @Test
    void a_typed_handler_gets_untyped_data_as_its_type() {
        Inbox<Belt> inbox = here.typed(Belt.class, TOPICS, "belt");

        here.publisher().deliverUntyped("belt", Map.of("seat", "RIGHT", "closed", true));

        Belt got = inbox.next().event();
        assertEquals(Seat.RIGHT, got.seat);
        assertTrue(got.closed);
    }

    @Test
    void the_property_event_type_is_stronger_than_the_class() {
        BeltHandler handler = new BeltHandler();
        here.register(TypedEventHandler.class, handler, "event.type", SpecialBelt.class.getName());

        here.publisher().deliver(TopicNames.of(SpecialBelt.class), Vehicle.belt(Seat.LEFT, true));

        assertInstanceOf(SpecialBelt.class, handler.inbox.next().event());
    }

    @Test
    void a_parameterized_type_is_converted_to_as_a_whole() {
        MapHandler handler = new MapHandler();
        there.register(TypedEventHandler.class, handler, TOPICS, "counts");

        here.publisher().deliverUntyped("counts", Map.of("a", 1L));

        assertEquals(Map.of("a", 1), handler.inbox.next().event());
    }

    @Test
    void a_handler_of_several_topics_gets_them_all() {
        Inbox<Speed> inbox = here.typed(Speed.class, TOPICS, List.of("foo", "foo/bar"));

        here.publisher().deliver("foo", new Speed(1, ""));
        here.publisher().deliver("foo/bar", new Speed(2, ""));

        assertEquals("foo", inbox.next().topic());
        assertEquals("foo/bar", inbox.next().topic());
    }

    // Error handling, 157.4.8

    @Test
    void handlers_that_make_no_sense_are_ignored_and_the_others_served() {
        Inbox<Object> none = new Inbox<>();
        TypedEventHandler<Object> typed = none::put;
        UntypedEventHandler untyped = none::put;
        here.register(TypedEventHandler.class, typed, TOPICS, "a");
        here.register(TypedEventHandler.class, typed, TOPICS, "a", "event.type", "no.such.Type");
        here.register(UntypedEventHandler.class, untyped);
        here.register(UntypedEventHandler.class, untyped, TOPICS, new String[] {"a", "foo*"});
        here.register(UntypedEventHandler.class, untyped, TOPICS, new String[] {"a", "foo/*/bar"});
        here.register(UntypedEventHandler.class, untyped, TOPICS, "a", "event.filter", "(no filter");
        here.register(UntypedEventHandler.class, untyped, TOPICS, "a", "headway.delivery", "sometimes");
        here.register(UntypedEventHandler.class, untyped, TOPICS, List.of());
        Inbox<Map<String, Object>> inbox = here.untyped(TOPICS, "a");

        here.publisher().deliverUntyped("a", Map.of("n", 1));

        assertEquals(Map.of("n", 1), inbox.next().event());
        assertTrue(none.isEmpty());
    }

    @Test
    void an_event_that_does_not_fit_is_left_out_and_the_next_one_comes() {
        Inbox<Speed> inbox = here.typed(Speed.class, TOPICS, "speed");

        here.publisher().deliverUntyped("speed", Map.of("value", "fast"));
        here.publisher().deliverUntyped("speed", Map.of("value", 2));

        assertEquals(new Speed(2, null), inbox.next().event());
    }

    @Test
    void a_handler_that_throws_gets_the_next_event() {
        Inbox<Map<String, Object>> inbox = new Inbox<>();
        UntypedEventHandler handler = (topic, event) -> {
            inbox.put(topic, event);
            throw new IllegalStateException("on purpose");
        };
        here.register(UntypedEventHandler.class, handler, TOPICS, "a");

        here.publisher().deliverUntyped("a", Map.of("n", 1));
        here.publisher().deliverUntyped("a", Map.of("n", 2));

        assertEquals(Map.of("n", 1), inbox.next().event());
        assertEquals(Map.of("n", 2), inbox.next().event());
    }

    // Untyped events, wildcards, filters: 157.4.2, 157.4.3, 157.4.5

    @Test
    void an_untyped_handler_gets_nested_maps() {
        Inbox<Map<String, Object>> inbox = here.untyped(TOPICS, "a");
        record Nested(Speed speed) {}

        here.publisher().deliver("a", new Nested(new Speed(1, "x")));

        assertEquals(
                Map.of("speed", Map.of("value", 1.0, "unit", "x")), inbox.next().event());
    }

    @Test
    void wildcards_mean_what_is_below_and_nothing_else() {
        Inbox<Map<String, Object>> below = here.untyped(TOPICS, "foo/*");
        Inbox<Map<String, Object>> all = here.untyped(TOPICS, "*");
        Inbox<Map<String, Object>> level = here.untyped(TOPICS, "foo/+/x");

        for (String topic : List.of("foo", "foobar/fizzbuzz", "foo/bar", "foo/bar/x", "foo/last")) {
            here.publisher().deliverUntyped(topic, Map.of());
        }

        assertEquals("foo/bar", below.next().topic());
        assertEquals("foo/bar/x", below.next().topic());
        assertEquals("foo/last", below.next().topic());
        assertEquals("foo", all.next().topic());
        assertEquals("foobar/fizzbuzz", all.next().topic());
        assertEquals("foo/bar/x", level.next().topic());
    }

    @Test
    void a_filter_lets_through_what_it_matches() {
        Inbox<Speed> typed = here.typed(Speed.class, TOPICS, "speed", "event.filter", "(value>=100)");
        Inbox<Map<String, Object>> untyped = there.untyped(TOPICS, "speed", "event.filter", "(unit=k*)");

        here.publisher().deliver("speed", new Speed(99, "m/s"));
        here.publisher().deliver("speed", new Speed(100, "m/s"));
        here.publisher().deliver("speed", new Speed(9, "km/h"));
        here.publisher().deliver("speed", new Speed(110, "mph"));

        assertEquals(100, typed.next().event().value());
        assertEquals(110, typed.next().event().value());
        assertEquals("km/h", untyped.next().event().get("unit"));
    }

    @Test
    void an_event_of_overlapping_topics_comes_once_and_all_come_in_order() {
        Inbox<Map<String, Object>> inbox = here.untyped(TOPICS, List.of("a/+/c", "a/b/*", "x", "y/*", "a/b/c"));
        List<String> topics = List.of("a/b/c", "x", "a/b/d", "y/1", "a/z/c", "x", "y/2");

        for (int i = 0; i < 100; i++) {
            for (String topic : topics) {
                here.publisher().deliverUntyped(topic, Map.of("i", i));
            }
        }

        for (int i = 0; i < 100; i++) {
            for (String topic : topics) {
                assertEquals(new Got<>(topic, Map.<String, Object>of("i", i)), inbox.next());
            }
        }
        assertTrue(inbox.isEmpty());
    }

    // Order and threads, 157.3.3

    @Test
    void each_handler_gets_the_events_of_a_publisher_in_order() {
        List<Inbox<Map<String, Object>>> inboxes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            inboxes.add(i % 2 == 0 ? here.untyped(TOPICS, "a") : there.untyped(TOPICS, "a"));
        }

        for (int i = 0; i < 1000; i++) {
            here.publisher().deliverUntyped("a", Map.of("i", i));
        }

        for (var inbox : inboxes) {
            for (int i = 0; i < 1000; i++) {
                assertEquals(i, inbox.next().event().get("i"));
            }
        }
    }

    @Test
    void a_handler_that_blocks_delays_nobody_else() {
        CountDownLatch never = new CountDownLatch(1);
        UntypedEventHandler stuck = (topic, event) -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        here.register(UntypedEventHandler.class, stuck, TOPICS, "a");
        here.register(UntypedEventHandler.class, stuck, TOPICS, List.of("a", "b"));
        Inbox<Map<String, Object>> one = here.untyped(TOPICS, "a");
        Inbox<Map<String, Object>> several = here.untyped(TOPICS, List.of("a", "b"));

        for (int i = 0; i < 100; i++) {
            here.publisher().deliverUntyped("a", Map.of("i", i));
        }

        for (int i = 0; i < 100; i++) {
            assertEquals(i, one.next().event().get("i"));
            assertEquals(i, several.next().event().get("i"));
        }
        never.countDown();
    }

    @Test
    void a_handler_may_publish() {
        Inbox<Map<String, Object>> inbox = here.untyped(TOPICS, "second");
        UntypedEventHandler relay = (topic, event) -> here.publisher().deliverUntyped("second", event);
        here.register(UntypedEventHandler.class, relay, TOPICS, "first");

        here.publisher().deliverUntyped("first", Map.of("n", 1));

        assertEquals(Map.of("n", 1), inbox.next().event());
    }

    // The whiteboard

    @Test
    void a_handler_with_new_properties_gets_new_topics() {
        Inbox<Map<String, Object>> inbox = new Inbox<>();
        UntypedEventHandler handler = inbox::put;
        var registration = here.register(UntypedEventHandler.class, handler, TOPICS, "a");
        registration.setProperties(OneProcess.properties(TOPICS, "b"));

        here.publisher().deliverUntyped("a", Map.of());
        here.publisher().deliverUntyped("b", Map.of());

        assertEquals("b", inbox.next().topic());
    }

    @Test
    void a_handler_that_is_gone_leaves_nothing_behind() {
        UntypedEventHandler handler = (topic, event) -> {};
        ServiceRegistration<?> registration =
                here.register(UntypedEventHandler.class, handler, TOPICS, List.of("a", "b/*"));
        assertTrue(here.bus().wanted("a"));

        registration.unregister();

        assertEquals(List.of(), here.bus().patterns());
    }

    @Test
    void handlers_that_were_there_before_the_bus_are_served_when_it_comes() {
        here.stop();
        assertNull(here.service(TypedEventBus.class));
        assertNull(here.service(TypedEventMonitor.class));
        Inbox<Map<String, Object>> inbox = here.untyped(TOPICS, "a");

        here.start();
        here.publisher().deliverUntyped("a", Map.of("n", 1));

        assertEquals(Map.of("n", 1), inbox.next().event());
    }

    @Test
    void when_the_bus_goes_the_services_go_and_nothing_is_left() {
        here.untyped(TOPICS, List.of("a", "b/*"));
        assertNotNull(here.service(TypedEventMonitor.class));

        here.stop();

        assertNull(here.service(TypedEventBus.class));
        assertEquals(List.of(), here.bus().patterns());
    }

    // Unhandled events, 157.4.4

    @Test
    void an_event_that_nobody_asks_for_is_unhandled() {
        Inbox<Map<String, Object>> unhandled = here.unhandled();
        Inbox<Map<String, Object>> handled = here.untyped(TOPICS, "a");

        here.publisher().deliver("a", new Speed(1, "x"));
        here.publisher().deliver("b", new Speed(2, "x"));

        assertEquals(new Got<>("b", Map.of("value", 2.0, "unit", "x")), unhandled.next());
        assertEquals("a", handled.next().topic());
    }

    @Test
    void an_event_that_every_filter_refuses_is_unhandled() {
        Inbox<Map<String, Object>> unhandled = here.unhandled();
        here.untyped(TOPICS, "a", "event.filter", "(n=1)");
        here.untyped(TOPICS, "*", "event.filter", "(n=2)");

        for (int i = 1; i <= 3; i++) {
            here.publisher().deliverUntyped("a", Map.of("n", i));
        }

        assertEquals(Map.of("n", 3), unhandled.next().event());
    }

    @Test
    void an_event_that_somebody_elsewhere_asks_for_is_handled() {
        Inbox<Map<String, Object>> unhandled = here.unhandled();
        there.untyped(TOPICS, "a/*");

        here.publisher().deliverUntyped("a/b", Map.of());
        here.publisher().deliverUntyped("b", Map.of());

        assertEquals("b", unhandled.next().topic());
    }

    @Test
    void a_monitor_handles_no_event() {
        Inbox<Map<String, Object>> unhandled = here.unhandled();
        try (var stream = here.monitor().monitorEvents()) {
            stream.forEach(event -> {});
            here.publisher().deliverUntyped("a", Map.of());
            assertEquals("a", unhandled.next().topic());
        }
    }

    // Between processes

    @Test
    void an_event_reaches_the_other_process_once_and_is_not_echoed() {
        Inbox<Speed> typedThere = there.typed(Speed.class);
        Inbox<OtherSpeed> otherThere = there.typed(OtherSpeed.class, TOPICS, "headway/*");
        Inbox<Map<String, Object>> untypedThere = there.untyped(TOPICS, SPEED_TOPIC);
        Inbox<Speed> typedHere = here.typed(Speed.class);

        here.publisher().deliver(new Speed(1, "x"));
        here.publisher().deliver(new Speed(2, "x"));

        for (int i = 1; i <= 2; i++) {
            assertEquals(new Got<>(SPEED_TOPIC, new Speed(i, "x")), typedThere.next());
            assertEquals(new OtherSpeed(i, "x", 0), otherThere.next().event());
            assertEquals(
                    Map.of("value", (double) i, "unit", "x"),
                    untypedThere.next().event());
            assertEquals(new Speed(i, "x"), typedHere.next().event());
        }
        assertTrue(typedHere.isEmpty());
        assertTrue(typedThere.isEmpty());
    }

    @Test
    void what_any_program_publishes_as_named_values_is_an_event_and_nothing_else_is() {
        Inbox<Map<String, Object>> inbox = here.untyped(TOPICS, "a");

        there.bus().publish("a", "s", "no event");
        there.bus().publish("a", "a{sv}", Map.of("n", headway.dbus.Variant.of(5)));

        assertEquals(Map.of("n", 5), inbox.next().event());
    }

    @Test
    void a_d_bus_signal_is_an_event_with_its_arguments_and_who_emitted_it() {
        Inbox<Map<String, Object>> inbox = here.untyped(TOPICS, "org/mpris/MediaPlayer2/Player/Seeked");

        there.bus().emit("/player", "org.mpris.MediaPlayer2.Player", "Seeked", "xs", 7L, "track");

        assertEquals(
                Map.of(
                        "arg0",
                        7L,
                        "arg1",
                        "track",
                        "path",
                        "/player",
                        "sender",
                        there.bus().uniqueName()),
                inbox.next().event());
    }

    @Test
    void what_nobody_elsewhere_asks_for_is_not_even_written() {
        here.untyped(TOPICS, "a");

        here.publisher().deliver("a", new Speed(1, "x"));
        here.publisher().deliver("b", new Speed(1, "x"));

        assertEquals(0, here.bus().marshalled.get());
    }

    @Test
    void made_up_topics_do_not_fill_the_memory() {
        here.stop();
        here.start("topics", 10);
        Inbox<Map<String, Object>> inbox = here.untyped(TOPICS, "made/up/*");

        for (int i = 0; i < 1000; i++) {
            here.publisher().deliverUntyped("made/up/" + i, Map.of());
        }

        for (int i = 0; i < 1000; i++) {
            assertEquals("made/up/" + i, inbox.next().topic());
        }
    }
}
