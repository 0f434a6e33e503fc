package headway.events;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.Message;
import headway.events.Vehicle.Belt;
import headway.events.Vehicle.Everything;
import headway.events.Vehicle.OtherSpeed;
import headway.events.Vehicle.Seat;
import headway.events.Vehicle.Speed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Version;
import org.osgi.util.converter.ConversionException;

class EventDataTest {

    /** Through real D-Bus bytes. */
    private static Map<String, Object> travel(Object event) {
        FakeNet.Values values = new FakeNet.Values();
        EventMarshaller marshaller = new EventMarshaller();
        marshaller.marshal(event, values);
        return EventData.ofBody(
                Message.parse(values.bytes(marshaller.signature())).body());
    }

    private static Everything everything() {
        return new Everything(
                true,
                (byte) -1,
                (short) 300,
                -5,
                1L << 40,
                1.5f,
                Math.PI,
                'x',
                "Zürich",
                Seat.RIGHT,
                Instant.parse("2026-01-02T03:04:05.006Z"),
                Vehicle.belt(Seat.LEFT, true),
                new Speed(3, "m/s"),
                List.of("a", "b"),
                List.of(new Speed(1, "x"), new Speed(2, "y")),
                new int[] {1, 2, 3},
                new byte[] {9, 8},
                new String[] {"p", "q"},
                Map.of("one", 1),
                Map.of(Seat.LEFT, Vehicle.belt(Seat.LEFT, false)));
    }

    @Test
    void a_record_of_everything_arrives_elsewhere_as_it_was() {
        Everything sent = everything();

        Everything got = (Everything) EventData.convert(travel(sent), Everything.class);

        assertEquals(sent.flag(), got.flag());
        assertEquals(sent.small(), got.small());
        assertEquals(sent.medium(), got.medium());
        assertEquals(sent.number(), got.number());
        assertEquals(sent.big(), got.big());
        assertEquals(sent.real(), got.real());
        assertEquals(sent.precise(), got.precise());
        assertEquals(sent.letter(), got.letter());
        assertEquals(sent.text(), got.text());
        assertEquals(sent.seat(), got.seat());
        assertEquals(sent.when(), got.when());
        assertEquals(sent.belt().seat, got.belt().seat);
        assertTrue(got.belt().closed);
        assertEquals(sent.speed(), got.speed());
        assertEquals(sent.names(), got.names());
        assertEquals(sent.speeds(), got.speeds());
        assertArrayEquals(sent.numbers(), got.numbers());
        assertArrayEquals(sent.bytes(), got.bytes());
        assertArrayEquals(sent.words(), got.words());
        assertEquals(sent.counts(), got.counts());
        assertEquals(Set.of(Seat.LEFT), got.belts().keySet());
        assertEquals(Seat.LEFT, got.belts().get(Seat.LEFT).seat);
    }

    @Test
    void each_java_type_has_its_own_d_bus_type() {
        Map<String, Object> got = travel(everything());

        assertEquals(true, got.get("flag"));
        assertEquals((byte) -1, got.get("small"));
        assertEquals((short) 300, got.get("medium"));
        assertEquals(-5, got.get("number"));
        assertEquals(1L << 40, got.get("big"));
        assertEquals(1.5, got.get("real"));
        assertEquals("x", got.get("letter"));
        assertEquals("RIGHT", got.get("seat"));
        assertEquals("2026-01-02T03:04:05.006Z", got.get("when"));
        assertEquals(Map.of("seat", "LEFT", "closed", true), got.get("belt"));
        assertEquals(List.of(1, 2, 3), got.get("numbers"));
        assertArrayEquals(new byte[] {9, 8}, (byte[]) got.get("bytes"));
        assertEquals(Map.of("LEFT", Map.of("seat", "LEFT", "closed", false)), got.get("belts"));
    }

    @Test
    void the_rarer_values_travel_too() {
        Map<String, Object> event = new LinkedHashMap<>();
        UUID id = UUID.randomUUID();
        event.put("id", id);
        event.put("version", new Version(1, 2, 3));
        event.put("longs", new long[] {1, 2});
        event.put("doubles", new double[] {1.5});
        event.put("floats", new float[] {2.5f});
        event.put("shorts", new short[] {3});
        event.put("booleans", new boolean[] {true, false});
        event.put("chars", new char[] {'a', 'b'});
        event.put("bytes", List.of((byte) 1, (byte) 2));
        event.put("mixed", Arrays.asList(1, "two", null, List.of(3), Map.of("four", 4L)));
        event.put("none", List.of());
        event.put("there", Optional.of(5));

        Map<String, Object> got = travel(event);

        assertEquals(id.toString(), got.get("id"));
        assertEquals("1.2.3", got.get("version"));
        assertEquals(List.of(1L, 2L), got.get("longs"));
        assertEquals(List.of(1.5), got.get("doubles"));
        assertEquals(List.of(2.5), got.get("floats"));
        assertEquals(List.of((short) 3), got.get("shorts"));
        assertEquals(List.of(true, false), got.get("booleans"));
        assertEquals(List.of("a", "b"), got.get("chars"));
        assertEquals(List.of((byte) 1, (byte) 2), got.get("bytes"));
        assertEquals(Arrays.asList(1, "two", null, List.of(3), Map.of("four", 4L)), got.get("mixed"));
        assertEquals(List.of(), got.get("none"));
        assertEquals(5, got.get("there"));
    }

