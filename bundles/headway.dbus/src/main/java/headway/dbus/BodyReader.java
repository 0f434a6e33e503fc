package headway.dbus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the body of a message value by value, without boxes. The signature says what comes next: reading something else
 * is the caller's mistake, an IllegalStateException; a value that is not valid is an {@link InvalidMessageException}.
 *
 * <p>A reader may be used for message after message by {@link #reset} and then allocates nothing but what it returns.
 * Not for use by two threads at once.
 */
public final class BodyReader {
    private final SignatureCursor cursor = new SignatureCursor();
    private final WireReader wire = new WireReader();
    /** By depth, where the surroundings of an open array end; made when first needed. */
    private int[] ends;

    /** A reader that waits for {@link #reset}. */
    public BodyReader() {}

    /** Starts at the first value of this message. */
    public BodyReader reset(Message message) {
        cursor.start(message.signature());
        message.bodyReader(wire);
        return this;
    }

    /** The type of the next value, or null at the end of the body, struct or array. */
    public Type next() {
        if (isArrayAtEnd()) {
            return null;
        }
        return Type.of(cursor.peek());
    }

    public byte getByte() {
        expect('y');
        return wire.getByte();
    }

    public boolean getBoolean() {
        expect('b');
        return wire.getBoolean();
    }

    public short getInt16() {
        expect('n');
        return wire.getShort();
    }

    /** 0 to 65535. */
    public int getUint16() {
        expect('q');
        return Short.toUnsignedInt(wire.getShort());
    }

    public int getInt32() {
        expect('i');
        return wire.getInt();
    }

    /** 0 to 2^32 - 1. */
    public long getUint32() {
        expect('u');
        return Integer.toUnsignedLong(wire.getInt());
    }

    public long getInt64() {
        expect('x');
        return wire.getLong();
    }

    /** All 64 bits, to be read as unsigned. */
    public long getUint64() {
        expect('t');
        return wire.getLong();
    }

    public double getDouble() {
        expect('d');
        return Double.longBitsToDouble(wire.getLong());
    }

    public String getString() {
        expect('s');
        return Marshal.getString(wire);
    }

    /** Whether the next string has exactly this text; passes it and makes no String. */
    public boolean stringIs(byte[] utf8) {
        expect('s');
        int length = wire.string();
        int from = wire.position() - 1 - length;
        return Arrays.equals(wire.array(), from, from + length, utf8, 0, utf8.length);
    }

    public ObjectPath getObjectPath() {
        expect('o');
        return Marshal.getObjectPath(wire);
    }

    public Signature getSignature() {
        expect('g');
        return wire.signature();
    }

    /** Place of the descriptor among those that came with the message. */
    public int getUnixFd() {
        expect('h');
        return wire.getInt();
    }

    /** A whole array of bytes, type {@code ay}. */
    public byte[] getBytes() {
        byte[] bytes = new byte[beginElements('y', 1)];
        System.arraycopy(wire.array(), wire.position(), bytes, 0, bytes.length);
        endElements(bytes.length);
        return bytes;
    }

    /** The same without a copy: a read-only, little-endian view of the message's own array. */
    public ByteBuffer viewBytes() {
        int length = beginElements('y', 1);
        ByteBuffer view = ByteBuffer.wrap(wire.array(), wire.position(), length)
                .slice()
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
        endElements(length);
        return view;
    }

    /** A whole array of 32-bit numbers, type {@code ai}. */
    public int[] getInt32s() {
        int[] values = new int[beginElements('i', 4)];
        for (int i = 0, at = wire.position(); i < values.length; i++, at += 4) {
            values[i] = Wire.getInt(wire.array(), at, wire.big());
        }
        endElements(values.length * 4);
        return values;
    }

    /** A whole array of 64-bit numbers, type {@code ax}. */
    public long[] getInt64s() {
        long[] values = new long[beginElements('x', 8)];
        for (int i = 0, at = wire.position(); i < values.length; i++, at += 8) {
            values[i] = Wire.getLong(wire.array(), at, wire.big());
        }
        endElements(values.length * 8);
        return values;
    }

    /** A whole array of doubles, type {@code ad}. */
    public double[] getDoubles() {
        double[] values = new double[beginElements('d', 8)];
        for (int i = 0, at = wire.position(); i < values.length; i++, at += 8) {
            values[i] = Double.longBitsToDouble(Wire.getLong(wire.array(), at, wire.big()));
        }
        endElements(values.length * 8);
        return values;
    }

    /** Enters an array; {@link #hasNext} says whether an element follows, {@link #endArray} leaves. */
    public BodyReader beginArray() {
        enter('a');
        int to = wire.arrayEnd(cursor.elementCode());
        int depth = cursor.depth();
        if (ends == null) {
            ends = new int[Wire.MAX_DEPTH];
        }
        cursor.beginArray((char) cursor.elementCode());
        ends[depth] = wire.enter(to);
        return this;
    }

    /** Whether the array entered last has one more element; outside arrays whether a value follows. */
    public boolean hasNext() {
        return next() != null;
    }

    /**
     * Leaves an array.
     *
     * @throws IllegalStateException if elements are left
     */
    public BodyReader endArray() {
        if (!cursor.inArray()) {
            throw new IllegalStateException("no array is open here");
        }
        if (!wire.atEnd()) {
            throw new IllegalStateException("elements of the array are left");
        }
        cursor.endArray();
        wire.leave(ends[cursor.depth()]);
        return this;
    }

    /** Enters a struct; its members follow, {@link #endStruct} leaves. */
    public BodyReader beginStruct() {
        enter('(');
        cursor.beginMembers('(');
        wire.align(8);
        return this;
    }

    /** Leaves a struct all of whose members were read. */
    public BodyReader endStruct() {
        cursor.endMembers(')');
        return this;
    }

    /** Enters an entry of a dictionary; key and value follow. */
    public BodyReader beginDictEntry() {
        enter('{');
        cursor.beginMembers('{');
        wire.align(8);
        return this;
    }

    public BodyReader endDictEntry() {
        cursor.endMembers('}');
        return this;
    }

    /** Enters a variant and says the type of its value, which follows; {@link #endVariant} leaves. */
    public Signature beginVariant() {
        enter('v');
        Signature signature = wire.variant();
        cursor.beginVariant(signature);
        return signature;
    }

    public BodyReader endVariant() {
        cursor.endVariant();
        return this;
    }

    /** The next value, of whatever type, as {@link Message#body()} maps it. */
    public Object get() {
        checkNotAtEnd();
        Object value = Marshal.get(wire, cursor.signature(), cursor.at(), cursor.depth());
        cursor.skip();
        return value;
    }

    /** Passes the next value, of whatever type, and checks it. */
    public BodyReader skip() {
        checkNotAtEnd();
        wire.skip(cursor.signature(), cursor.at(), cursor.depth());
        cursor.skip();
        return this;
    }

    /**
     * To be called after the last value, where it matters that nothing follows.
     *
     * @throws IllegalStateException if values are left
     * @throws InvalidMessageException if bytes are left
     */
    public void finish() {
        cursor.finish();
        if (!wire.atEnd()) {
            throw wire.invalid("body goes on after its last value", wire.position());
        }
    }

    /** The byte order of the message. */
    public ByteOrder order() {
        return wire.big() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    private void expect(char code) {
        checkElementLeft();
        cursor.next(code);
    }

    private void enter(char code) {
        checkElementLeft();
        cursor.checkNext(code);
        wire.checkDepth(cursor.depth() + 1);
    }

    private void checkElementLeft() {
        if (isArrayAtEnd()) {
            throw new IllegalStateException("no element of the array is left");
        }
    }

    private void checkNotAtEnd() {
        if (next() == null) {
            throw new IllegalStateException("no value is left here");
        }
    }

    private boolean isArrayAtEnd() {
        return cursor.inArray() && wire.atEnd();
    }

    private int beginElements(char code, int size) {
        enter('a');
        cursor.beginArray(code);
        return (wire.arrayEnd(code) - wire.position()) / size;
    }

    private void endElements(int bytes) {
        wire.moveTo(wire.position() + bytes);
        cursor.endArray();
    }
}
