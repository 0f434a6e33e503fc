package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.CallException;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Outcome;
import headway.bus.Target;
import headway.dbus.ErrorNames;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D-Bus programs and OSGi services of two nodes, each with a bus of its own. */
class AcrossNodesTest {

    private static final String NAME = "org.test.Service";

    @TempDir
    Path directory;

    private NodeBus a;
    private NodeBus b;

    @BeforeEach
    void start() throws Exception {
        a = NodeBus.overLoopback(directory, "a");
        b = NodeBus.overLoopback(directory, "b");
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    /** The next message that is no news about names. */
    private static Message next(RawClient client) throws Exception {
        while (true) {
            Message message = client.receive();
            assertNotNull(message, "disconnected");
            if (!"org.freedesktop.DBus".equals(message.sender()) || message.type() != MessageType.SIGNAL) {
                return message;
            }
        }
    }

    private static void watchNames(RawClient client) throws Exception {
        client.call("AddMatch", "s", "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'");
    }

    /** The next change of that name's owner: who had it, and who has it. */
    private static List<Object> changeOf(RawClient client, String name) throws Exception {
        while (true) {
            Message message = client.receive();
            assertNotNull(message, "disconnected");
            if ("NameOwnerChanged".equals(message.member())
                    && message.body().get(0).equals(name)) {
                return message.body().subList(1, 3);
            }
        }
    }

    /** Waits until a client sees that a name has this owner. */
    private static void awaitOwner(RawClient client, String name, String owner) throws Exception {
        watchNames(client);
        if (!client.call("GetNameOwner", "s", name).body().get(0).equals(owner)) {
            while (!changeOf(client, name).get(1).equals(owner)) {
                // An owner before that one.
            }
        }
    }

    private static MessageBuilder callTo(String destination, String member, String signature, Object... body) {
        return MessageBuilder.call("/object", "org.test.Interface", member)
                .destination(destination)
                .body(signature, body);
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition, String what) throws Exception {
        long until = System.nanoTime() + 20_000_000_000L;
        while (!condition.call()) {
            assertTrue(System.nanoTime() < until, "waited in vain for " + what);
            Thread.sleep(1);
        }
    }

    private static void answer(RawClient service, Message call, String signature, Object... body) throws Exception {
        service.send(MessageBuilder.reply(call).body(signature, body));
    }

    // ---------------------------------------------------------------- names

    @Test
    void clients_and_nodes_are_on_the_list_of_every_node_with_process_and_user() throws Exception {
        RawClient one = a.connect();
        RawClient two = b.connect();
        awaitOwner(two, one.name(), one.name());
        List<?> names = (List<?>) two.call("ListNames", "").body().get(0);
        assertTrue(names.containsAll(
                List.of(one.name(), two.name(), a.bus().uniqueName(), b.bus().uniqueName(), "org.freedesktop.DBus")));
        assertTrue(one.name().startsWith(a.bus().uniqueName().replaceAll("1$", "")), one.name());
        Map<?, ?> credentials = (Map<?, ?>)
                two.call("GetConnectionCredentials", "s", one.name()).body().get(0);
        assertEquals(
                Map.of("ProcessID", ProcessHandle.current().pid(), "UnixUserID", BusServer.ownUid()),
                Map.of(
                        "ProcessID", ((headway.dbus.Variant) credentials.get("ProcessID")).value(),
                        "UnixUserID", ((headway.dbus.Variant) credentials.get("UnixUserID")).value()));
        one.close();
        assertEquals(List.of(one.name(), ""), changeOf(two, one.name()));
    }

    @Test
    void who_waits_for_a_name_on_another_node_gets_it_when_the_owner_leaves() throws Exception {
        RawClient owner = a.connect();
        RawClient waiting = b.connect();
        RawClient watcher = b.connect();
        assertEquals(1L, owner.call("RequestName", "su", NAME, 0L).body().get(0));
        awaitOwner(watcher, NAME, owner.name());
        assertEquals(2L, waiting.call("RequestName", "su", NAME, 0L).body().get(0));
        assertEquals(
                List.of(owner.name(), waiting.name()),
                watcher.call("ListQueuedOwners", "s", NAME).body().get(0));
        assertEquals(3L, watcher.call("RequestName", "su", NAME, 4L).body().get(0));
        owner.close();
        assertEquals(List.of(owner.name(), waiting.name()), changeOf(watcher, NAME));
        assertEquals(List.of(owner.name(), ""), changeOf(watcher, owner.name()));
        Message acquired = waiting.receive();
        while (!"NameAcquired".equals(acquired.member()) || !acquired.body().equals(List.of(NAME))) {
            acquired = waiting.receive();
        }
        assertEquals(1L, waiting.call("ReleaseName", "s", NAME).body().get(0));
        assertEquals(2L, waiting.call("ReleaseName", "s", NAME).body().get(0));
    }

    @Test
    void what_is_sent_after_a_request_for_a_name_is_dealt_with_after_it() throws Exception {
        RawClient keeper = b.connect();
        RawClient client = a.connect();
        assertEquals(
                1L,
                keeper.call("RequestName", "su", "org.test.Other", 0L).body().get(0));
        for (int i = 0; i < 50; i++) {
            String name = NAME + i;
            client.send(RawClient.toBus("org.freedesktop.DBus", "RequestName", "su", name, 0L));
            int request = client.lastSerial();
            client.send(RawClient.toBus("org.freedesktop.DBus", "GetNameOwner", "s", name));
            int question = client.lastSerial();
            Message acquired = client.receive();
            assertEquals("NameAcquired", acquired.member());
            assertEquals(request, client.receive().replySerial());
            Message owner = client.receive();
            assertEquals(question, owner.replySerial());
            assertEquals(List.of(client.name()), owner.body());
        }
    }

    // ---------------------------------------------------------------- calls

    @Test
    void a_call_to_a_program_of_another_node_is_answered_in_the_byte_order_of_its_sender() throws Exception {
        RawClient service = b.connect();
        RawClient caller = a.connect();
        service.call("RequestName", "su", NAME, 0L);
        awaitOwner(caller, NAME, service.name());
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            caller.send(MessageBuilder.call("/object", "org.test.Interface", "Echo")
                    .destination(NAME)
                    .order(order)
                    .body("sx", "text", 7L));
            int serial = caller.lastSerial();
            Message call = next(service);
            assertEquals(
                    List.of(caller.name(), NAME, "/object", "org.test.Interface", "Echo", serial, order),
                    List.of(
                            call.sender(),
                            call.destination(),
                            call.path(),
                            call.interfaceName(),
                            call.member(),
                            call.serial(),
                            call.order()));
            answer(service, call, "sx", call.body().toArray());
            Message reply = next(caller);
            assertEquals(MessageType.METHOD_RETURN, reply.type());
            assertEquals(serial, reply.replySerial());
            assertEquals(service.name(), reply.sender());
            assertEquals(List.of("text", 7L), reply.body());
        }
        caller.send(callTo(service.name(), "Fail", ""));
        service.send(MessageBuilder.error(next(service), "org.test.Error", "no"));
        assertEquals("org.test.Error", next(caller).errorName());
    }

