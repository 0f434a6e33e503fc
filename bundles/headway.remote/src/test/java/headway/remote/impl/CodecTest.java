package headway.remote.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.MessageBuilder;
import headway.dbus.ObjectPath;
import headway.dbus.Signature;
import headway.dbus.Struct;
import headway.dbus.UnixFd;
import headway.dbus.Variant;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Version;

/** What a Java type is on D-Bus, both ways, through real bytes. */
class CodecTest {

    record Pair<A, B>(A first, B second) {}

    record Point(int x, int y) {
        Point {
            if (x < 0) {
                throw new IllegalArgumentException("x is negative");
            }
        }
    }

    record Nothing() {}

    record Endless(String name, List<Endless> children) {}

    record Path(List<Point> points, Optional<Pair<String, byte[]>> note) {}

    /** A data transfer object that leads back to itself. */
    public static class Node {
        public String name;
        public int weight;
        public List<Node> children;
        public Optional<Point> point = Optional.empty();
        public static int count;
        int hidden;
    }

    /** One field for each type that is tried. */
    @SuppressWarnings("unused")
    static final class Types {
        boolean bool;
        byte octet;
        short small;
        int whole;
        long large;
        float single;
        double real;
        char letter;
        Boolean boxed;
        String text;
        CharSequence chars;
        TimeUnit unit;
        Instant instant;
        Duration duration;
        LocalDate date;
        ZonedDateTime zoned;
        UUID uuid;
        URI uri;
        BigInteger integer;
        BigDecimal decimal;
        Version version;
        ObjectPath path;
        Signature signature;
        Variant variant;
        Object any;
        byte[] bytes;
        int[] ints;
        long[] longs;
        double[] doubles;
        short[] shorts;
        boolean[] bools;
        float[] floats;
        char[] letters;
        String[] texts;
        int[][] matrix;
        List<Byte> octets;
        List<String> list;
        Collection<List<Integer>> nested;
        Set<TimeUnit> units;
        SortedSet<String> sorted;
        Deque<Long> deque;
        Optional<String> maybe;
        Optional<byte[]> maybeBytes;
        OptionalInt maybeInt;
        OptionalLong maybeLong;
        OptionalDouble maybeDouble;
        Map<String, Integer> map;
        SortedMap<Short, List<String>> sortedMap;
        Map<TimeUnit, Map<String, Object>> maps;
        Point point;
        Pair<String, Integer> pair;
        Pair<Pair<Integer, String>, List<Pair<Byte, Boolean>>> pairs;
        Pair<String, Integer>[] pairArray;
        List<? extends Point> wildcard;
        List<?> anything;

        @SuppressWarnings("rawtypes")
        List raw;

        Path route;
        Node node;
        Thread thread;
        Number number;
        Nothing nothing;
        Endless endless;
        Map<Point, String> byPoint;
        Map<Object, String> byAny;
        Properties properties;
        Stream<String> stream;
        UnixFd descriptor;
        Class<?> type;
        List<Thread> threads;
    }

    private static JavaType type(String field) throws NoSuchFieldException {
        Field found = Types.class.getDeclaredField(field);
        return JavaType.of(found.getGenericType(), JavaType.of(Types.class).bindings());
    }

    private static Codec codec(String field) throws NoSuchFieldException {
        return new Codecs().of(type(field));
    }

    /** A value as another process gets it. */
    static Object overTheBus(Codec codec, Object value) {
        byte[] bytes = MessageBuilder.signal("/x", "a.b", "C")
                .serial(1)
                .body(codec.signature(), codec.toWire(value))
                .build()
                .bytes();
        return codec.toJava(headway.dbus.Message.parse(bytes).validate().body().get(0));
    }

    /** A value as a part of the same process gets it. */
    static Object inTheProcess(Codec codec, Object value) {
        return codec.toJava(codec.toWire(value));
    }

