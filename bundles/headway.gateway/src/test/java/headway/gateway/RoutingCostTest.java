package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.MatchRule;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What routing costs, counted and not timed: memory for each message, rules that are looked at. */
class RoutingCostTest {

    @TempDir
    Path directory;

    /** The message as it is seen while it is routed, and nothing that grows with it. */
    @Test
    void a_routed_message_allocates_less_than_it_takes_to_look_at_it() throws Exception {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TestBus bus = TestBus.ofEpoll(directory);
                RawClient receiver = bus.connect();
                RawClient sender = bus.connect()) {
            receiver.call("AddMatch", "s", "interface='org.example.A',member='Tick'");
            byte[] signal = MessageBuilder.signal("/a", "org.example.A", "Tick")
                    .serial(7)
                    .body("s", "x".repeat(1000))
                    .build()
                    .bytes();
            long thread = gatewayThread();
            long least = Long.MAX_VALUE;
            int count = 2000;
            for (int round = 0; round < 6; round++) {
                long before = threads.getThreadAllocatedBytes(thread);
                for (int i = 0; i < count; i++) {
                    sender.send(signal);
                    assertEquals("Tick", receiver.receive().member());
                }
                least = Math.min(least, (threads.getThreadAllocatedBytes(thread) - before) / count);
            }
            assertTrue(least < 400, least + " bytes are allocated for a message of " + signal.length);
        }
    }

    private static long gatewayThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("headway-gateway"))
                .mapToLong(Thread::getId)
                .max()
                .orElseThrow();
    }

    /** As deep as a rule can be, and not as a message can be: its path and its text are as long as its sender likes. */
    @Test
    void a_path_without_end_is_not_looked_up_without_end() {
        Rules rules = new Rules(new NameTable((name, before, now) -> {}));
        Client client = new Client(null, null, null, 0);
        client.account = new Account(0);
        client.name(":1.0");
        rules.add(client, MatchRule.parse("path_namespace='/a/a'"));
        Message message = MessageBuilder.signal("/a".repeat(1_000_000), "org.example.A", "Deep")
                .serial(1)
                .body("s", "b" + ".b".repeat(1_000_000))
                .build();
        MessageKeys keys = new MessageKeys().reset(message);
        assertTrue(keys.pathLevels().count() <= Limits.RULE_LENGTH);
        assertTrue(keys.argumentLevels().count() <= Limits.RULE_LENGTH);
        Receivers receivers = new Receivers();
        receivers.reset();
        rules.match(message, keys, client, receivers);
        assertEquals(1, receivers.size());
    }

    /** However many rules there are, a message is held against those that could fit. */
    @Test
    void rules_are_found_and_not_searched() {
        NameTable names = new NameTable((name, before, now) -> {});
        Rules rules = new Rules(names);
        Client client = new Client(null, null, null, 0);
        client.account = new Account(0);
        client.name(":1.0");
        for (int i = 0; i < 20_000; i++) {
            rules.add(client, MatchRule.parse("interface='org.example.A',path='/n" + i + "'"));
            rules.add(client, MatchRule.parse("member='M" + i + "',arg0='x'"));
            rules.add(client, MatchRule.parse("path_namespace='/tree/n" + i + "'"));
            rules.add(client, MatchRule.parse("arg0namespace='org.n" + i + "'"));
            rules.add(client, MatchRule.parse("sender='org.example.n" + i + "'"));
        }
        assertEquals(100_000, rules.size());
        Message message = MessageBuilder.signal("/tree/n77/below", "org.example.A", "M3")
                .serial(1)
                .body("s", "org.n99.below")
                .build();
        Receivers receivers = new Receivers();
        receivers.reset();
        rules.match(message, new MessageKeys().reset(message), client, receivers);
        assertEquals(1, receivers.size());
        // Two of the rules fit: that of its path and that of its argument; without them, nobody wants it.
        rules.removeAll(client);
        assertEquals(0, rules.size());
        receivers.reset();
        rules.match(message, new MessageKeys().reset(message), client, receivers);
        assertEquals(0, receivers.size());
    }
}
