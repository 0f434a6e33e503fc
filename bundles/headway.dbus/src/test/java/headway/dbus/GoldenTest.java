package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What foreign programs said, and what other foreign programs understood: see src/test/golden/README.md. */
class GoldenTest {
    @Test
    void we_understand_what_dbus_monitor_understands() throws IOException {
        List<Message> messages = recorded(split(resource("libdbus.bin")));
        StringBuilder ours = new StringBuilder();
        messages.forEach(message -> ours.append(MonitorText.of(message.validate())));
        String theirs = text("libdbus.txt");
        theirs = theirs.substring(theirs.indexOf('\n', theirs.indexOf("member=Start")) + 1);
        theirs = theirs.substring(0, theirs.lastIndexOf("signal", theirs.indexOf("member=Stop")));
        // What the monitor looked up about a descriptor that only it had.
        theirs = theirs.replaceAll(" +inode: \\d+\n +type: \\w+\n", "");
        assertEquals(theirs, ours.toString());
        assertTrue(messages.size() > 40, "messages: " + messages.size());
    }

    @Test
    void we_understand_what_sd_bus_understands() throws IOException {
        List<Message> messages = recorded(packets(resource("sdbus.pcapng")));
        List<String> theirs = text("sdbus.json").lines().toList();
        int line = lineOf(theirs, "Start") + 1;
        for (Message message : messages) {
            message.validate();
            if (!"OddKeys".equals(message.member())) {
                assertEquals(theirs.get(line++), BusctlJson.of(message));
            }
        }
        assertEquals(lineOf(theirs, "Stop"), line);
        assertTrue(messages.stream().anyMatch(message -> message.order() == ByteOrder.BIG_ENDIAN));
        assertTrue(messages.size() > 40, "messages: " + messages.size());
    }

    @Test
    void we_understand_what_glib_understands_in_both_byte_orders() throws IOException {
        for (String order : List.of("little", "big")) {
            List<Message> messages = split(resource("glib-" + order + ".bin"));
            List<String> ours = messages.stream()
                    .map(message -> BusctlJson.of(message.validate()))
                    .toList();
            assertEquals(text("glib-" + order + ".json").lines().toList(), ours);
            assertEquals(14, ours.size());
        }
    }

    @Test
    void we_write_bodies_as_they_do() throws IOException {
        List<Message> messages = new ArrayList<>(split(resource("glib-little.bin")));
        messages.addAll(split(resource("glib-big.bin")));
        messages.addAll(recorded(split(resource("libdbus.bin"))));
        messages.addAll(recorded(packets(resource("sdbus.pcapng"))));
        for (Message theirs : messages) {
            Message ours = MessageBuilder.signal("/", "a.b", "C")
                    .order(theirs.order())
                    .body(theirs.signature(), theirs.body().toArray())
                    .build();
            assertArrayEquals(body(theirs), body(ours), theirs::toString);
        }
    }

    @Test
    void we_read_match_rules_as_dbus_daemon_reads_them() throws IOException {
        List<String> lines = text("rules.txt").lines().toList();
        String[] strings = lines.get(0).split("\t", -1);
        for (String line : lines.subList(1, lines.size())) {
            String rule = line.substring(0, line.lastIndexOf('\t'));
            String theirs = line.substring(line.lastIndexOf('\t') + 1);
            assertEquals(theirs, arriving(rule, strings), rule);
        }
    }

    /** Numbers of the strings that a rule lets through, or "refused". */
    private static String arriving(String rule, String[] strings) {
        MatchRule parsed;
        try {
            parsed = MatchRule.parse(rule);
        } catch (IllegalArgumentException e) {
            return "refused";
        }
        List<String> arriving = new ArrayList<>();
        for (int i = 0; i < strings.length; i++) {
            Message signal = MessageBuilder.signal("/", "x.y", "Sig")
                    .body("s", strings[i])
                    .build();
            if (parsed.matches(signal)) {
                arriving.add(String.valueOf(i));
            }
        }
        return String.join(" ", arriving);
    }

    private static byte[] body(Message message) {
        int from = message.offset() + message.bodyOffset();
        return Arrays.copyOfRange(message.array(), from, from + message.bodyLength());
    }

    /** What was said between the signals that start and stop the recording. */
    private static List<Message> recorded(List<Message> all) {
        int start = -1;
        int stop = -1;
        for (int i = 0; i < all.size(); i++) {
            start = "Start".equals(all.get(i).member()) ? i : start;
            stop = "Stop".equals(all.get(i).member()) ? i : stop;
        }
        return all.subList(start + 1, stop);
    }

    private static int lineOf(List<String> lines, String member) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("\"member\":\"" + member + "\"")) {
                return i;
            }
        }
        throw new AssertionError(member);
    }

    /** Messages one after the other; what is cut off at the end is left out. */
    private static List<Message> split(byte[] bytes) {
        List<Message> messages = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int length = Message.length(bytes, at, bytes.length - at);
            if (length == Message.NEED_MORE || length > bytes.length - at) {
                break;
            }
            messages.add(Message.parse(bytes, at, length));
            at += length;
        }
        return messages;
    }

    /** The messages in the enhanced packet blocks of a pcapng file. */
    private static List<Message> packets(byte[] file) {
        List<Message> messages = new ArrayList<>();
        for (int at = 0; at < file.length; at += Wire.getInt(file, at + 4, false)) {
            if (Wire.getInt(file, at, false) == 6) {
                int captured = Wire.getInt(file, at + 20, false);
                assertEquals(captured, Wire.getInt(file, at + 24, false), "a message was cut off");
                messages.add(Message.parse(file, at + 28, captured));
            }
        }
        return messages;
    }

    private static String text(String name) throws IOException {
        byte[] bytes = resource(name);
        return Utf8.string(bytes, 0, bytes.length);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/" + name)) {
            return in.readAllBytes();
        }
    }
}
