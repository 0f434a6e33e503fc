package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.dbus.HeaderField;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import headway.dbus.ObjectPath;
import headway.dbus.Signature;
import headway.dbus.Variant;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same messages are sent to dbus-daemon and to our bus, and what comes back to every client must be the same: answers,
 * errors, signals and their order. Serials of the bus are left out; texts of errors only where the reference tells of its
 * own configuration or parser.
 */
class DifferentialTest {

    private static final String CONFIGURATION = """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>session</type>
              <listen>unix:path=%s</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
                <deny send_type="method_return" send_requested_reply="false"/>
                <deny send_type="error" send_requested_reply="false"/>
              </policy>
            </busconfig>
            """;

    private static final String BUS = "org.freedesktop.DBus";

    @TempDir
    Path directory;

    private Process reference;
    private Path referenceSocket;
    private Ours bus;
    private final List<Party> parties = new ArrayList<>();

    /** Whether names of sender and destination are compared. */
    private static boolean named;

    /** How unique names of our bus begin; null: as those of the reference do. */
    private static String prefix;

    /** The same client on both buses. */
    private record Party(RawClient there, RawClient here) {}

    /** Our bus. */
    interface Ours extends AutoCloseable {

        Path socket();

        /** What unique names begin with; null if that is what they begin with in the reference. */
        String prefix();

        @Override
        void close();
    }

    /** Starts it; alone, unless somebody has it otherwise. */
    Ours start(Path where) throws Exception {
        TestBus alone = TestBus.ofEpoll(where);
        return new Ours() {
            @Override
            public Path socket() {
                return alone.socket();
            }

            @Override
            public String prefix() {
                return null;
            }

            @Override
            public void close() {
                alone.close();
            }
        };
    }

    @BeforeEach
    void two_buses() throws Exception {
        assumeTrue(Programs.has("dbus-daemon"), "dbus-daemon is not installed");
        Path configuration = directory.resolve("session.conf");
        referenceSocket = directory.resolve("reference");
        Files.writeString(configuration, CONFIGURATION.formatted(referenceSocket));
        reference = new ProcessBuilder("dbus-daemon", "--nofork", "--print-address", "--config-file=" + configuration)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        reference.inputReader().readLine();
        bus = start(directory);
        prefix = bus.prefix();
        named = true;
    }

    @AfterEach
    void end() throws Exception {
        if (probe != null) {
            parties.add(probe);
        }
        for (Party party : parties) {
            party.there.close();
            party.here.close();
        }
        if (bus != null) {
            bus.close();
            reference.destroy();
            reference.waitFor();
        }
    }

    private int join() throws IOException {
        Party party = new Party(RawClient.connected(referenceSocket), RawClient.connected(bus.socket()));
        assertEquals(party.there.name(), asThere(party.here.name()));
        parties.add(party);
        return parties.size() - 1;
    }

    private int joinUnnamed() throws IOException {
        Party party = new Party(new RawClient(referenceSocket), new RawClient(bus.socket()));
        party.there.authenticate();
        party.here.authenticate();
        parties.add(party);
        return parties.size() - 1;
    }

    /** One client sends; what all get is compared. */
    private void send(int who, Supplier<MessageBuilder> message) throws IOException {
        send(parties.get(who), message);
        Message sent = message.get().serial(1).build();
        compare(who, sent + " " + body(sent));
    }

    private static void send(Party party, Supplier<MessageBuilder> message) throws IOException {
        party.there.send(message.get());
        party.here.send(prefix == null ? message.get() : asHere(message.get()));
    }

    /** The same message as somebody on our bus would send it. */
    private static MessageBuilder asHere(MessageBuilder message) {
        Message whole = message.serial(1).build();
        MessageBuilder copy = MessageBuilder.copyOf(whole);
        if (whole.destination() != null) {
            copy.destination((String) asHere(whole.destination()));
        }
        if (!whole.signature().toString().isEmpty()) {
            copy.body(
                    whole.signature().toString(),
                    whole.body().stream().map(DifferentialTest::asHere).toArray());
        }
        return copy;
    }

