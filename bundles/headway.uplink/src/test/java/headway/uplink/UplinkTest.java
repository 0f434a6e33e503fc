package headway.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Target;
import headway.core.RunningNode;
import headway.dbus.ErrorNames;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import headway.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between a dbus-daemon and two nodes: one with the uplink, and one that knows of no daemon. */
class UplinkTest {

    private static final String NAME = "org.test.Service";
    private static final String INTERFACE = "org.test.Interface";

    @TempDir
    Path directory;

    private Process daemon;
    private RunningNode near;
    private RunningNode far;
    private Uplink uplink;
    private final List<Program> programs = new ArrayList<>();

    /** A program on the daemon. */
    private static final class Program implements DaemonConnection.Listener {

        private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
        private final DaemonConnection connection;

        Program(Path socket) throws IOException {
            connection = new DaemonConnection(this);
            connection.open(socket);
        }

        @Override
        public void onMessage(DaemonConnection from, Message message) {
            from.handled(message);
            if (!DaemonConnection.BUS.equals(message.sender()) || message.type() != MessageType.SIGNAL) {
                inbox.add(message);
            }
        }

        @Override
        public void onEnd(DaemonConnection of) {
            // Whoever waits for a message waits in vain, and says so.
        }

        Object call(String member, String signature, Object... body) throws Exception {
            List<Object> answer = connection
                    .call(member, signature, body)
                    .get(20, TimeUnit.SECONDS)
                    .body();
            return answer.isEmpty() ? null : answer.get(0);
        }

        Message next() throws InterruptedException {
            Message message = inbox.poll(20, TimeUnit.SECONDS);
            assertNotNull(message, "nothing came");
            return message;
        }
    }

    @BeforeEach
    void start() throws Exception {
        startDaemon();
        near = node();
        far = node();
        uplink = new Uplink(
                near.ports(),
                socket(),
                new NameFilter("org.test.*"),
                new NameFilter("org.headway.shown, org.headway.b"));
    }

    private RunningNode node() throws Exception {
        return RunningNode.start("test")
                .add(new LoopbackTransport(directory.resolve("run")), 0)
                .awaitJoined(Duration.ofSeconds(20));
    }

    private Path socket() {
        return directory.resolve("daemon");
    }

