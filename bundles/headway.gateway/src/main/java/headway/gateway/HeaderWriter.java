package headway.gateway;

import headway.dbus.HeaderField;
import headway.dbus.Message;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes a message's header anew: with the sender that the bus knows instead of the one the message claims, and without
 * fields that the specification does not name. The body may follow as it is: it starts at a multiple of eight in both.
 */
final class HeaderWriter {

    private static final HeaderField[] TEXTS = {
        HeaderField.PATH,
        HeaderField.INTERFACE,
        HeaderField.MEMBER,
        HeaderField.ERROR_NAME,
        HeaderField.DESTINATION,
        HeaderField.SIGNATURE
    };

    private byte[] bytes = new byte[512];
    private int length;
    private boolean big;

    /** The header, {@link #length} bytes of it, until the next is written. */
    byte[] bytes() {
        return bytes;
    }

    /** With the padding before the body. */
    int length() {
        return length;
    }

    /** Writes the header of a message; without a sender if that is null. */
    HeaderWriter write(Message message, byte[] sender) {
        big = message.order() == ByteOrder.BIG_ENDIAN;
        int most = message.bodyOffset() + (sender == null ? 0 : sender.length) + 32;
        if (bytes.length < most) {
            bytes = new byte[most * 2];
        }
        System.arraycopy(message.array(), message.offset(), bytes, 0, Message.FIXED_HEADER - 4);
        length = Message.FIXED_HEADER;
        for (HeaderField field : TEXTS) {
            int size = message.fieldLength(field);
            if (size >= 0) {
                text(field, message.array(), message.offset() + message.fieldOffset(field), size);
            }
        }
        if (message.has(HeaderField.REPLY_SERIAL)) {
            number(HeaderField.REPLY_SERIAL, message.replySerial());
        }
        if (message.has(HeaderField.UNIX_FDS)) {
            number(HeaderField.UNIX_FDS, message.unixFds());
        }
        if (sender != null) {
            text(HeaderField.SENDER, sender, 0, sender.length);
        }
        putInt(12, length - Message.FIXED_HEADER);
        pad();
        return this;
    }

    private void begin(HeaderField field) {
        pad();
        bytes[length] = field.code();
        bytes[length + 1] = 1;
        bytes[length + 2] = (byte) field.type();
        bytes[length + 3] = 0;
        length += 4;
    }

    private void text(HeaderField field, byte[] array, int from, int size) {
        begin(field);
        if (field == HeaderField.SIGNATURE) {
            bytes[length++] = (byte) size;
        } else {
            putInt(length, size);
            length += 4;
        }
        System.arraycopy(array, from, bytes, length, size);
        length += size;
        bytes[length++] = 0;
    }

    private void number(HeaderField field, int value) {
        begin(field);
        putInt(length, value);
        length += 4;
    }

    private void pad() {
        int to = (length + 7) & ~7;
        Arrays.fill(bytes, length, to, (byte) 0);
        length = to;
    }

    private void putInt(int at, int value) {
        if (big) {
            bytes[at] = (byte) (value >>> 24);
            bytes[at + 1] = (byte) (value >>> 16);
            bytes[at + 2] = (byte) (value >>> 8);
            bytes[at + 3] = (byte) value;
        } else {
            bytes[at] = (byte) value;
            bytes[at + 1] = (byte) (value >>> 8);
            bytes[at + 2] = (byte) (value >>> 16);
            bytes[at + 3] = (byte) (value >>> 24);
        }
    }
}
