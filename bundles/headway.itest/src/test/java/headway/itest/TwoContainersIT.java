package headway.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Message;
import headway.bus.Target;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.typedevent.TypedEventBus;
import org.osgi.service.typedevent.TypedEventConstants;
import org.osgi.service.typedevent.UntypedEventHandler;

/** Two containers in two processes: the one this runs in, and the head unit as it ships, started beside it. */
@InFelix
public class TwoContainersIT {

    /** An event type that only this process knows. */
    public record Door(String name, boolean open) {}

    @Test
    public void what_another_process_publishes_reaches_a_subscriber_here() throws Exception {
        BlockingQueue<Message> received = new ArrayBlockingQueue<>(1);
        Bus bus = Container.here().bus();
        try (var subscription = bus.subscribe("it/*", Delivery.queue(10), received::add);
                var publisher =
                        Neighbour.start("publish", "it/doors/front-left", "{\"open\": true, \"name\": \"front\"}")) {
            Message message = received.poll(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals("it/doors/front-left", message.topic());
            assertEquals("a{sv}", message.signature());
            assertTrue(!message.sender().uniqueName().equals(bus.uniqueName()));
            assertEquals(0, publisher.exitCode(), subscription.pattern());
        }
    }

    @Test
    public void a_typed_event_from_here_is_printed_by_another_process() throws Exception {
        Bus bus = Container.here().bus();
        try (var subscriber = Neighbour.start("subscribe", "--json", "--count", "1", "it/typed/+")) {
            while (!bus.wanted("it/typed/door")) {
                assertTrue(subscriber.isAlive(), "The subscriber ended early");
                Thread.onSpinWait();
            }
            Container.here().service(TypedEventBus.class).deliver("it/typed/door", new Door("front", true));
            String line = subscriber.line();
            assertTrue(line.contains("\"topic\":\"it/typed/door\"") && line.contains("front"), line);
            assertEquals(0, subscriber.exitCode());
        }
    }

    @Test
    public void an_event_of_another_process_reaches_an_untyped_handler_here_once() throws Exception {
        BlockingQueue<Map<String, Object>> received = new ArrayBlockingQueue<>(10);
        UntypedEventHandler handler = (topic, event) -> received.add(event);
        var registration = Container.here()
                .context()
                .registerService(
                        UntypedEventHandler.class,
                        handler,
                        FrameworkUtil.asDictionary(Map.of(
                                TypedEventConstants.TYPED_EVENT_TOPICS,
                                "it/untyped/*",
                                TypedEventConstants.TYPED_EVENT_FILTER,
                                "(speed>=100)")));
        try {
            Container.here().service(TypedEventBus.class);
            for (String event : List.of("{\"speed\": 30}", "{\"speed\": 130}")) {
                try (var publisher = Neighbour.start("publish", "it/untyped/speed", event)) {
                    assertEquals(0, publisher.exitCode());
                }
            }
            Map<String, Object> event = received.poll(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals(130, ((Number) event.get("speed")).intValue());
            assertTrue(received.isEmpty(), "More than one event came: " + received);
        } finally {
            registration.unregister();
        }
    }

    @Test
    public void another_process_calls_an_object_here_by_its_well_known_name() throws Exception {
        Bus bus = Container.here().bus();
        try (var export = bus.export(
                "/it",
                "org.example.It",
                Execution.SERIAL,
                call -> call.reply("s", "hello " + call.message().body().get(0)))) {
            bus.requestName("org.example.ItName", Set.of()).get(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS);
            try (var caller = Neighbour.start(
                    "call", "--json", "org.example.ItName", "/it", "org.example.It", "Greet", "s", "car")) {
                String line = caller.line();
                assertTrue(line.contains("hello car"), line);
                assertEquals(0, caller.exitCode(), String.valueOf(export));
            }
        }
    }

    @Test
    public void a_call_to_a_process_that_is_killed_is_answered_with_its_death() throws Exception {
        Bus bus = Container.here().bus();
        BlockingQueue<String> joined = new ArrayBlockingQueue<>(10);
        try (var watch = bus.watchNames(change -> {
                    if (change.oldOwner().isEmpty()) {
                        joined.add(change.newOwner());
                    }
                });
                var victim = Neighbour.start("run")) {
            Target node = new Target(
                    joined.poll(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS), "/org/headway/Node", "org.headway.Node");
            awaitStatus(bus, node);
            // Stopped, it cannot answer; then it dies with the call in its hands.
            victim.freeze();
            var answer = bus.call(node, "Status", "");
            victim.kill();
            var failure = assertThrows(
                    ExecutionException.class, () -> answer.get(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals(
                    CallException.PEER_DIED, ((CallException) failure.getCause()).errorName(), String.valueOf(watch));
        }
    }

    /** A node is on the bus a little before its objects are. */
    private static void awaitStatus(Bus bus, Target node) throws Exception {
        while (true) {
            try {
                Message status = bus.call(node, "Status", "").get(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertEquals("s", status.signature());
                return;
            } catch (ExecutionException e) {
                assertEquals(CallException.UNKNOWN_METHOD, ((CallException) e.getCause()).errorName());
            }
        }
    }
}
