package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
    @Test
    void reads_every_basic_type() {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            BodyReader reader = MessageBuilder.signal("/", "a.b", "C")
                    .order(order)
                    .body(
                            "ybnqiuxtdsogh",
                            (byte) -1,
                            true,
                            -2,
                            65535,
                            -3,
                            0xFFFFFFFFL,
                            -4L,
                            -5L,
                            0.5,
                            "ü",
                            "/a",
                            "ai",
                            new UnixFd(2))
                    .build()
                    .reader();
            assertEquals(order, reader.order());
            assertEquals(-1, reader.getByte());
            assertTrue(reader.getBoolean());
            assertEquals(-2, reader.getInt16());
            assertEquals(65535, reader.getUint16());
            assertEquals(-3, reader.getInt32());
            assertEquals(0xFFFFFFFFL, reader.getUint32());
            assertEquals(-4, reader.getInt64());
            assertEquals(-5, reader.getUint64());
            assertEquals(0.5, reader.getDouble());
            assertEquals("ü", reader.getString());
            assertEquals(new ObjectPath("/a"), reader.getObjectPath());
            assertEquals(Signature.of("ai"), reader.getSignature());
            assertEquals(2, reader.getUnixFd());
            assertNull(reader.next());
            reader.finish();
        }
    }

    @Test
    void goes_into_containers_and_out_again() {
        BodyReader reader = of(
                "a{sv}(iai)as",
                Map.of("k", Variant.of("(ub)", Struct.of(1, true))),
                Struct.of(1, List.of()),
                List.of("x", "y"));
        reader.beginArray();
        assertTrue(reader.hasNext());
        reader.beginDictEntry();
        assertEquals("k", reader.getString());
        assertEquals(Signature.of("(ub)"), reader.beginVariant());
        reader.beginStruct();
        assertEquals(1, reader.getUint32());
        assertTrue(reader.getBoolean());
        reader.endStruct().endVariant().endDictEntry();
        assertFalse(reader.hasNext());
        reader.endArray().beginStruct();
        assertEquals(1, reader.getInt32());
        assertFalse(reader.beginArray().hasNext());
        reader.endArray().endStruct().beginArray();
        StringBuilder text = new StringBuilder();
        while (reader.hasNext()) {
            text.append(reader.getString());
        }
        reader.endArray().finish();
        assertEquals("xy", text.toString());
    }

    @Test
    void bytes_can_be_read_where_they_are() {
        BodyReader reader = of("say", "before", new byte[] {1, 2, 0, 0, -1});
        assertEquals("before", reader.getString());
        ByteBuffer view = reader.viewBytes();
        assertEquals(5, view.remaining());
        assertEquals(0x0201, view.getInt(0));
        assertEquals(-1, view.get(4));
        assertTrue(view.isReadOnly());
        reader.finish();
    }

    @Test
    void reads_whole_arrays() {
        BodyReader reader = of(
                "ayaiaxadaai",
                new byte[] {1, 2},
                new int[] {-3},
                new long[] {4, 5},
                new double[] {},
                List.of(new int[] {6}));
        assertArrayEquals(new byte[] {1, 2}, reader.getBytes());
        assertArrayEquals(new int[] {-3}, reader.getInt32s());
        assertArrayEquals(new long[] {4, 5}, reader.getInt64s());
        assertArrayEquals(new double[] {}, reader.getDoubles());
        reader.beginArray();
        assertArrayEquals(new int[] {6}, reader.getInt32s());
        assertThrows(IllegalStateException.class, reader::getInt32s);
        reader.endArray().finish();
    }

    @Test
    void skips_and_boxes_what_is_not_read_by_type() {
        BodyReader reader = of("a{si}vs", Map.of("a", 1), Variant.of("x"), "end");
        assertEquals(Type.ARRAY, reader.next());
        reader.skip();
        assertEquals(Variant.of("x"), reader.get());
        assertTrue(reader.stringIs(Utf8.bytes("end")));
        reader.finish();
        assertThrows(IllegalStateException.class, reader::skip);
        assertThrows(IllegalStateException.class, reader::get);
    }

    @Test
    void compares_a_string_without_making_one() {
        BodyReader reader = of("sss", "a", "ab", "");
        assertTrue(reader.stringIs(Utf8.bytes("a")));
        assertFalse(reader.stringIs(Utf8.bytes("a")));
        assertFalse(reader.stringIs(Utf8.bytes("a")));
        reader.finish();
    }

    @Test
    void refuses_what_the_signature_does_not_have() {
        BodyReader reader = of("(i)ai", Struct.of(1), List.of(1, 2));
        assertThrows(IllegalStateException.class, reader::getInt32);
        assertThrows(IllegalStateException.class, reader::beginArray);
        reader.beginStruct();
        assertThrows(IllegalStateException.class, reader::endStruct);
        assertThrows(IllegalStateException.class, reader::endArray);
        assertEquals(1, reader.getInt32());
        reader.endStruct();
        assertThrows(IllegalStateException.class, reader::finish);
        reader.beginArray();
        assertEquals(1, reader.getInt32());
        assertThrows(IllegalStateException.class, reader::endArray);
        assertEquals(2, reader.getInt32());
        assertThrows(IllegalStateException.class, reader::getInt32);
        reader.endArray().finish();
    }

    @Test
    void starts_again_with_another_message() {
        BodyReader reader = of("i", 1);
        reader.reset(MessageBuilder.signal("/", "a.b", "C").body("s", "x").build());
        assertEquals("x", reader.getString());
    }

    @Test
    void finds_bytes_after_the_last_value() {
        BodyReader reader = RawMessage.withBody("y", 1, 2).reader();
        reader.getByte();
        assertThrows(InvalidMessageException.class, reader::finish);
    }

    private static BodyReader of(String signature, Object... values) {
        return MessageBuilder.signal("/", "a.b", "C")
                .body(signature, values)
                .build()
                .reader();
    }
}