    private static void assertTravels(String field, Object value) throws NoSuchFieldException {
        Codec codec = codec(field);
        for (Object arrived : new Object[] {overTheBus(codec, value), inTheProcess(codec, value)}) {
            assertArrayEquals(new Object[] {value}, new Object[] {arrived}, field);
            assertEquals(value.getClass().isArray(), arrived.getClass().isArray());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bool | b
            octet | y
            small | n
            whole | i
            large | x
            single | d
            real | d
            letter | s
            boxed | b
            text | s
            chars | s
            unit | s
            instant | s
            uuid | s
            version | s
            path | o
            signature | g
            variant | v
            any | v
            bytes | ay
            ints | ai
            letters | as
            matrix | aai
            octets | ay
            list | as
            nested | aai
            units | as
            maybe | as
            maybeBytes | aay
            maybeInt | ai
            map | a{si}
            sortedMap | a{nas}
            maps | a{sa{sv}}
            point | (ii)
            pair | (si)
            pairs | ((is)a(yb))
            pairArray | a(si)
            wildcard | a(ii)
            anything | av
            raw | av
            route | (a(ii)a(say))
            node | a{sv}
            """)
    void a_java_type_is_a_d_bus_type(String field, String signature) throws NoSuchFieldException {
        assertEquals(signature, codec(field).signature());
    }

    @ParameterizedTest
    @CsvSource({
        "thread, java.lang.Thread has no D-Bus type",
        "number, java.lang.Number has no D-Bus type",
        "nothing, Nothing has no components",
        "endless, Endless contains itself",
        "byPoint, has keys of D-Bus type (ii)",
        "byAny, has keys of D-Bus type v",
        "properties, java.util.Properties has no D-Bus type",
        "stream, java.util.stream.Stream",
        "descriptor, headway.dbus.UnixFd",
        "type, java.lang.Class",
        "threads, java.lang.Thread has no D-Bus type"
    })
    void a_java_type_that_has_none_is_refused_with_the_reason(String field, String reason) {
        String said =
                assertThrows(IllegalArgumentException.class, () -> codec(field)).getMessage();
        assertTrue(said.contains(reason), said);
    }

    @Test
    void values_without_parts_travel() throws NoSuchFieldException {
        assertTravels("bool", true);
        assertTravels("octet", (byte) -1);
        assertTravels("small", Short.MIN_VALUE);
        assertTravels("whole", Integer.MIN_VALUE);
        assertTravels("large", Long.MIN_VALUE);
        assertTravels("single", 1.5f);
        assertTravels("real", Double.NEGATIVE_INFINITY);
        assertTravels("letter", 'ä');
        assertTravels("text", "ä\uD83D\uDE97");
        assertTravels("unit", TimeUnit.HOURS);
        assertTravels("instant", Instant.parse("2026-11-22T22:00:00.123456789Z"));
        assertTravels("duration", Duration.ofNanos(-1));
        assertTravels("date", LocalDate.of(2026, 11, 22));
        assertTravels("zoned", ZonedDateTime.parse("2026-11-22T22:00:00+01:00[Europe/Berlin]"));
        assertTravels("uuid", new UUID(1, 2));
        assertTravels("uri", URI.create("file:///a%20b"));
        assertTravels("integer", BigInteger.TWO.pow(100));
        assertTravels("decimal", new BigDecimal("1.20"));
        assertTravels("version", new Version("1.2.3.q"));
        assertTravels("path", new ObjectPath("/a"));
        assertTravels("signature", Signature.of("a{sv}"));
        assertTravels("variant", Variant.of("q", 7));
    }

    @Test
    void sequences_travel() throws NoSuchFieldException {
        assertTravels("bytes", new byte[] {1, -1});
        assertTravels("ints", new int[] {1, -1});
        assertTravels("longs", new long[] {});
        assertTravels("doubles", new double[] {1.5});
        assertTravels("shorts", new short[] {1});
        assertTravels("bools", new boolean[] {true, false});
        assertTravels("floats", new float[] {0.5f});
        assertTravels("letters", new char[] {'a', 'b'});
        assertTravels("texts", new String[] {"a", ""});
        assertTravels("matrix", new int[][] {{1}, {}, {2, 3}});
        assertTravels("octets", List.of((byte) 1, (byte) -1));
        assertTravels("nested", List.of(List.of(1), List.of()));
        assertTravels("units", Set.of(TimeUnit.DAYS));
        assertTravels("sorted", new TreeSet<>(Set.of("b", "a")));
        assertTravels("maybe", Optional.of("x"));
        assertTravels("maybe", Optional.empty());
        assertTravels("maybeInt", OptionalInt.of(1));
        assertTravels("maybeLong", OptionalLong.empty());
        assertTravels("maybeDouble", OptionalDouble.of(0.5));
        assertEquals(List.of(1L, 2L), new ArrayList<>((Deque<?>) overTheBus(codec("deque"), List.of(1L, 2L))));
        assertArrayEquals(new byte[] {1}, (byte[])
                ((Optional<?>) overTheBus(codec("maybeBytes"), Optional.of(new byte[] {1}))).get());
    }

    @Test
    void maps_and_records_travel() throws NoSuchFieldException {
        assertTravels("map", Map.of("a", 1, "b", 2));
        assertTravels("sortedMap", new TreeMap<>(Map.of((short) 1, List.of("x"))));
        assertTravels("maps", Map.of(TimeUnit.DAYS, Map.of("a", 1, "b", List.of("x"), "c", Map.of("d", 1.5))));
        assertTravels("point", new Point(1, -2));
        assertTravels("pair", new Pair<>("a", 1));
        assertTravels("pairs", new Pair<>(new Pair<>(1, "a"), List.of(new Pair<>((byte) 1, true))));
        assertTravels("wildcard", List.of(new Point(1, 2)));
        assertTravels("pairArray", new Pair<?, ?>[] {new Pair<>("a", 1)});
    }

    @Test
    void a_dto_travels_as_its_fields_and_may_lead_back_to_its_class() throws NoSuchFieldException {
        Node node = new Node();
        node.name = "a";
        node.point = Optional.of(new Point(1, 2));
        Node child = new Node();
        child.weight = 7;
        node.children = List.of(child);
        Node arrived = (Node) overTheBus(codec("node"), node);
        assertEquals("a", arrived.name);
        assertEquals(node.point, arrived.point);
        assertEquals(7, arrived.children.get(0).weight);
        assertEquals(null, arrived.children.get(0).name);
        assertEquals(null, arrived.children.get(0).children);
    }

    @Test
    void a_dto_passes_over_what_it_does_not_know() throws NoSuchFieldException {
        Node arrived = (Node)
                codec("node").toJava(Map.of("name", Variant.of("a"), "news", Variant.of(1), "count", Variant.of(1)));
        assertEquals("a", arrived.name);
        assertEquals(0, Node.count);
    }

    @Test
    void an_object_is_a_variant_and_comes_back_without() throws NoSuchFieldException {
        Codec any = codec("any");
        assertEquals(Variant.of("i", 1), any.toWire(1));
        assertEquals(Variant.of("s", "HOURS"), any.toWire(TimeUnit.HOURS));
        assertEquals(Variant.of("(ii)", Struct.of(1, 2)), any.toWire(new Point(1, 2)));
        Object value = Map.of("a", List.of(1, "b", List.of()), "c", Map.of("d", true), "e", new Point(1, 2));
        assertEquals(
                Map.of("a", List.of(1, "b", List.of()), "c", Map.of("d", true), "e", List.of(1, 2)),
                overTheBus(any, value));
        assertEquals(List.of("x"), overTheBus(any, Optional.of("x")));
    }

    @Test
    void numbers_of_other_widths_are_taken_if_they_fit() throws NoSuchFieldException {
        assertEquals(5, codec("whole").toJava(5L));
        assertEquals((byte) 200, codec("octet").toJava(200));
        assertEquals(5.0, codec("real").toJava(5));
        assertEquals(7, codec("whole").toJava(Variant.of("u", 7L)));
        assertThrows(IllegalArgumentException.class, () -> codec("whole").toJava(1L << 31));
        assertThrows(IllegalArgumentException.class, () -> codec("small").toJava(40_000));
        assertThrows(IllegalArgumentException.class, () -> codec("octet").toJava(256));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bool", "whole", "real", "text", "letter", "unit", "instant", "ints", "list", "maybe", "map", "point",
                "node", "bytes"
            })
    void what_does_not_fit_is_refused_and_nothing_else_is_thrown(String field) throws NoSuchFieldException {
        Codec codec = codec(field);
        for (Object wrong : Arrays.asList(
                null,
                new Object(),
                Thread.currentThread(),
                Struct.of("a", "b", "c"),
                new UnixFd(0),
                Map.of(Map.of(), List.of()),
                List.of(List.of(Map.of())),
                Map.of("name", Variant.of("as", List.of())),
                "no such text")) {
            try {
                codec.toJava(wrong);
            } catch (IllegalArgumentException expected) {
                assertTrue(!expected.getMessage().isEmpty());
            }
        }
        assertThrows(IllegalArgumentException.class, () -> codec.toJava(new Object()));
        assertThrows(IllegalArgumentException.class, () -> codec.toWire(null));
    }

    @Test
    void what_a_constructor_refuses_is_refused_with_its_reason() throws NoSuchFieldException {
        String said = assertThrows(
                        IllegalArgumentException.class, () -> codec("point").toJava(Struct.of(-1, 0)))
                .getMessage();
        assertTrue(said.contains("x is negative"), said);
    }

    @Test
    void a_number_that_would_take_hours_to_read_is_refused() {
        String digits = "9".repeat(10_000_000);
        assertThrows(IllegalArgumentException.class, () -> codec("integer").toJava(digits));
        assertThrows(IllegalArgumentException.class, () -> codec("decimal").toJava(digits));
    }

    @Test
    void two_values_are_no_optional() {
        assertThrows(IllegalArgumentException.class, () -> codec("maybe").toJava(List.of("a", "b")));
    }

    @Test
    void a_null_inside_is_refused_and_said_where() throws NoSuchFieldException {
        Codec route = codec("route");
        String said = assertThrows(IllegalArgumentException.class, () -> route.toWire(new Path(null, Optional.empty())))
                .getMessage();
        assertTrue(said.startsWith("Path.points: null"), said);
        assertThrows(IllegalArgumentException.class, () -> codec("list").toWire(Arrays.asList("a", null)));
    }

    @Test
    void a_value_that_contains_itself_is_refused() throws NoSuchFieldException {
        List<Object> list = new ArrayList<>();
        list.add(list);
        assertThrows(IllegalArgumentException.class, () -> codec("any").toWire(list));
        Map<String, Object> map = new HashMap<>();
        map.put("a", map);
        assertThrows(IllegalArgumentException.class, () -> codec("any").toWire(map));
        Node node = new Node();
        node.children = List.of(node);
        assertThrows(IllegalArgumentException.class, () -> codec("node").toWire(node));
    }

    @Test
    void what_was_sent_is_a_copy() throws NoSuchFieldException {
        byte[] bytes = {1};
        byte[] sent = assertInstanceOf(byte[].class, codec("bytes").toWire(bytes));
        byte[] received = (byte[]) codec("bytes").toJava(sent);
        bytes[0] = 2;
        sent[0] = 3;
        assertEquals(1, received[0]);
        List<String> list = new ArrayList<>(List.of("a"));
        Object wire = codec("list").toWire(list);
        list.add("b");
        assertEquals(List.of("a"), wire);
    }
}