    private static Object asHere(Object value) {
        if (value instanceof String text) {
            return UNIQUE.matcher(text).replaceAll(name -> prefix + (Integer.parseInt(name.group(1)) + FIRST));
        }
        return value instanceof List<?> list
                ? list.stream().map(DifferentialTest::asHere).toList()
                : value;
    }

    /** A text of our bus with the unique names of the reference. */
    private static String asThere(String text) {
        return prefix == null
                ? text
                : Pattern.compile(Pattern.quote(prefix) + "([0-9]+)")
                        .matcher(text)
                        .replaceAll(name -> ":1." + (Integer.parseInt(name.group(1)) - FIRST));
    }

    private static final Pattern UNIQUE = Pattern.compile(":1\\.([0-9]+)");

    /** The number of the first client: the node itself is number 1. */
    private static final int FIRST = 2;

    private void ask(int who, String member, String signature, Object... body) throws IOException {
        send(who, () -> RawClient.toBus(BUS, member, signature, body));
    }

    private void compare(int sender, String what) throws IOException {
        List<List<String>> there = new ArrayList<>();
        List<List<String>> here = new ArrayList<>();
        for (int i = 0; i < parties.size(); i++) {
            there.add(new ArrayList<>());
            here.add(new ArrayList<>());
        }
        // The sender first: once the bus answers it, its message has been dealt with.
        for (int i = sender < 0 ? 0 : -1; i < parties.size(); i++) {
            if (i != sender) {
                int who = i < 0 ? sender : i;
                show(who, parties.get(who).there.drain(), there.get(who));
                show(who, parties.get(who).here.drain(), here.get(who));
            }
        }
        assertEquals(text(there), text(here), what);
    }

    private static String text(List<List<String>> lines) {
        return lines.stream().flatMap(List::stream).reduce("", (all, line) -> all + "\n" + line);
    }

    private static void show(int who, List<Message> messages, List<String> into) {
        for (Message message : messages) {
            boolean aboutNames =
                    message != null && message.type() == MessageType.METHOD_CALL && isDecidedElsewhere(message);
            if (aboutNames) {
                // Who eavesdrops hears the question before what it changes; the reference tells it afterwards.
                continue;
            }
            into.add(who + " " + (message == null ? "disconnected" : show(message)));
        }
    }

    private static boolean isDecidedElsewhere(Message call) {
        return prefix != null && List.of("RequestName", "ReleaseName").contains(call.member());
    }

    private static String show(Message message) {
        if (message == null) {
            return "disconnected";
        }
        StringBuilder line = new StringBuilder(message.type().toString());
        line.append(" flags=").append(message.flags());
        line.append(" order=").append(message.order() == ByteOrder.BIG_ENDIAN ? "big" : "little");
        boolean fromBus = BUS.equals(message.sender());
        if (!fromBus && message.sender() != null) {
            line.append(" serial=").append(message.serial());
        }
        if (message.replySerial() != 0) {
            line.append(" reply_serial=").append(message.replySerial());
        }
        for (HeaderField field : HeaderField.values()) {
            String text = switch (field) {
                case PATH -> message.path();
                case INTERFACE -> message.interfaceName();
                case MEMBER -> message.member();
                case ERROR_NAME -> message.errorName();
                case DESTINATION -> message.destination();
                case SENDER -> message.sender();
                case SIGNATURE -> message.signature().toString();
                default -> null;
            };
            // To whom it is connected the reference talks like a program without a bus: it gives no names.
            boolean unnamed = !named && (field == HeaderField.SENDER || field == HeaderField.DESTINATION);
            if (text != null && !text.isEmpty() && !unnamed) {
                line.append(' ').append(field).append('=').append(text);
            }
        }
        return asThere(line.append(' ').append(body(message)).toString());
    }

