package headway.dbus;

import java.nio.ByteOrder;

/**
 * A message that is sent again and again: its header, prepared once. One more of them is a copy of the prepared bytes,
 * the serial and the body, written in place:
 *
 * <pre>{@code
 * MessageTemplate speed = MessageBuilder.signal("/vehicle", "org.example.Vehicle", "Speed").signature("d").template();
 * speed.begin(writer.reset(array, offset, limit), serial);
 * writer.putDouble(42.5);
 * int length = speed.end(writer);
 * }</pre>
 *
 * <p>Nothing is allocated. Immutable, may be used by many threads, each with a writer of its own.
 */
public final class MessageTemplate {
    private final byte[] header;
    private final int fieldsEnd;
    private final ByteOrder order;
    private final MessageType type;
    private final Signature signature;
    private final boolean reply;

    /**
     * A template of header bytes that a builder made.
     *
     * @param header padded to a multiple of eight, serial and body length still 0
     * @param fieldsEnd bytes before that padding
     */
    MessageTemplate(MessageType type, byte[] header, int fieldsEnd, Signature signature) {
        this.type = type;
        this.header = header;
        this.fieldsEnd = fieldsEnd;
        order = header[0] == Wire.BIG ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        this.signature = signature;
        reply = type == MessageType.METHOD_RETURN || type == MessageType.ERROR;
    }

    public MessageType type() {
        return type;
    }

    /** The types of the body. */
    public Signature signature() {
        return signature;
    }

    /** Bytes of the header; a message has these and those of its body. */
    public int headerLength() {
        return header.length;
    }

    /**
     * Writes the header. The values of the body follow, then {@link #end}. A writer that shall check them against the
     * signature is told so after this: {@code writer.expect(template.signature())}.
     *
     * @param writer just reset to where the message shall be
     * @param serial not 0
     * @throws BufferFullException if there is no room for the header
     * @throws IllegalStateException if this is a reply, which needs the other {@code begin}
     */
    public void begin(MessageWriter writer, int serial) {
        if (reply) {
            throw new IllegalStateException(type + " without the serial it answers");
        }
        start(writer, serial);
        writer.putRaw(header, 0, header.length);
        writer.patchInt(8, serial);
    }

    /**
     * Writes the header of a reply, to whom and to which call being known only now.
     *
     * @param serial not 0
     * @param replySerial the serial of the call; not 0
     * @param destination UTF-8 of the caller's name, or null for none; not checked
     */
    public void begin(MessageWriter writer, int serial, int replySerial, byte[] destination) {
        if (replySerial == 0) {
            throw new IllegalArgumentException("reply serial is 0");
        }
        start(writer, serial);
        writer.putRaw(header, 0, fieldsEnd);
        writer.putField(HeaderField.REPLY_SERIAL, replySerial);
        if (destination != null) {
            writer.putField(HeaderField.DESTINATION, destination);
        }
        writer.patchInt(8, serial);
        writer.patchInt(12, writer.length() - Message.FIXED_HEADER);
        writer.pad(8);
    }

    private void start(MessageWriter writer, int serial) {
        if (serial == 0) {
            throw new IllegalArgumentException("serial is 0");
        }
        if (writer.length() != 0) {
            throw new IllegalStateException("the writer was not reset");
        }
        writer.order(order);
    }

    /**
     * Ends the message: its length is now known and written.
     *
     * @return bytes of the whole message
     * @throws IllegalStateException if a container is still open, or if the body lacks values that the writer expects
     */
    public int end(MessageWriter writer) {
        writer.finish();
        return writer.endMessage();
    }
}
