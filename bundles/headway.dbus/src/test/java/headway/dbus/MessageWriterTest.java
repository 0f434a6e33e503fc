package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MessageWriterTest {
    private final MessageWriter writer = new MessageWriter();

    @Test
    void numbers_are_aligned_to_their_size() {
        writer.putByte((byte) 1)
                .putInt16((short) 2)
                .putInt32(3)
                .putByte((byte) 4)
                .putInt64(5);
        is("01 00 0200 03000000 04 00000000000000 0500000000000000");
        writer.reset().order(ByteOrder.BIG_ENDIAN);
        writer.putByte((byte) 1).putUint16(2).putUint32(3).putByte((byte) 4).putUint64(5);
        is("01 00 0002 00000003 04 00000000000000 0000000000000005");
    }

    @Test
    void the_other_basic_types() {
        writer.putBoolean(true)
                .putDouble(1)
                .putUnixFd(2)
                .putSignature(Signature.of("a{sv}"))
                .putObjectPath("/a");
        is("01000000 00000000 000000000000F03F 02000000 05617B73767D00 00 02000000 2F6100");
    }

    @Test
    void strings_are_utf8_with_length_and_nul() {
        writer.putString("").putString("ab").putString("ü€🚗");
        is("00000000 00 000000 02000000 616200 00 09000000 C3BC E282AC F09F9A97 00");
        writer.reset().putString(Utf8.bytes("xüy"), 1, 2);
        is("02000000 C3BC 00");
    }

    @Test
    void text_that_is_no_text_is_refused_and_leaves_nothing_behind() {
        assertThrows(IllegalArgumentException.class, () -> writer.putString("a\0b"));
        assertThrows(IllegalArgumentException.class, () -> writer.putString("a\uD800b"));
        assertThrows(IllegalArgumentException.class, () -> writer.putString("a\uDC00"));
        assertThrows(IllegalArgumentException.class, () -> writer.putString(new byte[] {(byte) 0xFF}, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> writer.putObjectPath("a"));
        assertEquals(0, writer.length());
    }

    @Test
    void arrays_count_their_elements_without_the_padding_before_the_first() {
        writer.beginArray('x').putInt64(1).endArray();
        is("08000000 00000000 0100000000000000");
        writer.reset().beginArray('x').endArray().putByte((byte) 1);
        is("00000000 00000000 01");
        writer.reset()
                .beginArray("as")
                .beginArray('s')
                .putString("a")
                .endArray()
                .beginArray('s')
                .endArray()
                .endArray();
        is("10000000 06000000 01000000 6100 0000 00000000");
    }

    @Test
    void dictionaries_structs_and_variants() {
        writer.beginArray('{');
        writer.beginDictEntry().putByte((byte) 7).beginVariant("(ib)");
        writer.beginStruct().putInt32(1).putBoolean(false).endStruct();
        writer.endVariant().endDictEntry().endArray();
        is("10000000 00000000 07 04 28696229 00 00 01000000 00000000");
    }

    @Test
    void whole_arrays_are_as_their_elements_one_by_one() {
        writer.putBytes(new byte[] {9, 1, 2, 9}, 1, 2)
                .putInt32s(-1)
                .putInt16s((short) 1)
                .putInt64s()
                .putDoubles(1);
        is("02000000 0102 0000 04000000 FFFFFFFF 02000000 0100 0000"
                + "00000000 00000000 08000000 00000000 000000000000F03F");
    }

    @Test
    void alignment_counts_from_the_offset_wherever_it_is() {
        byte[] array = new byte[40];
        Arrays.fill(array, (byte) 0xEE);
        writer.reset(array, 3, 30).putByte((byte) 1).putInt64(2);
        is("01 00000000000000 0200000000000000");
        assertEquals(3, writer.offset());
        assertEquals(19, writer.position());
        assertEquals((byte) 0xEE, array[2]);
        assertEquals((byte) 0xEE, array[19]);
    }

    @Test
    void a_foreign_array_that_is_full_is_the_one_expected_outcome() {
        byte[] array = new byte[40];
        Arrays.fill(array, (byte) 0xEE);
        writer.reset(array, 0, 16).putInt64(1);
        BufferFullException full = assertThrows(BufferFullException.class, () -> writer.putString("12345678"));
        assertSame(full, assertThrows(BufferFullException.class, () -> writer.putBytes(new byte[20], 0, 20)));
        assertEquals(0, full.getStackTrace().length);
        writer.reset(array, 0, 16).putInt64(1).putInt64(2);
        assertThrows(BufferFullException.class, () -> writer.putByte((byte) 1));
        assertEquals((byte) 0xEE, array[16]);
        assertThrows(BufferFullException.class, () -> writer.reset(array, 0, 6).putString("ü"));
        writer.reset(array, 0, 7).putString("ü");
    }

    @Test
    void the_own_array_grows() {
        String text = "é".repeat(10_000);
        writer.putString("x".repeat(250) + text).putString("end");
        assertEquals(4 + 250 + 20_000 + 1 + 1 + 4 + 3 + 1, writer.length());
        assertEquals(0, writer.reset().length());
    }

    @Test
    void an_array_holds_at_most_64_mebibytes() {
        assertThrows(IllegalArgumentException.class, () -> writer.putInt64s(new long[(1 << 23) + 1]));
        byte[] half = new byte[(1 << 25) + 8];
        writer.reset().beginArray('a');
        writer.putBytes(half, 0, half.length).putBytes(half, 0, half.length);
        assertThrows(IllegalArgumentException.class, writer::endArray);
    }

    @Test
    void containers_close_in_pairs_and_nest_at_most_64_deep() {
        writer.beginStruct();
        assertThrows(IllegalStateException.class, writer::endArray);
        assertThrows(IllegalStateException.class, writer::finish);
        writer.putByte((byte) 1).endStruct().finish();
        assertThrows(IllegalStateException.class, writer::endStruct);
        writer.reset();
        for (int i = 0; i < 64; i++) {
            writer.beginVariant("v");
        }
        assertThrows(IllegalArgumentException.class, () -> writer.beginVariant("v"));
        assertThrows(IllegalArgumentException.class, () -> writer.reset().beginVariant("ii"));
        assertThrows(IllegalArgumentException.class, () -> writer.reset().beginArray('z'));
    }

    @Test
    void an_expected_signature_is_followed_to_the_end() {
        Signature signature = Signature.of("yaia{s(uv)}as");
        writer.expect(signature).putByte((byte) 1).putInt32s(1, 2).beginArray('{');
        for (int i = 0; i < 2; i++) {
            writer.beginDictEntry().putString("k" + i).beginStruct().putInt32(1);
            writer.beginVariant("ay")
                    .beginArray('y')
                    .putByte((byte) 1)
                    .putByte((byte) 2)
                    .endArray()
                    .endVariant();
            writer.endStruct().endDictEntry();
        }
        writer.endArray().beginArray("s").endArray().finish();
    }

    @Test
    void what_an_expected_signature_does_not_have_is_refused() {
        unexpected("'i' does not fit: signature 's' has 's' at character 0", "s", () -> writer.putInt32(1));
        unexpected("'i' does not fit: signature '' has no more value", "", () -> writer.putInt32(1));
        unexpected("'s' does not fit: signature 'ai' has 'i'", "ai", () -> writer.beginArray('s'));
        unexpected(
                "'s' does not fit: signature 'ai' has 'i'",
                "ai",
                () -> writer.beginArray('i').putString("x"));
        unexpected(
                "')' does not fit",
                "(ii)",
                () -> writer.beginStruct().putInt32(1).endStruct());
        unexpected("'(' does not fit", "a{sv}", () -> writer.beginArray('{').beginStruct());
        unexpected(
                "variant of 'i' is missing", "v", () -> writer.beginVariant("i").endVariant());
        unexpected(
                "no more value", "v", () -> writer.beginVariant("i").putInt32(1).putInt32(2));
        unexpected(
                "values of signature 'ii' are missing",
                "ii",
                () -> writer.putInt32(1).finish());
    }

    @Test
    void unsigned_numbers_may_be_put_as_the_bits_of_signed_ones() {
        writer.expect(Signature.of("qut"))
                .putInt16((short) -1)
                .putInt32(-1)
                .putInt64(-1)
                .finish();
        unexpected("'u' does not fit", "i", () -> writer.putUint32(1));
    }

    private void unexpected(String what, String signature, Executable action) {
        writer.reset().expect(Signature.of(signature));
        IllegalStateException e = assertThrows(IllegalStateException.class, action);
        assertTrue(e.getMessage().contains(what), e.getMessage());
    }

    private void is(String hex) {
        assertArrayEquals(
                HexFormat.of().parseHex(hex.replace(" ", "")),
                writer.toByteArray(),
                () -> HexFormat.of().formatHex(writer.toByteArray()));
    }
}