    private static Object body(Message message) {
        String error = message.errorName();
        if (error != null && (error.endsWith("MatchRuleInvalid") || error.endsWith("AccessDenied"))) {
            return "(a text)";
        }
        List<Object> shown = new ArrayList<>();
        for (Object value : message.body()) {
            shown.add(value instanceof byte[] bytes ? Arrays.toString(bytes) : value);
        }
        return shown;
    }

    // ---------------------------------------------------------------- the scripts

    @Test
    void names_change_hands_as_in_the_reference() throws IOException {
        for (int i = 0; i < 4; i++) {
            join();
        }
        ask(0, "AddMatch", "s", "type='signal',sender='org.freedesktop.DBus'");
        ask(1, "AddMatch", "s", "member='NameOwnerChanged',arg0='org.example.A'");
        ask(2, "AddMatch", "s", "arg0namespace='org.example'");
        Random random = new Random(2026);
        for (int step = 0; step < 400; step++) {
            int who = random.nextInt(4);
            String name = "org.example." + "ABC".charAt(random.nextInt(3));
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> ask(who, "RequestName", "su", name, (long) random.nextInt(8));
                case 4, 5 -> ask(who, "ReleaseName", "s", name);
                case 6 -> ask(who, "ListQueuedOwners", "s", name);
                default -> ask(who, random.nextBoolean() ? "GetNameOwner" : "NameHasOwner", "s", name);
            }
        }
        for (int who = 3; who > 0; who--) {
            leave(who);
        }
    }

    @Test
    void names_that_cannot_be_are_refused_as_in_the_reference() throws IOException {
        join();
        List<String> names = List.of(
                "",
                "a",
                "org",
                "org.",
                ".org",
                "org..a",
                "org.1a",
                ":1.0",
                ":1.99",
                ":",
                ":1",
                "org.freedesktop.DBus",
                "org.freedesktop.DBus.Local",
                "org.example.a-b",
                "org.exa mple",
                "org.ä",
                "a.b",
                "x".repeat(253) + ".a",
                "x".repeat(254) + ".a");
        for (String name : names) {
            ask(0, "RequestName", "su", name, 0L);
            ask(0, "ReleaseName", "s", name);
            for (String member : List.of(
                    "GetNameOwner",
                    "NameHasOwner",
                    "ListQueuedOwners",
                    "GetConnectionUnixUser",
                    "GetAdtAuditSessionData",
                    "GetConnectionSELinuxSecurityContext")) {
                ask(0, member, "s", name);
            }
            ask(0, "StartServiceByName", "su", name, 0L);
        }
    }

    @Test
    void the_bus_understands_what_the_reference_understands_and_where() throws IOException {
        join();
        List<String> interfaces = Arrays.asList(
                null,
                BUS,
                BUS + ".Properties",
                BUS + ".Introspectable",
                BUS + ".Peer",
                BUS + ".Monitoring",
                BUS + ".Debug.Stats",
                "org.example.Nothing");
        for (String path : List.of("/org/freedesktop/DBus", "/", "/org", "/somewhere")) {
            for (String owner : interfaces) {
                for (String member : List.of(
                        "Hello",
                        "Ping",
                        "Get",
                        "Introspect",
                        "GetStats",
                        "Nothing",
                        "RequestName",
                        "NameHasOwner",
                        "UpdateActivationEnvironment",
                        "ReloadConfig",
                        "ListActivatableNames",
                        "GetMachineId")) {
                    if (member.equals("GetStats") && path.equals("/org/freedesktop/DBus")) {
                        continue; // What is counted differs.
                    }
                    send(0, () -> MessageBuilder.call(path, owner, member).destination(BUS));
                }
                send(
                        0,
                        () -> MessageBuilder.call(path, owner, "NameHasOwner")
                                .destination(BUS)
                                .body("u", 1L));
                send(
                        0,
                        () -> MessageBuilder.call(path, owner, "GetAll")
                                .destination(BUS)
                                .body("s", BUS));
            }
        }
        for (String owner : List.of(BUS, BUS + ".Peer", BUS + ".Nothing", "")) {
            for (String property : List.of("Features", "Interfaces", "Nothing", "")) {
                properties("Get", "ss", owner, property);
                properties("Set", "ssv", owner, property, new Variant(Signature.of("s"), "x"));
            }
            properties("GetAll", "s", owner);
        }
        ask(0, "UpdateActivationEnvironment", "a{ss}", Map.of("A", "b"));
        // Answers that nobody wants are sent all the same by some methods.
        for (String member : List.of("GetId", "ListActivatableNames", "ReloadConfig")) {
            if (!member.equals("GetId")) {
                send(0, () -> RawClient.toBus(BUS, member, "").flags(Message.NO_REPLY_EXPECTED));
            }
        }
        send(0, () -> RawClient.toBus(BUS, "AddMatch", "s", "").flags(Message.NO_REPLY_EXPECTED));
        send(0, () -> RawClient.toBus(BUS, "AddMatch", "s", "x=").flags(Message.NO_REPLY_EXPECTED));
        send(0, () -> RawClient.toBus(BUS + ".Peer", "Ping", "").flags(Message.NO_REPLY_EXPECTED));
        send(
                0,
                () -> MessageBuilder.signal("/org/freedesktop/DBus", BUS, "Hello")
                        .destination(BUS));
    }

    private void properties(String member, String signature, Object... body) throws IOException {
        send(0, () -> RawClient.toBus(BUS + ".Properties", member, signature, body));
    }

    @Test
    void who_has_not_said_hello_is_treated_as_in_the_reference() throws IOException {
        join();
        int who = joinUnnamed();
        for (String member : List.of("ListNames", "RequestName", "AddMatch")) {
            unnamed(who, () -> RawClient.toBus(BUS, member, ""));
        }
        unnamed(who, () -> RawClient.toBus(BUS + ".Peer", "Ping", ""));
        unnamed(who, () -> MessageBuilder.call("/", null, "Hello").destination(BUS));
        unnamed(who, () -> RawClient.toBus(BUS, "Hello", ""));
        int other = joinUnnamed();
        unnamedEnds(other, () -> MessageBuilder.call("/", null, "Hello").destination(":1.0"));
        int third = joinUnnamed();
        unnamedEnds(third, () -> MessageBuilder.signal("/", "org.example.A", "Hello"));
    }

    private void unnamed(int who, Supplier<MessageBuilder> message) throws IOException {
        Party party = parties.get(who);
        send(party, message);
        assertEquals(show(party.there.receive()), show(party.here.receive()));
    }

    private void unnamedEnds(int who, Supplier<MessageBuilder> message) throws IOException {
        Party party = parties.get(who);
        send(party, message);
        assertEquals(party.there.receive(), party.here.receive());
        parties.remove(who);
    }

    @Test
    void calls_find_their_way_and_their_answer_as_in_the_reference() throws IOException {
        join();
        join();
        join();
        ask(1, "RequestName", "su", "org.example.Service", 0L);
        for (String to : List.of(":1.0", ":1.1", ":1.2", ":1.77", "org.example.Service", "org.example.Nobody")) {
            for (int flags : new int[] {0, Message.NO_REPLY_EXPECTED, Message.NO_AUTO_START, 7, 0xF8}) {
                send(
                        0,
                        () -> MessageBuilder.call("/a", "org.example.A", "Do")
                                .destination(to)
                                .flags(flags)
                                .body("s", "x"));
                send(
                        0,
                        () -> MessageBuilder.call("/a", null, "Do")
                                .destination(to)
                                .flags(flags));
            }
            send(
                    0,
                    () -> MessageBuilder.signal("/a", "org.example.A", "Done")
                            .destination(to)
                            .body("s", "x"));
        }
        // Answers: the right one, twice, by the wrong one, to the wrong one, with the wrong serial.
        int asked = call(0, "org.example.Service");
        answer(2, 0, asked);
        answer(1, 2, asked);
        answer(1, 0, asked + 1);
        answer(1, 0, asked);
        answer(1, 0, asked);
        int failed = call(0, ":1.2");
        send(
                2,
                () -> MessageBuilder.error("org.example.Error")
                        .replySerial(failed)
                        .destination(":1.0")
                        .body("s", "no"));
        send(
                2,
                () -> MessageBuilder.error("org.example.Error")
                        .replySerial(failed)
                        .destination(":1.0")
                        .body("s", "no"));
        send(
                2,
                () -> MessageBuilder.error("org.example.Error")
                        .replySerial(failed)
                        .destination(":1.66")
                        .body("s", "no"));
        // To itself.
        int own = call(0, ":1.0");
        answer(0, 0, own);
        // The callee dies, and the caller.
        call(0, "org.example.Service");
        call(0, "org.example.Service");
        call(2, "org.example.Service");
        call(1, ":1.0");
        leave(2);
        leave(1);
    }

    private int call(int who, String to) throws IOException {
        send(
                who,
                () -> MessageBuilder.call("/a", "org.example.A", "Do")
                        .destination(to)
                        .body("i", 1));
        // The ping that followed has the next number.
        return parties.get(who).here.lastSerial() - 1;
    }

    private void answer(int who, int whom, int asked) throws IOException {
        send(
                who,
                () -> MessageBuilder.reply()
                        .replySerial(asked)
                        .destination(":1." + whom)
                        .body("s", "here"));
    }

    @Test
    void messages_without_a_destination_are_answered_as_in_the_reference() throws IOException {
        join();
        join();
        named = false;
        send(0, () -> MessageBuilder.call("/", BUS + ".Peer", "Ping"));
        send(0, () -> MessageBuilder.call("/", BUS + ".Peer", "Nothing"));
        send(0, () -> MessageBuilder.call("/", BUS, "ListNames"));
        send(0, () -> MessageBuilder.call("/a", "org.example.A", "Do").body("s", "x"));
        send(0, () -> MessageBuilder.call("/a", null, "Do").body("su", "x", 1L));
        send(0, () -> MessageBuilder.call("/a", null, "Do").flags(Message.NO_REPLY_EXPECTED));
        send(0, () -> MessageBuilder.reply().replySerial(4711));
        send(0, () -> MessageBuilder.error("org.example.Error").replySerial(4711));
    }

    @Test
    void headers_are_cleaned_and_both_byte_orders_pass_as_in_the_reference() throws IOException {
        join();
        join();
        ask(1, "AddMatch", "s", "interface='org.example.A'");
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            send(
                    0,
                    () -> MessageBuilder.signal("/a", "org.example.A", "Done")
                            .sender("org.freedesktop.DBus")
                            .order(order)
                            .body("sa{sv}", "x", Map.of("k", new Variant(Signature.of("ax"), List.of(1L, 2L)))));
            send(
                    0,
                    () -> MessageBuilder.call("/a", "org.example.A", "Do")
                            .sender(":1.1")
                            .order(order)
                            .destination(":1.1")
                            .body("to", 5L, new ObjectPath("/x")));
            send(
                    0,
                    () -> RawClient.toBus(BUS, "NameHasOwner", "s", "org.example.A")
                            .order(order));
        }
        // A header field that nobody knows yet.
        byte[] known = MessageBuilder.signal("/a", "org.example.A", "Done")
                .serial(9)
                .build()
                .bytes();
        byte[] strange = Arrays.copyOf(known, known.length + 8);
        // Its own five bytes, without the padding that follows.
        strange[12] = (byte) (known.length - 16 + 5);
        System.arraycopy(new byte[] {42, 1, 'y', 0, 7, 0, 0, 0}, 0, strange, known.length, 8);
        parties.get(0).there.send(strange);
        parties.get(0).here.send(strange);
        compare(0, "a strange header field");
    }

    @Test
    void broadcasts_reach_those_who_reach_them_in_the_reference() throws IOException {
        for (int i = 0; i < 4; i++) {
            join();
        }
        ask(0, "RequestName", "su", "org.example.First", 0L);
        ask(0, "RequestName", "su", "org.example.Second", 0L);
        Random random = new Random(7);
        List<String> added = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
            String rule = rule(random);
            int who = 1 + random.nextInt(3);
            ask(who, "AddMatch", "s", rule);
            added.add(who + rule);
            if (random.nextInt(3) == 0) {
                String gone = added.remove(random.nextInt(added.size()));
                ask(gone.charAt(0) - '0', "RemoveMatch", "s", gone.substring(1));
            }
            for (int message = 0; message < 6; message++) {
                long seed = random.nextLong();
                send(random.nextInt(4) / 2, () -> signal(new Random(seed)));
            }
            if (round == 30) {
                ask(0, "ReleaseName", "s", "org.example.Second");
                ask(3, "RequestName", "su", "org.example.Second", 0L);
            }
        }
    }

    private static final String[] PATHS = {"/", "/a", "/a/b", "/a/b/c", "/ab", "/a/bc"};
    private static final String[] TEXTS = {
        "/", "/a", "/a/", "/a/b", "/a/b/", "org.example", "org.example.x", "org.exa", ""
    };

    private static String rule(Random random) {
        List<String> parts = new ArrayList<>();
        maybe(random, parts, "type", "signal", "method_call");
        maybe(random, parts, "sender", ":1.0", ":1.1", "org.example.First", "org.example.Second", "org.example.Third");
        maybe(random, parts, "interface", "org.example.A", "org.example.B");
        maybe(random, parts, "member", "One", "Two");
        if (random.nextBoolean()) {
            maybe(random, parts, random.nextBoolean() ? "path" : "path_namespace", PATHS);
        }
        maybe(random, parts, "destination", ":1.2", ":1.3");
        switch (random.nextInt(6)) {
            case 0 -> maybe(random, parts, "arg0", TEXTS);
            case 1 -> maybe(random, parts, "arg1path", TEXTS);
            case 2 -> maybe(random, parts, "arg0namespace", "org.example", "org", "org.exa");
            case 3 -> maybe(random, parts, "arg0path", TEXTS);
            case 4 -> maybe(random, parts, "arg2", TEXTS);
            default -> maybe(random, parts, "eavesdrop", "true", "false");
        }
        return String.join(",", parts);
    }

    private static void maybe(Random random, List<String> parts, String key, String... values) {
        if (random.nextInt(3) == 0) {
            parts.add(key + "='" + values[random.nextInt(values.length)] + "'");
        }
    }

    private static MessageBuilder signal(Random random) {
        MessageBuilder signal = MessageBuilder.signal(
                PATHS[random.nextInt(PATHS.length)],
                random.nextBoolean() ? "org.example.A" : "org.example.B",
                random.nextBoolean() ? "One" : "Two");
        String first = TEXTS[random.nextInt(TEXTS.length)];
        String second = TEXTS[random.nextInt(TEXTS.length)];
        switch (random.nextInt(5)) {
            case 0 -> signal.body("s", first);
            case 1 -> signal.body("sss", first, second, first);
            case 2 -> signal.body("oos", new ObjectPath("/a"), new ObjectPath("/a/b"), second);
            case 3 -> signal.body("iss", 1, first, second);
            default -> {
                // Without arguments.
            }
        }
        if (random.nextInt(4) == 0) {
            signal.destination(":1." + random.nextInt(4));
        }
        return signal;
    }

    @Test
    void rules_that_cannot_be_are_refused_as_in_the_reference() throws IOException {
        join();
        for (String rule : List.of(
                "",
                " ",
                "type",
                "type=",
                "type=''",
                "type='nonsense'",
                "type='signal',type='signal'",
                "sender='1'",
                "member='a.b'",
                "member=''",
                "interface='a'",
                "path='a'",
                "path='/a/'",
                "path='/a',path_namespace='/a'",
                "destination='x'",
                "arg='x'",
                "arg64='x'",
                "arg63='x'",
                "arg-1='x'",
                "arg0='x',arg0path='/'",
                "arg1namespace='a'",
                "arg0namespace='a..b'",
                "arg0namespace='a'",
                "eavesdrop='maybe'",
                "nonsense='x'",
                "type='signal",
                "'",
                "type='signal',",
                ",type='signal'",
                "arg0='" + "x".repeat(1100) + "'",
                "arg0foo='x'",
                "arg00='x'",
                "member='Ä'")) {
            ask(0, "AddMatch", "s", rule);
            ask(0, "RemoveMatch", "s", rule);
            ask(0, "RemoveMatch", "s", rule);
        }
    }

    @Test
    void monitors_hear_what_monitors_of_the_reference_hear() throws IOException {
        for (int i = 0; i < 5; i++) {
            join();
        }
        ask(0, "AddMatch", "s", "arg0='org.example.M'");
        ask(3, "RequestName", "su", "org.example.M", 0L);
        for (Object rules : List.of(List.of("nonsense"), List.of("type='signal'", "x='"))) {
            send(3, () -> RawClient.toBus(BUS + ".Monitoring", "BecomeMonitor", "asu", rules, 0L));
        }
        send(3, () -> RawClient.toBus(BUS + ".Monitoring", "BecomeMonitor", "asu", List.of(), 1L));
        monitor(3, List.of());
        monitor(3, List.of("type='signal'", "sender='org.example.A'", "destination=':1.1'"));
        ask(0, "RequestName", "su", "org.example.A", 0L);
        ask(1, "RequestName", "su", "org.example.A", 0L);
        send(0, () -> MessageBuilder.signal("/a", "org.example.A", "Done").body("s", "x"));
        send(
                0,
                () -> MessageBuilder.signal("/a", "org.example.A", "Done")
                        .destination(":1.1")
                        .body("s", "x"));
        int asked = call(1, "org.example.A");
        answer(0, 1, asked);
        answer(0, 1, asked);
        ask(1, "ReleaseName", "s", "nonsense");
        send(1, () -> MessageBuilder.call("/a", "org.example.A", "Do").destination("org.example.Nobody"));
        send(
                1,
                () -> MessageBuilder.call("/a", "org.example.A", "Do")
                        .destination(":1.2")
                        .sender(":1.0"));
        leave(2);
        hear("at the end");
        // A monitor that speaks is disconnected.
        monitors.get(0).there.send(RawClient.toBus(BUS, "ListNames", ""));
        monitors.get(0).here.send(RawClient.toBus(BUS, "ListNames", ""));
        assertEquals(rest(monitors.get(0).there), rest(monitors.get(0).here));
    }

    private final List<Party> monitors = new ArrayList<>();

    private void monitor(int who, List<String> rules) throws IOException {
        Party party = parties.get(who);
        send(party, () -> RawClient.toBus(BUS + ".Monitoring", "BecomeMonitor", "asu", rules, 0L));
        parties.remove(who);
        monitors.add(party);
        // The answer, and that its names are lost; then what everybody heard of it.
        for (int i = 0; i < (monitors.size() == 1 ? 3 : 2); i++) {
            assertEquals(show(party.there.receive()), show(party.here.receive()));
        }
        compare(-1, "a monitor");
    }

    /** Compares what monitors have heard up to a signal that all of them hear. */
    private void hear(String what) throws IOException {
        parties.get(0).there.send(MessageBuilder.signal("/end", "org.example.End", "End"));
        parties.get(0).here.send(MessageBuilder.signal("/end", "org.example.End", "End"));
        for (Party monitor : monitors) {
            assertLinesMatch(upToEnd(monitor.there), upToEnd(monitor.here), what);
        }
    }

    private static List<String> upToEnd(RawClient client) throws IOException {
        List<String> heard = new ArrayList<>();
        for (Message message = client.receive(); message != null; message = client.receive()) {
            if ("End".equals(message.member())) {
                break;
            }
            // Pings are how this test waits; whoever came after the fifth is a probe, and the fifth is a monitor
            // that in the reference sees its own name go, if it is not the first monitor.
            String line = show(message);
            if (!"Ping".equals(message.member()) && !line.matches(".*(:1\\.([4-9]|[1-9][0-9])|:not.active.yet)\\b.*")) {
                heard.add(line);
            }
        }
        return heard;
    }

    private static int rest(RawClient client) throws IOException {
        int count = 0;
        while (client.receive() != null) {
            count++;
        }
        return count;
    }

    /** Looks on both buses who is there, and stays to the end: what it would be told to others by going is not. */
    private Party probe;

    private void leave(int who) throws IOException {
        if (probe == null) {
            probe = new Party(RawClient.connected(referenceSocket), RawClient.connected(bus.socket()));
        }
        Party party = parties.remove(who);
        party.there.close();
        party.here.close();
        awaitGone(probe.there, party.there.name());
        awaitGone(probe.here, party.here.name());
        compare(-1, party.there.name() + " leaves");
    }

    private static void awaitGone(RawClient looking, String name) throws IOException {
        while ((Boolean) looking.callTo(BUS, "NameHasOwner", "s", name).body().get(0)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void authentication_goes_as_in_the_reference() throws IOException {
        String hex = "30";
        List<List<String>> scripts = List.of(
                List.of(
                        "\0AUTH\r\n",
                        "AUTH EXTERNAL " + hex + "\r\n",
                        "NEGOTIATE_UNIX_FD\r\n",
                        "NEGOTIATE_UNIX_FD\r\n"),
                List.of("\0AUTH EXTERNAL\r\n", "DATA\r\n"),
                List.of("\0AUTH EXTERNAL\r\n", "DATA " + hex + "\r\n"),
                List.of(
                        "\0AUTH EXTERNAL\r\n",
                        "AUTH EXTERNAL\r\n",
                        "NEGOTIATE_UNIX_FD\r\n",
                        "NONSENSE\r\n",
                        "CANCEL\r\n",
                        "DATA\r\n",
                        "CANCEL\r\n"),
                List.of("\0AUTH EXTERNAL 31\r\n", "AUTH EXTERNAL 726f6f74\r\n", "AUTH EXTERNAL zz\r\n"),
                List.of("\0AUTH ANONYMOUS\r\n", "AUTH KERBEROS_V4\r\n", "AUTH  EXTERNAL  " + hex + "\r\n"),
                List.of(
                        "\0NONSENSE\r\n",
                        "DATA\r\n",
                        "CANCEL\r\n",
                        "ERROR\r\n",
                        "NEGOTIATE_UNIX_FD\r\n",
                        "auth EXTERNAL\r\n"),
                List.of(
                        "\0AUTH EXTERNAL " + hex + "\r\n",
                        "AUTH EXTERNAL\r\n",
                        "DATA\r\n",
                        "OK\r\n",
                        "ERROR\r\n",
                        "BEGIN\r\n"),
                List.of("\0BEGIN\r\n"),
                List.of("AUTH EXTERNAL\r\n"),
                List.of("\0\377\r\n", "AUTH EXTERNAL " + hex + "\r\n"),
                List.of("\0AUTH\r\n", "AUTH\r\n", "AUTH\r\n", "AUTH\r\n", "AUTH\r\n", "AUTH\r\n", "AUTH\r\n"),
                List.of("\0AUTH EXTERNAL " + hex + "\r\n", "CANCEL\r\n", "AUTH EXTERNAL " + hex + "\r\n"),
                List.of("\0\r\n", "\n\r\n", " AUTH EXTERNAL\r\n"));
        for (List<String> script : scripts) {
            try (RawClient there = new RawClient(referenceSocket);
                    RawClient here = new RawClient(bus.socket())) {
                for (String line : script) {
                    assertEquals(answer(there, line), answer(here, line), line + " of " + script);
                }
            }
        }
    }

    private static String answer(RawClient client, String line) throws IOException {
        try {
            client.send(line);
        } catch (IOException ended) {
            return null;
        }
        String answer = client.line();
        return answer == null ? null : answer.replaceFirst("OK [0-9a-f]{32}", "OK");
    }
}
