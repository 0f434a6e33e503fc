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
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    private static final long PATIENCE_SECONDS = 60;


    /** An event type that only this process knows. */
    public record Door(String name, boolean open) {}

    @Test
    public void what_another_process_publishes_reaches_a_subscriber_here() throws Exception {
        BlockingQueue<Message> received = new ArrayBlockingQueue<>(1);
        Bus bus = Container.here().bus();
        try (var subscription = bus.subscribe("it/*", Delivery.queue(10), received::add)) {
            Process publisher = start("publish", "it/doors/front-left", "{\"open\": true, \"name\": \"front\"}");
            Message message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals("it/doors/front-left", message.topic());
            assertEquals("a{sv}", message.signature());
            assertTrue(!message.sender().uniqueName().equals(bus.uniqueName()));
            assertEquals(0, exitCode(publisher), subscription.pattern());
        }
    }

    @Test
    public void a_typed_event_from_here_is_printed_by_another_process() throws Exception {
        Process subscriber = start("subscribe", "--json", "--count", "1", "it/typed/+");
        Bus bus = Container.here().bus();
        while (!bus.wanted("it/typed/door")) {
            assertTrue(subscriber.isAlive(), "The subscriber ended early");
            Thread.onSpinWait();
        }
        Container.here().service(TypedEventBus.class).deliver("it/typed/door", new Door("front", true));
        String line = firstLine(subscriber);
        assertTrue(line.contains("\"topic\":\"it/typed/door\"") && line.contains("front"), line);
        assertEquals(0, exitCode(subscriber));
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
            assertEquals(0, exitCode(start("publish", "it/untyped/slow", "{\"speed\": 30}")));
            assertEquals(0, exitCode(start("publish", "it/untyped/fast", "{\"speed\": 130}")));
            Map<String, Object> event = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
                "/it", "org.example.It", Execution.SERIAL, call -> call.reply("s", "hello " + call.message().body().get(0)))) {
            bus.requestName("org.example.ItName", Set.of()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Process caller = start("call", "--json", "org.example.ItName", "/it", "org.example.It", "Greet", "s", "car");
            String line = firstLine(caller);
            assertTrue(line.contains("hello car"), line);
            assertEquals(0, exitCode(caller), String.valueOf(export));
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
        })) {
            Process victim = start("run");
            String name = joined.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            var first = bus.call(new Target(name, "/org/headway/Node", "org.headway.Node"), "Status", "");
            assertEquals("s", first.get(PATIENCE_SECONDS, TimeUnit.SECONDS).signature());
            // Stopped, it cannot answer; then it dies with the call in its hands.
            signal("STOP", victim);
            var second = bus.call(new Target(name, "/org/headway/Node", "org.headway.Node"), "Status", "");
            victim.destroyForcibly();
            var failure = assertThrows(
                    ExecutionException.class, () -> second.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals(
                    CallException.PEER_DIED,
                    ((CallException) failure.getCause()).errorName(),
                    String.valueOf(watch));
        }
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        assertEquals(0, code);
    }

    private static Process start(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(Container.sameBus()));
        all.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(Image.command(
                        Path.of(System.getProperty(FelixExtension.RUNTIME_DIRECTORY)), all.toArray(String[]::new)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        assertTrue(line != null, "The process printed nothing");
        return line;
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "The process does not end");
        return process.exitValue();
    }
}
