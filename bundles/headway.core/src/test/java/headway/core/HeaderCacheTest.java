package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.InvalidMessageException;
import headway.dbus.MessageBuilder;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeaderCacheTest {

    private final HeaderCache cache = new HeaderCache();

    private static byte[] signal(String path, int serial, Object... body) {
        return MessageBuilder.signal(path, SignalName.INTERFACE, SignalName.MEMBER)
                .serial(serial)
                .body("s", body)
                .build()
                .bytes();
    }

    private WireHeader get(byte[] message) {
        return cache.get(message, 0, message.length);
    }

    @Test
    void the_same_header_is_parsed_once_whatever_serial_and_body() {
        WireHeader first = get(signal("/a/b", 1, "x"));
        assertEquals("a/b", first.topic());
        assertSame(first, get(signal("/a/b", 99, "something longer")));
        assertNotSame(first, get(signal("/a/c", 1, "x")));
    }

    @Test
    void many_headers_in_few_places_are_never_confused() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10_000; i++) {
                assertEquals("t/" + i, get(signal("/t/" + i, 1, "x")).topic());
            }
        }
    }

    @Test
    void a_car_has_room_for_all_its_topics() {
        int topics = 3500;
        Set<WireHeader> known = Collections.newSetFromMap(new IdentityHashMap<>());
        int parsed = 0;
        for (int round = 1; round <= 20; round++) {
            parsed = 0;
            for (int i = 0; i < topics; i++) {
                parsed += known.add(get(signal("/Car/Message/" + i, round, "x"))) ? 1 : 0;
            }
        }
        assertTrue(parsed < topics / 50, parsed + " parsed again");
    }

    @Test
    void whoever_invents_headers_all_the_time_gets_no_more_room_than_there_is() {
        for (int i = 0; i < 100_000; i++) {
            assertEquals("t/" + i, get(signal("/t/" + i, 1, "x")).topic());
        }
        assertEquals(1 << 14, cache.places());
    }

    @Test
    void of_a_large_message_only_the_header_is_kept() {
        WireHeader header = get(signal("/a/b", 1, "x".repeat(100_000)));
        assertTrue(header.message().array().length < 200);
        assertSame(header, get(signal("/a/b", 1, "x")));
    }

    @Test
    void what_is_no_topic_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> get(signal("/", 1, "x")));
        assertThrows(IllegalArgumentException.class, () -> get(signal("/a".repeat(600), 1, "x")));
        assertEquals(1023, get(signal("/a".repeat(512), 1, "x")).topic().length());
    }

    @Test
    void garbage_is_refused_and_nothing_else_happens() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] good = signal("/a/b", 1, "x");
        WireHeader header = get(good);
        int refusals = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            int length = MessageLength.at(bad, 0, bad.length);
            if (length > 0) {
                try {
                    cache.get(bad, 0, length);
                } catch (InvalidMessageException | IllegalArgumentException refused) {
                    refusals++;
                }
            }
        }
        assertTrue(refusals > 1000, "refused only " + refusals);
        assertEquals(header.topic(), get(good).topic());
    }
}
