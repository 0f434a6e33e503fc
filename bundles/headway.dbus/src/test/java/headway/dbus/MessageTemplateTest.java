package headway.dbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTemplateTest {
    private final byte[] array = new byte[1000];
    private final MessageWriter writer = new MessageWriter();

    @Test
    void gives_the_very_bytes_of_the_builder() {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            MessageTemplate template = speed().order(order).signature("sd").template();
            Message built =
                    speed().order(order).serial(77).body("sd", "left", 4.5).build();
            Arrays.fill(array, (byte) 0xEE);
            template.begin(writer.reset(array, 5, 1000), 77);
            writer.putString("left").putDouble(4.5);
            int length = template.end(writer);
            assertArrayEquals(built.bytes(), Arrays.copyOfRange(array, 5, 5 + length));
            assertEquals((byte) 0xEE, array[5 + length]);
        }
    }

    @Test
    void may_have_no_body() {
        MessageTemplate template = speed().template();
        template.begin(writer.reset(array, 0, 1000), 1);
        assertEquals(template.headerLength(), template.end(writer));
        Message.parse(array, 0, template.headerLength()).validate();
    }

    @Test
    void of_a_reply_learns_caller_and_call_when_it_is_sent() {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            MessageTemplate template = MessageBuilder.reply()
                    .order(order)
                    .sender(":1.1")
                    .signature("s")
                    .template();
            for (String caller : List.of(":1.2", ":1.23456789")) {
                template.begin(writer.reset(array, 3, 1000), 5, 6, Utf8.bytes(caller));
                writer.putString("answer");
                Message reply = Message.parse(array, 3, template.end(writer)).validate();
                assertEquals(MessageType.METHOD_RETURN, reply.type());
                assertEquals(5, reply.serial());
                assertEquals(6, reply.replySerial());
                assertEquals(caller, reply.destination());
                assertEquals(":1.1", reply.sender());
                assertEquals(List.of("answer"), reply.body());
            }
            MessageTemplate error = MessageBuilder.error("a.b").order(order).template();
            error.begin(writer.reset(array, 0, 1000), 5, 6, null);
            assertEquals("a.b", Message.parse(array, 0, error.end(writer)).errorName());
        }
    }

    @Test
    void does_not_let_a_reply_go_without_its_call() {
        MessageTemplate template = MessageBuilder.reply().template();
        assertThrows(IllegalStateException.class, () -> template.begin(writer.reset(), 1));
        assertThrows(IllegalArgumentException.class, () -> template.begin(writer.reset(), 1, 0, null));
        assertThrows(IllegalArgumentException.class, () -> speed().template().begin(writer.reset(), 0));
    }

    @Test
    void can_be_checked_against_its_signature() {
        MessageTemplate template = speed().signature("sd").template();
        template.begin(writer.reset(), 1);
        writer.expect(template.signature()).putString("left");
        assertThrows(IllegalStateException.class, () -> writer.putInt32(1));
        assertThrows(IllegalStateException.class, () -> template.end(writer));
        writer.putDouble(1);
        Message.parse(writer.array(), 0, template.end(writer)).validate();
    }

    @Test
    void says_so_when_there_is_no_room() {
        MessageTemplate template = speed().signature("s").template();
        assertThrows(BufferFullException.class, () -> template.begin(writer.reset(array, 0, 20), 1));
        template.begin(writer.reset(array, 0, template.headerLength() + 8), 1);
        assertThrows(BufferFullException.class, () -> writer.putString("too long"));
        template.begin(writer.reset(array, 0, template.headerLength() + 8), 1);
        writer.putString("fit");
        assertEquals(template.headerLength() + 8, template.end(writer));
    }

    @Test
    void allocates_nothing() {
        MessageTemplate template = speed().signature("sdai").template();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        send(template, 20_000);
        // The measurement itself may cost a little; a single byte for each message would be more.
        long before = threads.getCurrentThreadAllocatedBytes();
        send(template, 20_000);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < 20_000, bytes + " bytes for 20000 messages");
    }

    private void send(MessageTemplate template, int count) {
        for (int i = 1; i <= count; i++) {
            template.begin(writer.reset(array, 0, 1000), i);
            writer.putString("front left, grün")
                    .putDouble(i)
                    .beginArray('i')
                    .putInt32(i)
                    .endArray();
            template.end(writer);
        }
    }

    private static MessageBuilder speed() {
        return MessageBuilder.signal("/vehicle", "org.example.Vehicle", "Speed").sender(":1.42");
    }
}