    @Test
    void null_is_left_out_and_a_missing_value_is_nothing() {
        Map<String, Object> got = travel(new Speed(1, null));

        assertEquals(Map.of("value", 1.0), got);
        assertEquals(Map.of("value", 1.0), EventData.asMap(new Speed(1, null)));
        OtherSpeed converted = (OtherSpeed) EventData.convert(got, OtherSpeed.class);
        assertEquals(new OtherSpeed(1, null, 0), converted);
    }

    @SuppressWarnings("ArrayRecordComponent") // events may have arrays
    record Letters(char[] letters, Optional<String> there, Optional<String> absent) {}

    @Test
    void letters_and_optionals_come_back() {
        Letters got = (Letters) EventData.convert(
                travel(new Letters(new char[] {'a', 'b'}, Optional.of("x"), Optional.empty())), Letters.class);

        assertArrayEquals(new char[] {'a', 'b'}, got.letters());
        assertEquals(Optional.of("x"), got.there());
    }

    @Test
    void a_dto_keeps_its_defaults_where_there_is_no_value() {
        var got = (Vehicle.SpecialBelt) EventData.convert(Map.of("seat", "RIGHT"), Vehicle.SpecialBelt.class);

        assertEquals(Seat.RIGHT, got.seat);
        assertEquals(7, got.force);
    }

    @Test
    void a_bean_is_an_event_too() {
        assertEquals(Map.of("message", "hello", "open", true), EventData.asMap(new Vehicle.Bean()));
        assertEquals(Map.of("message", "hello", "open", true), travel(new Vehicle.Bean()));
    }

    @Test
    void untyped_data_of_an_object_has_maps_for_nested_objects_and_cannot_be_changed() {
        Map<String, Object> got = EventData.asMap(everything());

        assertEquals(Map.of("value", 3.0, "unit", "m/s"), got.get("speed"));
        assertEquals(List.of(Map.of("value", 1.0, "unit", "x"), Map.of("value", 2.0, "unit", "y")), got.get("speeds"));
        assertThrows(UnsupportedOperationException.class, () -> got.put("more", 1));
    }

    @Test
    void what_has_no_named_values_is_no_event() {
        assertThrows(IllegalArgumentException.class, () -> travel("text"));
        assertThrows(IllegalArgumentException.class, () -> EventData.asMap(42));
    }

    @Test
    void data_that_is_no_tree_is_refused() {
        Map<String, Object> loop = new HashMap<>();
        loop.put("again", List.of(loop));

        assertThrows(IllegalArgumentException.class, () -> travel(loop));
        assertThrows(IllegalArgumentException.class, () -> EventData.asMap(loop));
    }

    @Test
    void the_deepest_data_that_is_accepted_fits_into_a_message() {
        Map<String, Object> event = Map.of("end", 1);
        for (int i = 0; i < EventData.MAX_DEPTH; i++) {
            event = Map.of("deeper", event);
        }

        assertEquals(event, travel(event));
        Map<String, Object> tooDeep = Map.of("deeper", event);
        assertThrows(IllegalArgumentException.class, () -> travel(tooDeep));
    }

    @Test
    void what_does_not_fit_the_type_is_a_conversion_exception() {
        assertThrows(ConversionException.class, () -> EventData.convert(Map.of("value", "fast"), Speed.class));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_nested_maps_come_out_as_they_went_in(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Map<String, Object> event = randomMap(random, 0);
            Map<String, Object> got = travel(event);
            assertTrue(same(event, got), () -> "seed " + seed + ": " + event + " became " + got);
            assertTrue(same(event, EventData.asMap(event)), () -> "seed " + seed);
        }
    }

    private static Map<String, Object> randomMap(Random random, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            map.put(randomText(random) + i, randomValue(random, depth + 1));
        }
        return map;
    }

    private static Object randomValue(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 8 : 11)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextLong();
            case 2 -> random.nextDouble();
            case 3 -> random.nextBoolean();
            case 4 -> (short) random.nextInt();
            case 5 -> (byte) random.nextInt();
            case 6 -> randomBytes(random);
            case 7 -> randomText(random);
            case 8 -> randomMap(random, depth);
            case 9 -> randomList(random, depth, true);
            default -> randomList(random, depth, false);
        };
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(12);
        while (text.length() < length) {
            int c = 1 + random.nextInt(random.nextBoolean() ? 0x7F : 0x1FFFF);
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                text.appendCodePoint(c);
            }
        }
        return text.toString();
    }

    private static List<Object> randomList(Random random, int depth, boolean ofOneType) {
        List<Object> list = new ArrayList<>();
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            list.add(ofOneType ? random.nextInt() : random.nextInt(8) == 0 ? null : randomValue(random, depth + 1));
        }
        return list;
    }

    private static boolean same(Object a, Object b) {
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.equals(x, y);
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            return x.keySet().equals(y.keySet()) && x.keySet().stream().allMatch(k -> same(x.get(k), y.get(k)));
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            boolean same = x.size() == y.size();
            for (int i = 0; same && i < x.size(); i++) {
                same = same(x.get(i), y.get(i));
            }
            return same;
        }
        return Objects.equals(a, b);
    }

    @Test
    void a_belt_elsewhere_is_a_belt() {
        Belt got = (Belt) EventData.convert(travel(Vehicle.belt(Seat.RIGHT, true)), Belt.class);

        assertEquals(Seat.RIGHT, got.seat);
        assertTrue(got.closed);
        assertNull(((Belt) EventData.convert(travel(new Belt()), Belt.class)).seat);
    }
}