    @Test
    void large_messages_cross_whole() throws Exception {
        RawClient service = b.connect();
        RawClient caller = a.connect();
        awaitOwner(caller, service.name(), service.name());
        byte[] large = new byte[3 << 20];
        new java.util.SplittableRandom(1).nextBytes(large);
        Thread sending = new Thread(() -> {
            try {
                caller.send(callTo(service.name(), "Take", "ay", (Object) large));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        sending.start();
        Message call = next(service);
        org.junit.jupiter.api.Assertions.assertArrayEquals(
                large, (byte[]) call.body().get(0));
        sending.join();
        answer(service, call, "");
        assertEquals(MessageType.METHOD_RETURN, next(caller).type());
    }

    @Test
    void a_caller_whose_callee_leaves_is_told_so_by_the_bus() throws Exception {
        RawClient service = b.connect();
        RawClient caller = a.connect();
        awaitOwner(caller, service.name(), service.name());
        caller.send(callTo(service.name(), "Wait", ""));
        int serial = caller.lastSerial();
        next(service);
        service.close();
        Message error = next(caller);
        assertEquals(ErrorNames.NO_REPLY, error.errorName());
        assertEquals(serial, error.replySerial());
        assertEquals("org.freedesktop.DBus", error.sender());
        assertEquals(
                List.of(),
                caller.drain().stream()
                        .filter(m -> m.type() == MessageType.ERROR)
                        .toList());
        caller.send(callTo(service.name(), "Wait", ""));
        assertEquals(ErrorNames.SERVICE_UNKNOWN, next(caller).errorName());
    }

    @Test
    void a_caller_whose_callees_node_dies_is_told_so_by_the_bus() throws Exception {
        RawClient service = b.connect();
        RawClient caller = a.connect();
        service.call("RequestName", "su", NAME, 0L);
        awaitOwner(caller, NAME, service.name());
        caller.send(callTo(NAME, "Wait", ""));
        next(service);
        b.node().close();
        Message error = next(caller);
        assertEquals(ErrorNames.NO_REPLY, error.errorName());
        Message owner = caller.call("NameHasOwner", "s", NAME);
        assertEquals(List.of(false), owner.body());
    }

    @Test
    void answers_that_nobody_asked_for_do_not_cross() throws Exception {
        RawClient forger = b.connect();
        RawClient victim = a.connect();
        awaitOwner(forger, victim.name(), victim.name());
        forger.send(MessageBuilder.reply()
                .replySerial(1)
                .destination(victim.name())
                .flags(Message.NO_REPLY_EXPECTED)
                .body("s", "forged"));
        assertEquals(ErrorNames.ACCESS_DENIED, next(forger).errorName());
        assertEquals(List.of(), victim.drain());
    }

    // ---------------------------------------------------------------- OSGi services

    @Test
    void a_service_on_any_node_calls_a_program_and_gets_its_answer_or_error() throws Exception {
        RawClient program = b.connect();
        program.call("RequestName", "su", NAME, 0L);
        RawClient seeing = a.connect();
        awaitOwner(seeing, NAME, program.name());
        for (NodeBus node : List.of(a, b)) {
            Target target = new Target(NAME, "/object", "org.test.Interface");
            CompletableFuture<headway.bus.Message> answer = node.bus().call(target, "Add", "ii", 2, 3);
            Message call = next(program);
            assertEquals(node.bus().uniqueName(), call.sender());
            assertEquals(List.of(2, 3), call.body());
            answer(program, call, "i", 5);
            headway.bus.Message got = answer.get(20, TimeUnit.SECONDS);
            assertEquals(List.of(5), got.body());
            assertEquals(program.name(), got.sender().uniqueName());

            CompletableFuture<headway.bus.Message> failing = node.bus().call(target, "Fail", "");
            program.send(MessageBuilder.error(next(program), "org.test.Error", "no"));
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> failing.get(20, TimeUnit.SECONDS));
            assertEquals("org.test.Error", ((CallException) failure.getCause()).errorName());
        }
        CompletableFuture<headway.bus.Message> here =
                b.bus().call(new Target(program.name(), "/object", "org.test.Interface"), "Wait", "");
        next(program);
        program.close();
        assertThrows(ExecutionException.class, () -> here.get(20, TimeUnit.SECONDS));
    }

    @Test
    void a_program_calls_a_service_on_any_node() throws Exception {
        RawClient program = a.connect();
        for (NodeBus node : List.of(a, b)) {
            node.bus().export("/object", "org.test.Interface", Execution.DIRECT, call -> {
                if (call.message().member().equals("Who")) {
                    call.reply("s", call.message().sender().uniqueName());
                } else {
                    throw new CallException("org.test.Error", "no");
                }
            });
            awaitOwner(program, node.bus().uniqueName(), node.bus().uniqueName());
            String name = NAME + (node == a ? "A" : "B");
            node.bus().requestName(name, Set.of()).get(20, TimeUnit.SECONDS);
            awaitOwner(program, name, node.bus().uniqueName());
            for (String destination : List.of(node.bus().uniqueName(), name)) {
                program.send(callTo(destination, "Who", ""));
                Message reply = next(program);
                assertEquals(List.of(program.name()), reply.body());
                assertEquals(node.bus().uniqueName(), reply.sender());
                program.send(callTo(destination, "Other", ""));
                assertEquals("org.test.Error", next(program).errorName());
            }
            program.send(
                    MessageBuilder.call("/nowhere", "org.test.Interface", "Who").destination(name));
            assertEquals(ErrorNames.UNKNOWN_METHOD, next(program).errorName());
        }
    }

    // ---------------------------------------------------------------- signals

    @Test
    void signals_reach_the_rules_of_programs_elsewhere_and_the_subscribers_of_all_nodes() throws Exception {
        RawClient emitter = a.connect();
        RawClient exact = b.connect();
        RawClient other = b.connect();
        RawClient all = b.connect();
        exact.call("AddMatch", "s", "type='signal',interface='org.test.Interface',member='Changed'");
        other.call("AddMatch", "s", "type='signal',interface='org.test.Interface',member='Other'");
        all.call("AddMatch", "s", "type='signal',sender='" + emitter.name() + "'");
        BlockingQueue<headway.bus.Message> subscribed = new LinkedBlockingQueue<>();
        a.bus().subscribe("org/test/Interface/Changed", Delivery.queue(10), subscribed::add);
        b.bus().subscribe("org/test/Interface/+", Delivery.queue(10), subscribed::add);
        await(() -> a.bus().wanted("any/topic"), "the interest in everything");

        emitter.send(MessageBuilder.signal("/object", "org.test.Interface", "Changed")
                .body("s", "value"));
        for (RawClient client : List.of(exact, all)) {
            Message signal = next(client);
            assertEquals(
                    List.of(emitter.name(), "/object", "org.test.Interface", "Changed", List.of("value")),
                    List.of(signal.sender(), signal.path(), signal.interfaceName(), signal.member(), signal.body()));
        }
        for (int i = 0; i < 2; i++) {
            headway.bus.Message signal = subscribed.poll(20, TimeUnit.SECONDS);
            assertEquals(emitter.name(), signal.sender().uniqueName());
            assertEquals("org/test/Interface/Changed", signal.topic());
            assertEquals(List.of("value"), signal.body());
        }
        assertEquals(List.of(), other.drain());
    }

    @Test
    void published_topics_and_emitted_signals_are_signals_to_programs_of_all_nodes() throws Exception {
        RawClient here = a.connect();
        RawClient there = b.connect();
        for (RawClient client : List.of(here, there)) {
            client.call("AddMatch", "s", "type='signal',path='/Vehicle/Speed'");
            client.call("AddMatch", "s", "type='signal',interface='org.test.Interface'");
        }
        await(
                () -> a.bus().wanted("Vehicle/Speed")
                        && !a.node().inspector().view().peers().isEmpty()
                        && a.node()
                                .inspector()
                                .view()
                                .peers()
                                .get(0)
                                .interests()
                                .contains("*"),
                "interest");
        assertEquals(Outcome.SENT, a.bus().publish("Vehicle/Speed", "d", 42.5));
        assertEquals(Outcome.SENT, a.bus().emit("/object", "org.test.Interface", "Changed", "s", "x"));
        for (RawClient client : List.of(here, there)) {
            Message published = next(client);
            assertEquals(
                    List.of(a.bus().uniqueName(), "/Vehicle/Speed", "org.headway.Topic", "Published", List.of(42.5)),
                    List.of(
                            published.sender(),
                            published.path(),
                            published.interfaceName(),
                            published.member(),
                            published.body()));
            assertEquals("Changed", next(client).member());
        }
    }

    @Test
    void a_program_publishes_to_a_topic() throws Exception {
        RawClient program = a.connect();
        BlockingQueue<headway.bus.Message> subscribed = new LinkedBlockingQueue<>();
        b.bus().subscribe("Vehicle/*", Delivery.queue(10), subscribed::add);
        await(() -> a.bus().wanted("Vehicle/Speed"), "the interest");
        program.send(MessageBuilder.signal("/Vehicle/Speed", "org.headway.Topic", "Published")
                .body("d", 1.5));
        program.send(
                MessageBuilder.signal("/", "org.headway.Topic", "Published").body("d", 1.5));
        program.send(MessageBuilder.signal("/Vehicle/Speed", "org.headway.Node", "Names")
                .body("a(sa(su))", List.of()));
        program.send(MessageBuilder.signal("/Vehicle/Speed", "org.headway.Topic", "Published")
                .body("d", 2.5));
        assertEquals(List.of(1.5), subscribed.poll(20, TimeUnit.SECONDS).body());
        assertEquals(List.of(2.5), subscribed.poll(20, TimeUnit.SECONDS).body());
        assertEquals(Map.of(), b.node().inspector().view().rejected());
    }

    @Test
    void who_sends_faster_than_they_are_read_elsewhere_waits_and_nothing_is_lost() throws Exception {
        int count = 60_000;
        RawClient emitter = a.connect();
        RawClient listener = b.connect();
        listener.call("AddMatch", "s", "type='signal',interface='org.test.Interface'");
        await(() -> a.bus().wanted("org/test/Interface/Changed"), "the interest");
        String padding = "x".repeat(1000);
        Thread sending = new Thread(() -> {
            try {
                for (int i = 0; i < count; i++) {
                    emitter.send(MessageBuilder.signal("/object", "org.test.Interface", "Changed")
                            .body("is", i, padding));
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        sending.start();
        for (int i = 0; i < count; i++) {
            assertEquals(i, next(listener).body().get(0));
        }
        sending.join();
    }

    @Test
    void what_nobody_elsewhere_has_a_rule_for_does_not_cross() throws Exception {
        RawClient emitter = a.connect();
        RawClient listener = b.connect();
        listener.call("AddMatch", "s", "type='signal',interface='org.test.Interface',member='Changed'");
        await(() -> a.bus().wanted("org/test/Interface/Changed"), "the interest");
        assertEquals(false, a.bus().wanted("org/test/Interface/Other"));
        listener.call("RemoveMatch", "s", "type='signal',interface='org.test.Interface',member='Changed'");
        await(() -> !a.bus().wanted("org/test/Interface/Changed"), "no interest any more");
        emitter.close();
    }

    @Test
    void signals_and_answers_of_a_program_arrive_in_the_order_they_were_sent() throws Exception {
        RawClient service = b.connect();
        RawClient caller = a.connect();
        caller.call("AddMatch", "s", "type='signal',interface='org.test.Interface'");
        awaitOwner(caller, service.name(), service.name());
        await(() -> b.bus().wanted("org/test/Interface/Changed"), "the interest");
        for (int i = 0; i < 200; i++) {
            caller.send(callTo(service.name(), "Set", ""));
            Message call = next(service);
            service.send(MessageBuilder.signal("/object", "org.test.Interface", "Changed")
                    .body("i", i));
            answer(service, call, "");
            Message signal = next(caller);
            assertEquals(List.of(i), signal.body());
            assertEquals(call.serial(), next(caller).replySerial());
        }
    }
}
