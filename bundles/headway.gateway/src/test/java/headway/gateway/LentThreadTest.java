package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Execution;
import headway.bus.Target;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The thread that serves programs calls services of its node itself, and nobody waits for one that takes long. */
@Timeout(60)
class LentThreadTest {

    private static final String INTERFACE = "org.test.Interface";

    @TempDir
    Path directory;

    private NodeBus bus;
    private RawClient program;
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        bus = NodeBus.overLoopback(directory, "bus");
        program = bus.connect();
        bus.bus().export("/object", INTERFACE, Execution.SERIAL, call -> {
            switch (call.message().member()) {
                case "Thread" -> call.reply("s", Thread.currentThread().getName());
                case "Wait" -> {
                    entered.countDown();
                    assertTrue(mayGoOn.await(50, TimeUnit.SECONDS));
                    call.reply("s", "waited");
                }
                default -> {
                    Target caller = new Target(call.message().sender().uniqueName(), "/", INTERFACE);
                    Object told = bus.bus()
                            .call(caller, "Back", "")
                            .get(50, TimeUnit.SECONDS)
                            .body()
                            .get(0);
                    call.reply("s", told);
                }
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        mayGoOn.countDown();
        program.close();
        bus.close();
    }

    private MessageBuilder callTo(String member) {
        return MessageBuilder.call("/object", INTERFACE, member)
                .destination(bus.bus().uniqueName());
    }

    private static Message next(RawClient client, MessageType type) throws Exception {
        while (true) {
            Message message = client.receive();
            assertNotNull(message, "disconnected");
            if (message.type() == type) {
                return message;
            }
        }
    }

    private String ask(RawClient client, String member) throws Exception {
        client.send(callTo(member));
        return (String) next(client, MessageType.METHOD_RETURN).body().get(0);
    }

    @Test
    void a_service_is_called_by_the_thread_that_read_the_call() throws Exception {
        String thread = "";
        // A worker that is still at something takes what comes meanwhile as well.
        for (int i = 0; i < 1_000 && !thread.equals("headway-gateway"); i++) {
            thread = ask(program, "Thread");
        }
        assertEquals("headway-gateway", thread);
    }

    @Test
    void while_a_service_waits_all_others_are_served() throws Exception {
        RawClient other = bus.connect();
        for (int i = 0; i < 3; i++) {
            ask(program, "Thread");
        }
        program.send(callTo("Wait"));
        assertTrue(entered.await(50, TimeUnit.SECONDS));
        for (int i = 0; i < 100; i++) {
            assertEquals(MessageType.METHOD_RETURN, other.call("GetId", "").type());
        }
        try (RawClient late = bus.connect()) {
            assertNotNull(late.name());
        }
        mayGoOn.countDown();
        assertEquals("waited", next(program, MessageType.METHOD_RETURN).body().get(0));
        for (int i = 0; i < 100; i++) {
            ask(program, "Thread");
            assertEquals(MessageType.METHOD_RETURN, other.call("GetId", "").type());
        }
        other.close();
    }

    @Test
    void a_service_may_call_its_caller_and_wait_for_the_answer() throws Exception {
        for (int i = 0; i < 10; i++) {
            program.send(callTo("Return"));
            Message back = next(program, MessageType.METHOD_CALL);
            program.send(MessageBuilder.reply(back).body("s", "there " + i));
            assertEquals(
                    "there " + i,
                    next(program, MessageType.METHOD_RETURN).body().get(0));
        }
    }

    @Test
    void a_bus_ends_while_a_service_waits() throws Exception {
        for (int i = 0; i < 3; i++) {
            ask(program, "Thread");
        }
        program.send(callTo("Wait"));
        assertTrue(entered.await(50, TimeUnit.SECONDS));
        bus.close();
        assertEquals(1, mayGoOn.getCount());
    }
}
