package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.ErrorNames;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients get that do wrong, and what the others notice of it: nothing. With native code and without. */
class BadInputTest {

    /** The two ways to have sockets. */
    enum Way {
        EPOLL {
            @Override
            Sockets open() throws IOException {
                return EpollSockets.open();
            }
        },
        SELECTOR {
            @Override
            Sockets open() throws IOException {
                return new SelectorSockets();
            }
        };

        abstract Sockets open() throws IOException;
    }

    private static final int USER_BYTES = 4 << 20;

    @TempDir
    Path directory;

    private static Limits small() {
        return new Limits(1 << 20, USER_BYTES, 96L << 20, 64, 40, 100, 50, 20, 5, 30_000, 10_000);
    }

    private TestBus bus(Way way) throws IOException {
        return new TestBus(directory, way.open(), small());
    }

    private static long userBytes(RawClient client) throws IOException {
        Message stats = client.callTo("org.freedesktop.DBus.Debug.Stats", "GetConnectionStats", "s", client.name());
        return (Long)
                ((headway.dbus.Variant) ((java.util.Map<?, ?>) stats.body().get(0)).get("UserBytes")).value();
    }

    private static boolean has(RawClient client, String name) throws IOException {
        return (Boolean) client.callTo("org.freedesktop.DBus", "NameHasOwner", "s", name)
                .body()
                .get(0);
    }

