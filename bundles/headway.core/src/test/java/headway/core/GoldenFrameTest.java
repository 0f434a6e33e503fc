package headway.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The frames that C programs are tested with, too ({@code kmod/abi/golden.c}): both write and read the same bytes. */
class GoldenFrameTest {

    private static final Path FILE = Path.of(System.getProperty("headway.root"), "kmod", "abi", "golden", "frames.txt");

    /** A record of the file: lines of a key and a value; those of a repeated key are one value. */
    private record Golden(Map<String, String> values) {

        String name() {
            return values.get("frame");
        }

        boolean isFrame() {
            return values.containsKey("kind");
        }

        byte[] bytes() {
            return HexFormat.of().parseHex(values.get("bytes"));
        }

        byte[] payload() {
            return HexFormat.of().parseHex(values.getOrDefault("payload", ""));
        }

        Frame.Kind kind() {
            return Frame.Kind.valueOf(values.get("kind"));
        }

        long number(String key) {
            String value = values.get(key);
            return value.startsWith("0x")
                    ? Long.parseUnsignedLong(value.substring(2), 16)
                    : Long.parseUnsignedLong(value);
        }
    }

    private static List<Golden> golden() throws IOException {
        List<Golden> all = new ArrayList<>();
        Map<String, String> record = new LinkedHashMap<>();
        for (String line : Files.readAllLines(FILE)) {
            if (line.isEmpty() && !record.isEmpty()) {
                all.add(new Golden(record));
                record = new LinkedHashMap<>();
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                String[] word = line.split(" ", 2);
                record.merge(word[0], word[1], String::concat);
            }
        }
        all.add(new Golden(record));
        return all;
    }

    @TestFactory
    List<DynamicTest> a_golden_frame_is_read_and_written() throws IOException {
        return golden().stream()
                .filter(Golden::isFrame)
                .map(g -> DynamicTest.dynamicTest(g.name(), () -> {
                    readsAs(g);
                    assertArrayEquals(g.bytes(), written(g));
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> golden_bytes_that_are_no_frame_are_refused_with_the_reason() throws IOException {
        return golden().stream()
                .filter(g -> !g.isFrame())
                .map(g -> DynamicTest.dynamicTest(
                        g.name(),
                        () -> assertEquals(g.values().get("check"), Frame.check(g.bytes(), 0, g.bytes().length))))
                .toList();
    }

    @Test
    void every_kind_of_frame_has_a_golden_one() throws IOException {
        List<Frame.Kind> kinds =
                golden().stream().filter(Golden::isFrame).map(Golden::kind).toList();
        for (Frame.Kind kind : Frame.Kind.values()) {
            assertEquals(kind != Frame.Kind.NONE, kinds.contains(kind), kind.name());
        }
    }

    @Test
    void a_golden_frame_of_a_group_is_for_its_receiver_an_ordinary_golden_frame() throws IOException {
        Golden group = named("group");
        byte[] one = named("data-one").bytes();
        byte[] a = group.bytes();
        int at = GroupFrame.open(a, 0, a.length, group.number("receiver"));
        assertArrayEquals(one, Arrays.copyOfRange(a, at, a.length));
        assertEquals(GroupFrame.NOT_OURS, GroupFrame.open(group.bytes(), 0, a.length, group.number("receiver") + 1));
        byte[] written = group.bytes();
        int second = GroupFrame.payload(1);
        Arrays.fill(written, second, GroupFrame.payload(2), (byte) 0);
        GroupFrame.writeHeader(written, written.length, group.number("session"), 2);
        GroupFrame.writeEnvelope(
                written,
                1,
                group.number("receiver"),
                (int) group.number("own_epoch"),
                (int) group.number("own_peer_epoch"),
                group.number("own_sequence"),
                group.number("own_ack"));
        assertArrayEquals(group.bytes(), written);
    }

    private static Golden named(String name) throws IOException {
        return golden().stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void the_messages_in_a_golden_frame_are_published_topics() throws IOException {
        Golden two = golden().stream()
                .filter(g -> g.name().equals("data-two"))
                .findFirst()
                .orElseThrow();
        byte[] payload = two.payload();
        List<String> topics = new ArrayList<>();
        int at = 0;
        while (at < payload.length) {
            int length = MessageLength.at(payload, at, payload.length - at);
            assertTrue(length > 0, "a whole message at " + at);
            topics.add(WireHeader.of(Message.parse(payload, at, length)).topic());
            at += (length + 7) & -8;
        }
        assertEquals(List.of("vehicle/speed", "vehicle/cabin/temperature"), topics);
    }

    private static void readsAs(Golden g) {
        byte[] a = g.bytes();
        assertNull(Frame.check(a, 0, a.length));
        assertEquals(g.kind(), Frame.kind(a, 0));
        assertEquals(g.number("flags"), Frame.flags(a, 0));
        assertEquals(g.number("length"), Frame.length(a, 0));
        assertEquals(g.number("session"), Frame.session(a, 0));
        assertEquals((int) g.number("epoch"), Frame.epoch(a, 0));
        assertEquals((int) g.number("peer_epoch"), Frame.peerEpoch(a, 0));
        assertEquals(g.number("sequence"), Frame.sequence(a, 0));
        assertEquals(g.number("ack"), Frame.ack(a, 0));
        assertArrayEquals(g.payload(), Arrays.copyOfRange(a, Frame.HEADER, a.length));
    }

    private static byte[] written(Golden g) {
        byte[] payload = g.payload();
        byte[] a = new byte[Frame.HEADER + payload.length];
        Frame.writeHeader(
                a,
                0,
                g.kind(),
                (int) g.number("flags"),
                a.length,
                g.number("session"),
                (int) g.number("epoch"),
                (int) g.number("peer_epoch"),
                g.number("sequence"),
                g.number("ack"));
        System.arraycopy(payload, 0, a, Frame.HEADER, payload.length);
        return a;
    }
}
