package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MessageTest {
    private static final ByteOrder[] ORDERS = {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN};

    @Test
    void says_everything_the_header_says() {
        for (ByteOrder order : ORDERS) {
            Message message = MessageBuilder.call("/a/b", "org.example.A", "Do")
                    .order(order)
                    .flags(Message.NO_AUTO_START)
                    .serial(-2)
                    .destination("org.example.Callee")
                    .sender(":1.7")
                    .unixFds(3)
                    .body("su", "text", 5)
                    .build();
            assertEquals(MessageType.METHOD_CALL, message.type());
            assertEquals(order, message.order());
            assertEquals(2, message.flags());
            assertTrue(message.expectsReply());
            assertEquals(-2, message.serial());
            assertEquals("/a/b", message.path());
            assertEquals("org.example.A", message.interfaceName());
            assertEquals("Do", message.member());
            assertEquals("org.example.Callee", message.destination());
            assertEquals(":1.7", message.sender());
            assertEquals(Signature.of("su"), message.signature());
            assertEquals(3, message.unixFds());
            assertEquals(0, message.replySerial());
            assertNull(message.errorName());
            assertEquals(0, message.bodyOffset() % 8);
            assertEquals(List.of("text", 5L), message.validate().body());
        }
    }

    @Test
    void answers_go_back_to_the_caller() {
        Message call =
                MessageBuilder.call("/", null, "Do").sender(":1.9").serial(33).build();
        Message reply = MessageBuilder.reply(call).body("i", 1).build();
        assertEquals(MessageType.METHOD_RETURN, reply.type());
        assertEquals(33, reply.replySerial());
        assertEquals(":1.9", reply.destination());
        Message error =
                MessageBuilder.error(call, ErrorNames.FAILED, "no").build().validate();
        assertEquals(ErrorNames.FAILED, error.errorName());
        assertEquals(List.of("no"), error.body());
        assertFalse(error.expectsReply());
        assertThrows(IllegalStateException.class, () -> MessageBuilder.reply().build());
    }

    @Test
    void length_is_known_from_sixteen_bytes() {
        byte[] bytes =
                MessageBuilder.signal("/", "a.b", "C").body("s", "x").build().bytes();
        assertEquals(Message.NEED_MORE, Message.length(bytes, 0, 15));
        assertEquals(bytes.length, Message.length(bytes, 0, 16));
        byte[] shifted = new byte[bytes.length + 5];
        System.arraycopy(bytes, 0, shifted, 3, bytes.length);
        assertEquals(bytes.length, Message.length(shifted, 3, bytes.length));
        assertEquals(List.of("x"), Message.parse(shifted, 3, bytes.length).body());
    }

    @Test
    void a_length_that_cannot_be_is_refused_before_anything_is_allocated() {
        byte[] bytes = RawMessage.complete().bytes();
        Wire.putInt(bytes, 4, 1 << 27, false);
        refused("at most 128 MiB", 4, () -> Message.length(bytes, 0, 16));
        Wire.putInt(bytes, 4, -1, false);
        refused("message of 4294967", 4, () -> Message.length(bytes, 0, 16));
        Wire.putInt(bytes, 4, 0, false);
        Wire.putInt(bytes, 12, (1 << 26) + 1, false);
        refused("at most 64 MiB", 12, () -> Message.length(bytes, 0, 16));
        Wire.putInt(bytes, 12, 1 << 26, false);
        assertEquals((1 << 26) + 16, Message.length(bytes, 0, 16));
        refused("header says 67108880 bytes, there are", () -> Message.parse(bytes));
    }

    @Test
    void exactly_its_own_bytes_are_a_message() {
        byte[] bytes = RawMessage.complete().bytes();
        refused("header says", () -> Message.parse(bytes, 0, bytes.length - 1));
        refused("header says", () -> Message.parse(Arrays.copyOf(bytes, bytes.length + 1)));
        refused("15 bytes are no message", () -> Message.parse(bytes, 0, 15));
        assertThrows(IndexOutOfBoundsException.class, () -> Message.parse(bytes, 1, bytes.length));
    }

    @Test
    void the_fixed_header_is_checked() {
        byte[] order = RawMessage.complete().bytes();
        order[0] = 'L';
        refused("byte order is 76", 0, () -> Message.parse(order));
        refused("message type is 0", 1, () -> new RawMessage(ByteOrder.LITTLE_ENDIAN, 0, 1, 1).parse());
        refused("protocol version is 2", 3, () -> new RawMessage(ByteOrder.LITTLE_ENDIAN, 4, 2, 1).parse());
        refused("serial is 0", 8, () -> new RawMessage(ByteOrder.LITTLE_ENDIAN, 4, 1, 0).parse());
    }

    @Test
    void each_type_must_have_its_fields() {
        refused(
                "signal without INTERFACE",
                () -> RawMessage.signal().field(1, "o", "/").field(3, "s", "C").parse());
        refused(
                "signal without PATH",
                () -> RawMessage.signal()
                        .field(2, "s", "a.b")
                        .field(3, "s", "C")
                        .parse());
        refused(
                "signal without MEMBER",
                () -> RawMessage.signal()
                        .field(2, "s", "a.b")
                        .field(1, "o", "/")
                        .parse());
        refused("method_call without MEMBER", () -> of(1).field(1, "o", "/").parse());
        refused("method_call without PATH", () -> of(1).field(3, "s", "C").parse());
        refused("method_return without REPLY_SERIAL", () -> of(2).parse());
        refused("error without ERROR_NAME", () -> of(3).field(5, "u", 1).parse());
        refused("error without REPLY_SERIAL", () -> of(3).field(4, "s", "a.b").parse());
    }

    @Test
    void an_unknown_type_is_parsed_so_that_it_can_be_ignored() {
        Message message = of(5).parse().validate();
        assertEquals(MessageType.UNKNOWN, message.type());
        assertEquals(5, message.typeCode());
        assertEquals(255, of(255).parse().typeCode());
    }

    @Test
    void unknown_fields_are_passed_over_and_can_be_asked_for() {
        Message message = RawMessage.signal()
                .field(100, "a{sv}", Map.of("k", 1))
                .field(1, "o", "/a")
                .field(2, "s", "a.b")
                .field(255, "(yx)", Struct.of(1, 2))
                .field(3, "s", "C")
                .parse();
        assertEquals("C", message.validate().member());
        assertEquals(Variant.of("(yx)", Struct.of((byte) 1, 2L)), message.field(255));
        assertEquals(Variant.of("s", "a.b"), message.field(2));
        assertNull(message.field(99));
    }

    @Test
    void an_unknown_field_must_still_be_a_value() {
        byte[] bytes = RawMessage.complete().field(100, "b", true).bytes();
        bytes[bytes.length - 4] = 2;
        refused("boolean is 2", () -> Message.parse(bytes));
    }

    @Test
    void fields_of_the_wrong_type_or_twice_are_refused() {
        refused(
                "header field PATH has the wrong type",
                () -> RawMessage.signal().field(1, "s", "/").parse());
        refused(
                "header field MEMBER has the wrong type",
                () -> RawMessage.signal().field(3, "v", Variant.of("C")).parse());
        refused(
                "header field REPLY_SERIAL has the wrong type",
                () -> RawMessage.signal().field(5, "i", 4).parse());
        refused(
                "header field MEMBER appears twice",
                () -> RawMessage.complete().field(3, "s", "D").parse());
        refused(
                "header field code is 0",
                () -> RawMessage.complete().field(0, "s", "D").parse());
        refused("reply serial is 0", () -> of(2).field(5, "u", 0).parse());
    }

    @Test
    void the_text_of_a_field_ends_inside_the_fields_with_a_nul() {
        byte[] longer = RawMessage.complete().bytes();
        longer[20] = 100;
        refused("text of header field PATH runs over the end", 20, () -> Message.parse(longer));
        byte[] negative = RawMessage.complete().bytes();
        negative[23] = -1;
        refused("text of header field PATH runs over the end", 20, () -> Message.parse(negative));
        byte[] noNul = RawMessage.complete().bytes();
        noNul[26] = 'x';
        refused("text of header field PATH does not end with a NUL", 26, () -> Message.parse(noNul));
    }

    @Test
    void fields_must_not_end_inside_one() {
        byte[] whole = RawMessage.complete().bytes();
        int honest = Wire.getInt(whole, 12, false);
        for (int fields = 1; fields < honest; fields++) {
            byte[] cut = Arrays.copyOf(whole, (16 + fields + 7) & ~7);
            Arrays.fill(cut, 16 + fields, cut.length, (byte) 0);
            Wire.putInt(cut, 12, fields, false);
            assertThrows(InvalidMessageException.class, () -> Message.parse(cut), "fields of " + fields);
        }
    }

    @Test
    void names_are_checked_when_they_are_read() {
        Message names = RawMessage.signal()
                .field(1, "o", "/aX")
                .field(2, "s", "ab")
                .field(3, "s", "C.D")
                .parse();
        refused("INTERFACE has only one element", names::interfaceName);
        refused("MEMBER contains a '.'", names::member);
        refused("INTERFACE has only one element", names::validate);
        byte[] path = RawMessage.complete().bytes();
        path[25] = '/';
        refused("PATH has an empty element", Message.parse(path)::path);
        refused("SENDER", RawMessage.complete().field(7, "s", "nodot").parse()::sender);
        refused("DESTINATION", RawMessage.complete().field(6, "s", "").parse()::destination);
    }

    @Test
    void what_only_the_own_connection_may_say_is_refused_in_a_full_check() {
        refused(
                "PATH is reserved",
                RawMessage.signal()
                        .field(1, "o", "/org/freedesktop/DBus/Local")
                        .field(2, "s", "a.b")
                        .field(3, "s", "C")
                        .parse()::validate);
        refused(
                "INTERFACE is reserved",
                RawMessage.signal()
                        .field(1, "o", "/")
                        .field(2, "s", "org.freedesktop.DBus.Local")
                        .field(3, "s", "Disconnected")
                        .parse()::validate);
    }

    @Test
    void padding_must_be_zero() {
        byte[] bytes = MessageBuilder.signal("/a", "a.b", "C").build().bytes();
        for (int at = 16; at < bytes.length; at++) {
            byte[] broken = bytes.clone();
            if (broken[at] == 0) {
                broken[at] = 1;
                assertThrows(
                        InvalidMessageException.class,
                        () -> Message.parse(broken).validate(),
                        "zero at " + at);
            }
        }
        refused(
                "padding is not zero",
                () -> RawMessage.withBody("yi", 1, 0, 9, 0, 1, 0, 0, 0).validate());
    }

    @Test
    void a_body_needs_a_signature_and_a_signature_its_body() {
        RawMessage raw = RawMessage.complete();
        raw.startBody().putByte((byte) 1);
        refused("body of 1 bytes without a signature", raw::parse);
        refused("data ends inside a value of 4 bytes", RawMessage.withBody("i")::body);
        refused("body goes on after its last value", RawMessage.withBody("y", 1, 2)::body);
        refused("body goes on after its last value", RawMessage.withBody("y", 1, 2)::validate);
    }

    @Test
    void values_of_the_body_are_checked() {
        bodyRefused("boolean is 2", "b", 2, 0, 0, 0);
        bodyRefused("boolean is 4294967295", "b", 255, 255, 255, 255);
        bodyRefused("string of 9 bytes and a NUL runs over the end", "s", 9, 0, 0, 0, 'a', 0);
        bodyRefused("string of 1 bytes and a NUL runs over the end", "s", 1, 0, 0, 0, 'a');
        bodyRefused("string of 4294967295 bytes", "s", 255, 255, 255, 255, 'a', 0);
        bodyRefused("string does not end with a NUL", "s", 1, 0, 0, 0, 'a', 'b');
        bodyRefused("string contains a NUL", "s", 2, 0, 0, 0, 'a', 0, 0);
        bodyRefused("not valid UTF-8", "s", 2, 0, 0, 0, 0xC0, 0x80, 0);
        bodyRefused("not valid UTF-8", "s", 3, 0, 0, 0, 0xED, 0xA0, 0x80, 0);
        bodyRefused("not valid UTF-8", "s", 4, 0, 0, 0, 0xF4, 0x90, 0x80, 0x80, 0);
        bodyRefused("not valid UTF-8", "s", 3, 0, 0, 0, 0xE0, 0x9F, 0xBF, 0);
        bodyRefused("not valid UTF-8", "s", 1, 0, 0, 0, 0x80, 0);
        bodyRefused("not valid UTF-8", "s", 2, 0, 0, 0, 0xE2, 0x82, 0);
        bodyRefused("object path ends with '/'", "o", 3, 0, 0, 0, '/', 'a', '/', 0);
        bodyRefused("signature 'z' has no type 'z'", "g", 1, 'z', 0);
        bodyRefused("signature does not end with a NUL", "g", 1, 'i', 'i');
        bodyRefused("variant of signature ''", "v", 0, 0);
        bodyRefused("variant of signature 'yy'", "v", 2, 'y', 'y', 0, 1, 1);
        bodyRefused("array of 3 bytes does not hold whole elements of 4", "ai", 3, 0, 0, 0, 1, 2, 3);
        bodyRefused("array of 8 bytes runs over the end, 4 are left", "ai", 8, 0, 0, 0, 1, 2, 3, 4);
        bodyRefused("array of 67108865 bytes, at most 64 MiB", "ay", 1, 0, 0, 4, 1);
        bodyRefused("array of 4294967295 bytes, at most 64 MiB", "ay", 255, 255, 255, 255);
        bodyRefused("runs over the end", "as", 5, 0, 0, 0, 1, 0, 0, 0, 'a', 0);
        bodyRefused("padding is not zero", "ax", 0, 0, 0, 0, 0, 0, 0, 1);
        bodyRefused("data ends inside padding", "yi", 1, 0);
        bodyRefused("data ends inside padding", "a(i)", 0, 0, 0, 0);
    }

    @Test
    void noncharacters_and_the_last_code_point_are_valid_text() {
        assertEquals(
                List.of("\uFFFE"),
                RawMessage.withBody("s", 3, 0, 0, 0, 0xEF, 0xBF, 0xBE, 0)
                        .validate()
                        .body());
        assertEquals(
                List.of(Character.toString(0x10FFFF)),
                RawMessage.withBody("s", 4, 0, 0, 0, 0xF4, 0x8F, 0xBF, 0xBF, 0).body());
    }

    @Test
    void containers_nest_64_deep_but_not_65() {
        assertEquals(
                1,
                RawMessage.withBody("v", nestedVariants(63)).validate().body().size());
        Message tooDeep = RawMessage.withBody("v", nestedVariants(64));
        refused("nest more than 64 deep", tooDeep::validate);
        refused("nest more than 64 deep", tooDeep::body);
        BodyReader reader = tooDeep.reader();
        refused("nest more than 64 deep", () -> {
            while (reader.next() == Type.VARIANT) {
                reader.beginVariant();
            }
        });
    }

    /** The body of a variant with this many variants inside it, the innermost of a byte. */
    private static int[] nestedVariants(int inner) {
        int[] body = new int[inner * 3 + 4];
        for (int i = 0; i < inner; i++) {
            body[i * 3] = 1;
            body[i * 3 + 1] = 'v';
        }
        body[inner * 3] = 1;
        body[inner * 3 + 1] = 'y';
        return body;
    }

    @Test
    void a_field_is_compared_without_a_string() {
        Message message = RawMessage.complete().parse();
        assertTrue(message.matches(HeaderField.MEMBER, Utf8.bytes("C")));
        assertFalse(message.matches(HeaderField.MEMBER, Utf8.bytes("CD")));
        assertFalse(message.matches(HeaderField.MEMBER, Utf8.bytes("")));
        assertFalse(message.matches(HeaderField.SENDER, Utf8.bytes("")));
        assertTrue(message.matches(HeaderField.PATH, Utf8.bytes("/a")));
        assertTrue(message.has(HeaderField.PATH));
        assertFalse(message.has(HeaderField.UNIX_FDS));
        assertEquals(-1, message.fieldOffset(HeaderField.UNIX_FDS));
    }

    @Test
    void a_copy_outlives_the_array() {
        byte[] array = new byte[500];
        Message original =
                MessageBuilder.signal("/a", "a.b", "C").body("s", "text").build();
        original.copyTo(array, 11);
        Message copy = Message.parse(array, 11, original.length()).copy();
        Arrays.fill(array, (byte) 0xFF);
        assertEquals(List.of("text"), copy.body());
        assertArrayEquals(original.bytes(), copy.bytes());
    }

    @Test
    void a_rebuilt_message_differs_only_where_it_should() {
        for (ByteOrder order : ORDERS) {
            Message original = MessageBuilder.signal("/a", "a.b", "C")
                    .order(order)
                    .serial(9)
                    .body("a{sv}d", Map.of("k", Variant.of(1)), 2.5)
                    .build();
            Message stamped = MessageBuilder.copyOf(original)
                    .sender(":1.1")
                    .serial(10)
                    .build()
                    .validate();
            assertEquals(":1.1", stamped.sender());
            assertEquals(10, stamped.serial());
            assertEquals(order, stamped.order());
            assertEquals(original.body(), stamped.body());
        }
    }

    @Test
    void a_line_for_the_log_tells_type_and_names() {
        assertEquals(
                "signal serial=1 path=/a interface=a.b member=C signature=y body=1",
                MessageBuilder.signal("/a", "a.b", "C").body("y", 1).build().toString());
    }

    private static RawMessage of(int type) {
        return new RawMessage(ByteOrder.LITTLE_ENDIAN, type, 1, 1);
    }

    /** Both ways to look at a body find the same fault. */
    private static void bodyRefused(String what, String signature, int... body) {
        Message message = RawMessage.withBody(signature, body);
        refused(what, message::validate);
        refused(what, message::body);
        BodyReader skipping = message.reader();
        refused(what, () -> {
            while (skipping.hasNext()) {
                skipping.skip();
            }
            skipping.finish();
        });
        BodyReader reading = message.reader();
        refused(what, () -> {
            while (reading.hasNext()) {
                reading.get();
            }
        });
    }

    private static void refused(String what, Executable action) {
        InvalidMessageException e = assertThrows(InvalidMessageException.class, action);
        assertTrue(e.getMessage().contains(what), e.getMessage());
    }

    private static void refused(String what, int offset, Executable action) {
        InvalidMessageException e = assertThrows(InvalidMessageException.class, action);
        assertTrue(e.getMessage().contains(what), e.getMessage());
        assertEquals(offset, e.offset());
    }
}
