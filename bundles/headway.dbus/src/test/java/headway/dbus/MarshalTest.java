package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarshalTest {
    @Test
    void every_type_comes_back_as_the_table_says() {
        same("y", (byte) -1);
        same("b", true);
        same("n", (short) -2);
        same("q", 65535);
        same("i", Integer.MIN_VALUE);
        same("u", 0xFFFFFFFFL);
        same("x", Long.MIN_VALUE);
        same("t", -1L);
        same("d", -0.0);
        same("s", "text");
        same("o", new ObjectPath("/a"));
        same("g", Signature.of("a{sv}"));
        same("h", new UnixFd(3));
        same("v", Variant.of("a(ii)", List.of(Struct.of(1, 2))));
        same("as", List.of("a", "b"));
        same("aay", List.of());
        same("(sv)", Struct.of("x", Variant.of(1L)));
        same("a{ya{sx}}", Map.of((byte) 1, Map.of("k", 5L)));
        assertArrayEquals(new byte[] {1, 2}, assertInstanceOf(byte[].class, through("ay", (Object) new byte[] {1, 2})));
    }

    @Test
    void a_not_a_number_keeps_its_bits() {
        double odd = Double.longBitsToDouble(0x7FF8_0000_DEAD_BEEFL);
        assertEquals(Double.doubleToRawLongBits(odd), Double.doubleToRawLongBits((Double) through("d", odd)));
    }

    @Test
    void dictionaries_keep_their_order() {
        Map<String, Integer> map = new LinkedHashMap<>();
        for (String key : List.of("z", "a", "m")) {
            map.put(key, map.size());
        }
        Map<?, ?> back = assertInstanceOf(Map.class, through("a{si}", map));
        assertEquals(List.of("z", "a", "m"), List.copyOf(back.keySet()));
    }

    @Test
    void of_equal_keys_the_last_one_counts() {
        MessageWriter writer = new MessageWriter();
        writer.beginArray('{');
        writer.beginDictEntry().putString("k").putByte((byte) 1).endDictEntry();
        writer.beginDictEntry().putString("k").putByte((byte) 2).endDictEntry();
        writer.endArray();
        int[] body = new int[writer.length()];
        for (int i = 0; i < body.length; i++) {
            body[i] = writer.array()[i];
        }
        assertEquals(
                List.of(Map.of("k", (byte) 2)),
                RawMessage.withBody("a{sy}", body).validate().body());
    }

    @Test
    void other_java_values_are_accepted_on_the_way_out() {
        assertEquals((byte) 255, through("y", 255));
        assertEquals(5L, through("u", 5));
        assertEquals(5L, through("t", (byte) 5));
        assertEquals(5, through("i", 5L));
        assertEquals(0.5, through("d", 0.5f));
        assertEquals(new ObjectPath("/a"), through("o", "/a"));
        assertEquals(Signature.of("i"), through("g", "i"));
        assertEquals(Variant.of(5), through("v", 5));
        assertEquals(Variant.of("text"), through("v", "text"));
        assertEquals(Struct.of(1, "a"), through("(is)", List.of(1, "a")));
        assertEquals(List.of(1, 2), through("ai", (Object) new int[] {1, 2}));
        assertEquals(List.of((short) 1), through("an", (Object) new short[] {1}));
        assertEquals(List.of(1L), through("ax", (Object) new long[] {1}));
        assertEquals(List.of(1.0), through("ad", (Object) new double[] {1}));
        assertEquals(List.of("a"), through("as", (Object) new String[] {"a"}));
        assertArrayEquals(new byte[] {1}, (byte[]) through("ay", List.of((byte) 1)));
    }

    @Test
    void what_does_not_fit_its_type_is_refused() {
        unfit("256 is out of the range of type 'y'", "y", 256);
        unfit("-1 is out of the range of type 'q'", "q", -1);
        unfit("65536 is out of the range of type 'q'", "q", 65536);
        unfit("32768 is out of the range of type 'n'", "n", 32768);
        unfit("2147483648 is out of the range of type 'i'", "i", 1L << 31);
        unfit("-1 is out of the range of type 'u'", "u", -1);
        unfit("type 's' takes no java.lang.Integer", "s", 1);
        unfit("type 'i' takes no java.lang.String", "i", "1");
        unfit("type 'i' takes no java.lang.Double", "i", 1.0);
        unfit("type 'b' takes no null", "b", (Object) null);
        unfit("type 'v' takes no null", "v", (Object) null);
        unfit("must be said", "v", List.of(1));
        unfit("struct of 1 members is too short for '(ii)'", "(ii)", Struct.of(1));
        unfit("struct of 3 members is too long for '(ii)'", "(ii)", Struct.of(1, 2, 3));
        unfit("signature 'ii' takes 2 values, not 1", "ii", 1);
        unfit("object path 'a'", "o", "a");
        assertThrows(IllegalArgumentException.class, () -> new Struct(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Variant.of("ii", 1));
    }

    private static Object through(String signature, Object value) {
        return MessageBuilder.signal("/", "a.b", "C")
                .body(signature, value)
                .build()
                .validate()
                .body()
                .get(0);
    }

    private static void same(String signature, Object value) {
        assertEquals(value, through(signature, value));
    }

    private static void unfit(String what, String signature, Object value) {
        MessageBuilder builder = MessageBuilder.signal("/", "a.b", "C").body(signature, value);
        String message =
                assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.contains(what), message);
    }
}