    @ParameterizedTest
    @EnumSource
    void who_claims_a_message_larger_than_the_bus_takes_is_disconnected(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient other = bus.connect();
                RawClient bad = bus.connect()) {
            byte[] header = new byte[16];
            header[0] = 'l';
            header[1] = 1;
            header[3] = 1;
            // 128 MiB less a little: allowed by the specification, not by this bus.
            header[7] = 7;
            header[8] = 1;
            bad.send(header);
            assertNull(bad.receive());
            assertFalse(has(other, bad.name()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_claimed_and_not_sent_costs_nothing(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient other = bus.connect();
                RawClient bad = bus.connect()) {
            byte[] header = new byte[17];
            header[0] = 'l';
            header[1] = 1;
            header[3] = 1;
            header[6] = 15;
            header[8] = 1;
            header[12] = 100;
            bad.send(header);
            assertTrue(has(other, bad.name()));
            long charged = userBytes(other);
            assertTrue(charged < 1000, charged + " bytes for 17");
        }
    }

    @ParameterizedTest
    @EnumSource
    void beginnings_of_messages_take_no_more_than_a_user_may_have(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient other = bus.connect()) {
            List<RawClient> hoarders = new ArrayList<>();
            byte[] most = new byte[600 << 10];
            most[0] = 'l';
            most[1] = 1;
            most[3] = 1;
            most[6] = 15;
            most[8] = 1;
            most[12] = 100;
            for (int i = 0; i < 2 * USER_BYTES / most.length; i++) {
                RawClient hoarder = bus.connect();
                hoarders.add(hoarder);
                try {
                    hoarder.send(most);
                } catch (IOException disconnected) {
                    assertTrue(i > 2, "the first ones have room");
                }
            }
            assertTrue(userBytes(other) <= USER_BYTES);
            assertFalse(has(other, hoarders.get(hoarders.size() - 1).name()));
            for (RawClient hoarder : hoarders) {
                hoarder.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_signal_for_more_receivers_than_there_are_pieces_of_memory_reaches_all(Way way) throws IOException {
        Limits tight = new Limits(1 << 20, USER_BYTES, 512 << 10, 64, 40, 100, 50, 20, 5, 30_000, 10_000);
        try (TestBus bus = new TestBus(directory, way.open(), tight);
                RawClient sender = bus.connect()) {
            List<RawClient> receivers = new ArrayList<>();
            for (int i = 0; i < 36; i++) {
                RawClient receiver = bus.connect();
                receiver.call("AddMatch", "s", "interface='org.example.A'");
                receivers.add(receiver);
            }
            sender.send(MessageBuilder.signal("/a", "org.example.A", "Done").body("s", "x"));
            for (RawClient receiver : receivers) {
                Message message = receiver.receive();
                assertNotNull(message, "disconnected");
                assertEquals("Done", message.member());
                receiver.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void half_a_header_and_then_nothing_disturbs_nobody(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient other = bus.connect()) {
            String name;
            try (RawClient bad = bus.connect()) {
                name = bad.name();
                bad.send(new byte[] {'l', 1, 0, 1, 0, 0, 0});
                assertTrue(has(other, name));
            }
            while (has(other, name)) {
                Thread.onSpinWait();
            }
            assertEquals(0, userBytes(other));
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_no_message_ends_the_connection_after_what_is_queued_was_read(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient bad = bus.connect()) {
            Message good = RawClient.toBus("org.freedesktop.DBus", "GetId", "")
                    .serial(77)
                    .build();
            byte[] both = Arrays.copyOf(good.bytes(), good.length() + 16);
            both[good.length()] = 'x';
            bad.send(both);
            Message answer = bad.receive();
            assertNotNull(answer);
            assertEquals(77, answer.replySerial());
            assertNull(bad.receive());
        }
    }

    @ParameterizedTest
    @EnumSource
    void who_says_hello_to_nobody_for_too_long_makes_room_for_others(Way way) throws IOException {
        try (TestBus bus = bus(way)) {
            List<RawClient> silent = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                silent.add(new RawClient(bus.socket()));
            }
            try (RawClient good = bus.connect()) {
                assertNotNull(good.name());
            }
            // The first was there longest.
            assertNull(silent.get(0).line());
            for (RawClient each : silent) {
                each.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void who_does_not_read_what_it_subscribed_to_gets_it_in_order_and_is_then_disconnected(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient slow = bus.connect();
                RawClient fast = bus.connect();
                RawClient watcher = bus.connect()) {
            slow.call("AddMatch", "s", "interface='org.example.Flood'");
            byte[] payload = new byte[10_000];
            int sent = 0;
            while (has(watcher, slow.name())) {
                fast.send(
                        MessageBuilder.signal("/", "org.example.Flood", "Drop").body("iay", sent++, payload));
                assertTrue(sent < 10_000, "it should have been disconnected by now");
            }
            // The sender is still welcome, and nobody else has noticed.
            assertNotNull(fast.call("GetId", ""));
            int next = 0;
            for (Message message = slow.receive(); message != null; message = slow.receive()) {
                assertEquals(next++, message.body().get(0));
            }
            assertTrue(next * 10_000L >= USER_BYTES / 2 - 20_000, next + " messages were queued");
            assertTrue(next < sent, next + " of " + sent);
        }
    }

    @ParameterizedTest
    @EnumSource
    void who_floods_somebody_who_does_not_read_gets_errors_and_the_other_stays(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient slow = bus.connect();
                RawClient bad = bus.connect();
                RawClient other = bus.connect()) {
            byte[] payload = new byte[50_000];
            int errors = 0;
            for (int i = 0; i < 100; i++) {
                bad.send(MessageBuilder.call("/", "org.example.Flood", "Drop")
                        .destination(slow.name())
                        .flags(Message.NO_REPLY_EXPECTED)
                        .body("iay", i, payload));
                for (Message message : bad.drain()) {
                    assertEquals(ErrorNames.LIMITS_EXCEEDED, message.errorName());
                    errors++;
                }
            }
            assertTrue(errors > 10, errors + " errors");
            assertTrue(has(other, slow.name()));
            // It reads after all: everything that was taken, in order.
            int read = 0;
            int last = -1;
            for (Message message : slow.drain()) {
                if (message.type() == MessageType.METHOD_CALL) {
                    int number = (Integer) message.body().get(0);
                    assertTrue(number > last);
                    last = number;
                    read++;
                }
            }
            assertEquals(100 - errors, read);
            assertEquals(0, userBytes(other));
        }
    }

    @ParameterizedTest
    @EnumSource
    void two_who_flood_each_other_end_neither_the_bus_nor_others(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient one = bus.connect();
                RawClient two = bus.connect();
                RawClient other = bus.connect()) {
            byte[] flood = MessageBuilder.call("/", "org.example.Flood", "Drop")
                    .destination(two.name())
                    .serial(5)
                    .flags(Message.NO_REPLY_EXPECTED)
                    .body("ay", new byte[60_000])
                    .build()
                    .bytes();
            byte[] back = MessageBuilder.call("/", "org.example.Flood", "Drop")
                    .destination(one.name())
                    .serial(5)
                    .flags(Message.NO_REPLY_EXPECTED)
                    .body("ay", new byte[60_000])
                    .build()
                    .bytes();
            for (int i = 0; i < 400; i++) {
                // Whole messages or nothing: what the socket does not take is not sent.
                one.offer(flood);
                two.offer(back);
                assertNotNull(other.call("GetId", ""));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void limits_of_a_user_hold_over_all_of_its_connections(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient one = bus.connect();
                RawClient two = bus.connect()) {
            String refused = null;
            for (int i = 0; i < 101 && refused == null; i++) {
                refused = (i % 2 == 0 ? one : two)
                        .call("AddMatch", "s", "arg0='" + i + "'")
                        .errorName();
                assertEquals(i == 100, refused != null, "rule " + i);
            }
            assertEquals(ErrorNames.LIMITS_EXCEEDED, refused);
            refused = null;
            for (int i = 0; i < 51 && refused == null; i++) {
                refused = (i % 2 == 0 ? one : two)
                        .call("RequestName", "su", "org.example.n" + i, 0L)
                        .errorName();
            }
            assertEquals(ErrorNames.LIMITS_EXCEEDED, refused);
            // Calls that nobody answers.
            int errors = 0;
            for (int i = 0; i < 21; i++) {
                (i % 2 == 0 ? one : two)
                        .send(MessageBuilder.call("/", null, "Wait").destination(two.name()));
            }
            for (Message message : one.drain()) {
                errors += ErrorNames.LIMITS_EXCEEDED.equals(message.errorName()) ? 1 : 0;
            }
            for (Message message : two.drain()) {
                errors += ErrorNames.LIMITS_EXCEEDED.equals(message.errorName()) ? 1 : 0;
            }
            assertEquals(1, errors);
            // A connection too many is closed; one less makes room again.
            List<RawClient> many = new ArrayList<>();
            for (int i = 2; i < 40; i++) {
                many.add(bus.connect());
            }
            try (RawClient last = new RawClient(bus.socket())) {
                last.authenticate();
                assertNull(last.receive());
            }
            many.remove(0).close();
            while (true) {
                try (RawClient again = bus.connect()) {
                    assertNotNull(again.name());
                    break;
                } catch (IOException notYet) {
                    Thread.onSpinWait();
                }
            }
            for (RawClient each : many) {
                each.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_claim_of_descriptors_that_did_not_come_ends_the_connection(Way way) throws IOException {
        try (TestBus bus = bus(way);
                RawClient bad = bus.connect();
                RawClient other = bus.connect()) {
            bad.send(MessageBuilder.call("/", "org.example.A", "Do")
                    .destination(other.name())
                    .unixFds(3)
                    .body("h", new headway.dbus.UnixFd(0)));
            assertNull(bad.receive());
            assertNotNull(other.call("GetId", ""));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytes_of_any_kind_end_nothing_but_their_connection(Way way) throws IOException {
        Random random = new Random(20261122);
        try (TestBus bus = bus(way);
                RawClient good = bus.connect()) {
            for (int round = 0; round < 600; round++) {
                try (RawClient bad = new RawClient(bus.socket())) {
                    if (random.nextInt(4) == 0) {
                        bad.offer(lines(random));
                    } else {
                        bad.authenticate();
                        if (random.nextInt(8) > 0) {
                            bad.hello();
                        }
                        for (int i = random.nextInt(6); i >= 0; i--) {
                            bad.offer(message(random, good.name()));
                        }
                    }
                } catch (IOException ended) {
                    // Just what it deserves.
                    assertNotNull(ended);
                }
                if (round % 20 == 0) {
                    assertNotNull(good.call("GetId", "").body());
                }
            }
            good.drain();
            // What they left behind is gone: names, rules, bytes.
            while (((List<?>) good.call("ListNames", "").body().get(0)).size() > 2) {
                Thread.onSpinWait();
            }
            assertEquals(0, userBytes(good));
        }
    }

    private static byte[] lines(Random random) {
        String[] words = {
            "AUTH",
            "EXTERNAL",
            "30",
            "ANONYMOUS",
            "DATA",
            "BEGIN",
            "CANCEL",
            "ERROR",
            "NEGOTIATE_UNIX_FD",
            "OK",
            " ",
            "\r\n",
            "\r",
            "\n",
            "\0",
            "\t",
            "zz",
            "A".repeat(20_000)
        };
        StringBuilder text = new StringBuilder(random.nextInt(5) > 0 ? "\0" : "");
        for (int i = random.nextInt(30); i >= 0; i--) {
            text.append(words[random.nextInt(words.length)]);
        }
        return text.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** A message that may have been good once. */
    private static byte[] message(Random random, String to) {
        MessageBuilder message = switch (random.nextInt(6)) {
            case 0 ->
                RawClient.toBus("org.freedesktop.DBus", "RequestName", "su", "org.example.x" + random.nextInt(3), 0L);
            case 1 ->
                RawClient.toBus(
                        "org.freedesktop.DBus", "AddMatch", "s", "type='signal',arg0='" + random.nextInt() + "'");
            case 2 ->
                MessageBuilder.call("/a", "org.example.A", "Do").destination(to).body("as", List.of("a", "b"));
            case 3 -> MessageBuilder.signal("/a", "org.example.A", "Done").body("a{sv}", java.util.Map.of());
            case 4 -> MessageBuilder.error("org.example.E").replySerial(3).destination(to);
            default ->
                RawClient.toBus(
                        "org.freedesktop.DBus.Monitoring", "BecomeMonitor", "asu", List.of("type='signal'"), 0L);
        };
        byte[] bytes = message.serial(1 + random.nextInt(5))
                .order(random.nextBoolean() ? java.nio.ByteOrder.BIG_ENDIAN : java.nio.ByteOrder.LITTLE_ENDIAN)
                .build()
                .bytes();
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(random.nextBoolean() ? 16 : bytes.length)] =
                    (byte) random.nextInt(random.nextBoolean() ? 256 : 4);
        }
        return random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }
}
