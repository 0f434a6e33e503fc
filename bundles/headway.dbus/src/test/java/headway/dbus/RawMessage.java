package headway.dbus;

import java.nio.ByteOrder;

/** Puts a message together byte by byte, so that it can be wrong on purpose. */
final class RawMessage {
    private final MessageWriter writer = new MessageWriter();
    private final boolean big;
    private boolean inBody;

    RawMessage(ByteOrder order, int type, int version, int serial) {
        big = order == ByteOrder.BIG_ENDIAN;
        writer.order(order);
        writer.putByte((byte) (big ? 'B' : 'l'))
                .putByte((byte) type)
                .putByte((byte) 0)
                .putByte((byte) version);
        writer.putInt32(0).putInt32(serial);
        writer.beginArray('(');
    }

    /** A little-endian signal without any field yet. */
    static RawMessage signal() {
        return new RawMessage(ByteOrder.LITTLE_ENDIAN, 4, 1, 7);
    }

    /** A little-endian signal that lacks nothing but a body. */
    static RawMessage complete() {
        return signal().field(1, "o", "/a").field(2, "s", "a.b").field(3, "s", "C");
    }

    RawMessage field(int code, String signature, Object value) {
        writer.beginStruct();
        writer.putByte((byte) code).put("v", Variant.of(signature, value));
        writer.endStruct();
        return this;
    }

    /** The writer, at the start of a body of this signature. */
    MessageWriter body(String signature) {
        field(8, "g", Signature.of(signature));
        startBody();
        return writer;
    }

    /** The writer, at the start of a body without a signature. */
    MessageWriter startBody() {
        writer.endArray();
        writer.pad(8);
        inBody = true;
        return writer;
    }

    byte[] bytes() {
        if (!inBody) {
            startBody();
        }
        byte[] bytes = writer.toByteArray();
        int header = (16 + Wire.getInt(bytes, 12, big) + 7) & ~7;
        Wire.putInt(bytes, 4, bytes.length - header, big);
        return bytes;
    }

    Message parse() {
        return Message.parse(bytes());
    }

    /** A signal whose body is these bytes. */
    static Message withBody(String signature, int... body) {
        RawMessage raw = complete();
        MessageWriter writer = raw.body(signature);
        for (int each : body) {
            writer.putByte((byte) each);
        }
        return raw.parse();
    }
}