    private void startDaemon() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dbus-daemon")), "dbus-daemon is not installed");
        daemon = new ProcessBuilder(
                        "/usr/bin/dbus-daemon",
                        "--session",
                        "--nofork",
                        "--nosyslog",
                        "--print-address",
                        "--address=unix:path=" + socket())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(daemon.inputReader().readLine().startsWith("unix:path="));
    }

    @AfterEach
    void stop() throws Exception {
        if (uplink != null) {
            uplink.close();
            programs.forEach(program -> program.connection.close());
            near.close();
            far.close();
        }
        if (daemon != null) {
            daemon.destroyForcibly().waitFor();
        }
    }

    private Program program() throws IOException {
        Program program = new Program(socket());
        programs.add(program);
        return program;
    }

    /** A program of the daemon with the name that is chosen. */
    private Program service() throws Exception {
        Program service = program();
        service.call("RequestName", "su", NAME, 0L);
        await(() -> far.bus().names().containsKey(NAME), "the name on Headway");
        return service;
    }

    private static void await(Callable<Boolean> condition, String what) throws Exception {
        long until = System.nanoTime() + 20_000_000_000L;
        while (!condition.call()) {
            assertTrue(System.nanoTime() < until, "waited in vain for " + what);
            Thread.sleep(1);
        }
    }

    private static String errorOf(CompletableFuture<?> answer) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS));
        return ((CallException) failure.getCause()).errorName();
    }

    private CompletableFuture<headway.bus.Message> call(String member, String signature, Object... body) {
        return far.bus().call(new Target(NAME, "/object", INTERFACE), member, signature, body);
    }

    @Test
    void a_name_of_the_daemon_is_called_from_any_node() throws Exception {
        Program service = service();
        CompletableFuture<headway.bus.Message> answer = call("Add", "ii", 2, 3);
        Message call = service.next();
        assertEquals(
                List.of("/object", INTERFACE, "Add", List.of(2, 3), NAME),
                List.of(call.path(), call.interfaceName(), call.member(), call.body(), call.destination()));
        service.connection.send(MessageBuilder.reply(call).body("i", 5));
        headway.bus.Message got = answer.get(20, TimeUnit.SECONDS);
        assertEquals(List.of(5), got.body());
        assertEquals(far.bus().names().get(NAME), got.sender().uniqueName());

        CompletableFuture<headway.bus.Message> failing = call("Fail", "");
        service.connection.send(MessageBuilder.error(service.next(), "org.test.Error", "no"));
        assertEquals("org.test.Error", errorOf(failing));
    }

    @Test
    void signals_of_a_shown_name_are_messages_to_their_topic() throws Exception {
        BlockingQueue<headway.bus.Message> subscribed = new LinkedBlockingQueue<>();
        far.bus().subscribe("org/test/Interface/Changed", Delivery.queue(1000), subscribed::add);
        await(() -> near.bus().wanted("org/test/Interface/Changed"), "the interest");
        Program service = service();
        Program unknown = program();
        unknown.connection.send(
                MessageBuilder.signal("/object", INTERFACE, "Changed").body("i", -1));
        for (int i = 0; i < 100; i++) {
            service.connection.send(
                    MessageBuilder.signal("/object", INTERFACE, "Changed").body("i", i));
        }
        for (int i = 0; i < 100; i++) {
            headway.bus.Message signal = subscribed.poll(20, TimeUnit.SECONDS);
            assertNotNull(signal, "signal " + i);
            assertEquals(List.of(i), signal.body());
            assertEquals(far.bus().names().get(NAME), signal.sender().uniqueName());
        }
    }

    @Test
    void a_name_goes_with_its_owner_and_calls_are_answered() throws Exception {
        Program service = service();
        CompletableFuture<headway.bus.Message> answer = call("Wait", "");
        service.next();
        service.connection.close();
        assertEquals(ErrorNames.NO_REPLY, errorOf(answer));
        await(() -> !far.bus().names().containsKey(NAME), "the name to go");
        assertEquals(CallException.SERVICE_UNKNOWN, errorOf(call("Wait", "")));
    }

    @Test
    void names_vanish_while_the_daemon_is_away_and_come_back_with_it() throws Exception {
        Program service = service();
        CompletableFuture<headway.bus.Message> answer = call("Wait", "");
        service.next();
        daemon.destroyForcibly().waitFor();
        assertEquals(ErrorNames.NO_REPLY, errorOf(answer));
        await(() -> !far.bus().names().containsKey(NAME), "the name to go");
        Files.deleteIfExists(socket());
        startDaemon();
        service();
    }

    @Test
    void only_chosen_names_are_shown() throws Exception {
        Program other = program();
        other.call("RequestName", "su", "org.other.Service", 0L);
        service();
        assertEquals(Set.of(NAME), far.bus().names().keySet());
        far.bus().requestName("org.headway.hidden", Set.of()).get(20, TimeUnit.SECONDS);
        far.bus().requestName("org.headway.shown", Set.of()).get(20, TimeUnit.SECONDS);
        await(() -> (Boolean) other.call("NameHasOwner", "s", "org.headway.shown"), "the name at the daemon");
        assertFalse((Boolean) other.call("NameHasOwner", "s", "org.headway.hidden"));
    }

    @Test
    void a_name_of_headway_is_called_and_heard_at_the_daemon_and_goes() throws Exception {
        Bus bus = far.bus();
        bus.export("/object", INTERFACE, Execution.SERIAL, call -> {
            if (call.message().member().equals("Add")) {
                List<Object> body = call.message().body();
                call.reply("i", (Integer) body.get(0) + (Integer) body.get(1));
            } else {
                throw new CallException("org.test.Error", "no");
            }
        });
        bus.requestName("org.headway.shown", Set.of()).get(20, TimeUnit.SECONDS);
        Program client = program();
        client.call("AddMatch", "s", "type='signal',interface='" + INTERFACE + "'");
        await(() -> (Boolean) client.call("NameHasOwner", "s", "org.headway.shown"), "the name at the daemon");
        String owner = (String) client.call("GetNameOwner", "s", "org.headway.shown");
        for (String destination : List.of("org.headway.shown", owner)) {
            int serial = client.connection.send(MessageBuilder.call("/object", INTERFACE, "Add")
                    .destination(destination)
                    .body("ii", 2, 3));
            Message reply = client.next();
            assertEquals(serial, reply.replySerial());
            assertEquals(List.of(5), reply.body());
            assertEquals(owner, reply.sender());
            client.connection.send(
                    MessageBuilder.call("/object", INTERFACE, "Other").destination(destination));
            assertEquals("org.test.Error", client.next().errorName());
        }
        bus.emit("/object", INTERFACE, "Changed", "s", "x");
        Message signal = client.next();
        assertEquals(List.of(owner, "Changed", List.of("x")), List.of(signal.sender(), signal.member(), signal.body()));
        far.close();
        await(() -> !(Boolean) client.call("NameHasOwner", "s", "org.headway.shown"), "the name to go");
    }
}
