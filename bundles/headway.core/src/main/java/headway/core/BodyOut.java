package headway.core;

import headway.bus.BodyWriter;
import headway.dbus.MessageWriter;
import headway.dbus.Signature;

/** Lets an application's marshaller write into a D-Bus message. One for each thread, reused. */
final class BodyOut implements BodyWriter {

    private final MessageWriter writer;

    BodyOut(MessageWriter writer) {
        this.writer = writer;
    }

    @Override
    public BodyWriter putByte(int value) {
        writer.putByte((byte) value);
        return this;
    }

    @Override
    public BodyWriter putBoolean(boolean value) {
        writer.putBoolean(value);
        return this;
    }

    @Override
    public BodyWriter putInt16(int value) {
        writer.putInt16((short) value);
        return this;
    }

    @Override
    public BodyWriter putInt32(int value) {
        writer.putInt32(value);
        return this;
    }

    @Override
    public BodyWriter putInt64(long value) {
        writer.putInt64(value);
        return this;
    }

    @Override
    public BodyWriter putDouble(double value) {
        writer.putDouble(value);
        return this;
    }

    @Override
    public BodyWriter putString(String value) {
        writer.putString(value);
        return this;
    }

    @Override
    public BodyWriter putObjectPath(String value) {
        writer.putObjectPath(value);
        return this;
    }

    @Override
    public BodyWriter putBytes(byte[] value, int offset, int length) {
        writer.putBytes(value, offset, length);
        return this;
    }

    @Override
    public BodyWriter beginArray(String elementSignature) {
        writer.beginArray(elementSignature.charAt(0));
        return this;
    }

    @Override
    public BodyWriter endArray() {
        writer.endArray();
        return this;
    }

    @Override
    public BodyWriter beginStruct() {
        writer.beginStruct();
        return this;
    }

    @Override
    public BodyWriter endStruct() {
        writer.endStruct();
        return this;
    }

    @Override
    public BodyWriter beginDictEntry() {
        writer.beginDictEntry();
        return this;
    }

    @Override
    public BodyWriter endDictEntry() {
        writer.endDictEntry();
        return this;
    }

    @Override
    public BodyWriter beginVariant(String signature) {
        writer.beginVariant(signature);
        return this;
    }

    @Override
    public BodyWriter endVariant() {
        writer.endVariant();
        return this;
    }

    @Override
    public BodyWriter put(String signature, Object value) {
        writer.put(Signature.of(signature), value);
        return this;
    }
}
