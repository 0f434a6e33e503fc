package headway.dbus;

import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Marshals values into a byte array, in place ("Marshaling"). A writer is reused for message after message: {@code
 * reset}, put values, take the bytes. It aligns and pads by itself and never writes a value that would be invalid on
 * the wire.
 *
 * <p>It writes into an array of its own, which grows, or into a foreign one, in which running out of room is the
 * {@link BufferFullException}. In steady state nothing is allocated.
 *
 * <p>Whether the values agree with a signature is checked only after {@link #expect}; without it that is the caller's
 * word. Not for use by two threads at once.
 */
public final class MessageWriter {
    private byte[] array;
    private boolean growing;
    private int base;
    private int position;
    private int limit;
    private boolean big;

    /** Open containers: arrays, structs, entries and variants, innermost last. */
    private int depth;

    private final byte[] kinds = new byte[Wire.MAX_DEPTH];
    /** For an open array the index of its length; its elements start at {@link #elements}. */
    private final int[] lengths = new int[Wire.MAX_DEPTH];

    private final int[] elements = new int[Wire.MAX_DEPTH];
    private SignatureCursor cursor;
    private boolean expecting;

    /** A writer with an array of its own, ready to write. */
    public MessageWriter() {
        array = new byte[256];
        growing = true;
        limit = array.length;
    }

    /** Starts again at the front of the own array, little-endian, without an expected signature. */
    public MessageWriter reset() {
        if (!growing) {
            array = new byte[256];
            growing = true;
        }
        return start(0, array.length);
    }

    /**
     * Starts again in a foreign array, little-endian, without an expected signature. The array is written to until the
     * next reset; alignment counts from {@code offset}, which may be anything.
     *
     * @param offset index of the first byte to write
     * @param limit index after the last byte that may be written
     */
    public MessageWriter reset(byte[] array, int offset, int limit) {
        if (offset < 0 || offset > limit || limit > array.length) {
            throw new IndexOutOfBoundsException(offset + ".." + limit + " of " + array.length);
        }
        this.array = array;
        growing = false;
        return start(offset, limit);
    }

    private MessageWriter start(int offset, int limit) {
        base = offset;
        position = offset;
        this.limit = limit;
        big = false;
        depth = 0;
        expecting = false;
        return this;
    }

    /** The byte order of what is written from now on. */
    public MessageWriter order(ByteOrder order) {
        big = order == ByteOrder.BIG_ENDIAN;
        return this;
    }

    /** From now on every value must be the next one of this signature, else its put throws IllegalStateException. */
    public MessageWriter expect(Signature signature) {
        if (cursor == null) {
            cursor = new SignatureCursor();
        }
        cursor.start(signature);
        expecting = true;
        return this;
    }

    /**
     * Ends what was begun by {@code reset} or {@link #expect}.
     *
     * @throws IllegalStateException if a container is open, or if values of the expected signature are missing
     */
    public void finish() {
        if (depth != 0) {
            throw new IllegalStateException(depth + " containers are still open");
        }
        if (expecting) {
            cursor.finish();
            expecting = false;
        }
    }

    /** The array written to. The own one changes when it grows. */
    public byte[] array() {
        return array;
    }

    /** Index of the first byte written. */
    public int offset() {
        return base;
    }

    /** Index after the last byte written. */
    public int position() {
        return position;
    }

    /** Bytes written since the reset. */
    public int length() {
        return position - base;
    }

    /** A copy of the bytes written since the reset. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, base, position);
    }

    /** BYTE. */
    public MessageWriter putByte(byte value) {
        expectNext('y');
        int at = reserve(1, 1);
        array[at] = value;
        return this;
    }

    /** BOOLEAN. */
    public MessageWriter putBoolean(boolean value) {
        expectNext('b');
        putInt(value ? 1 : 0);
        return this;
    }

    /** INT16, or the UINT16 that has these bits. */
    public MessageWriter putInt16(short value) {
        expectNext('n', 'q');
        putShort(value);
        return this;
    }

    /** UINT16; bits above the low 16 are cut off. */
    public MessageWriter putUint16(int value) {
        expectNext('q');
        putShort((short) value);
        return this;
    }

    /** INT32, or the UINT32 that has these bits. */
    public MessageWriter putInt32(int value) {
        expectNext('i', 'u');
        putInt(value);
        return this;
    }

    /** UINT32; bits above the low 32 are cut off. */
    public MessageWriter putUint32(long value) {
        expectNext('u');
        putInt((int) value);
        return this;
    }

    /** INT64, or the UINT64 that has these bits. */
    public MessageWriter putInt64(long value) {
        expectNext('x', 't');
        putLong(value);
        return this;
    }

    /** UINT64, the bits read as unsigned. */
    public MessageWriter putUint64(long value) {
        expectNext('t');
        putLong(value);
        return this;
    }

    /** DOUBLE. */
    public MessageWriter putDouble(double value) {
        expectNext('d');
        putLong(Double.doubleToRawLongBits(value));
        return this;
    }

    /** UNIX_FD: the place of the descriptor among those that travel with the message. */
    public MessageWriter putUnixFd(int index) {
        expectNext('h');
        putInt(index);
        return this;
    }

    /**
     * STRING.
     *
     * @throws IllegalArgumentException if the text has a NUL or a lone surrogate
     */
    public MessageWriter putString(String value) {
        expectNext('s');
        int length = value.length();
        if (length > Wire.MAX_MESSAGE) {
            throw new IllegalArgumentException("string of " + length + " characters does not fit into a message");
        }
        int at = reserve(4, 4 + length + 1);
        byte[] into = array;
        int out = at + 4;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 0x80 || c == 0) {
                widen(value, i, at, out);
                return this;
            }
            into[out++] = (byte) c;
        }
        into[out] = 0;
        Wire.putInt(into, at, length, big);
        return this;
    }

    /** The rest of {@link #putString} from the first character that is not plain ASCII. */
    private void widen(String value, int from, int at, int out) {
        long length = Utf8.length(value);
        if (length < 0) {
            position = at;
            throw new IllegalArgumentException("string has a NUL or a lone surrogate, it cannot be marshalled");
        }
        if (length > Wire.MAX_MESSAGE) {
            throw new IllegalArgumentException("string of " + length + " bytes does not fit into a message");
        }
        // The ASCII part is in place; take it along if the array grows.
        position = out;
        reserve(1, at + 4 + (int) length + 1 - out);
        int end = Utf8.encode(value, from, array, out);
        array[end] = 0;
        Wire.putInt(array, at, (int) length, big);
    }

    /**
     * STRING that is UTF-8 already.
     *
     * @throws IllegalArgumentException if the bytes have a NUL or are not valid UTF-8
     */
    public MessageWriter putString(byte[] utf8, int offset, int length) {
        expectNext('s');
        if (Utf8.firstInvalid(utf8, offset, offset + length) >= 0) {
            throw new IllegalArgumentException("string has a NUL or is not valid UTF-8");
        }
        putText(utf8, offset, length);
        return this;
    }

    /**
     * OBJECT_PATH.
     *
     * @throws IllegalArgumentException if the path is not valid
     */
    public MessageWriter putObjectPath(String value) {
        expectNext('o');
        byte[] bytes = Utf8.bytes(Names.checkObjectPath(value));
        putText(bytes, 0, bytes.length);
        return this;
    }

    /** OBJECT_PATH. */
    public MessageWriter putObjectPath(ObjectPath value) {
        expectNext('o');
        byte[] bytes = Utf8.bytes(value.path());
        putText(bytes, 0, bytes.length);
        return this;
    }

    /** SIGNATURE. */
    public MessageWriter putSignature(Signature value) {
        expectNext('g');
        signature(value);
        return this;
    }

    /**
     * Opens an array. Its elements follow, then {@link #endArray}.
     *
     * @param elementType first type code of the element, such as <code>'s'</code>, or <code>'{'</code> for a dictionary
     */
    public MessageWriter beginArray(char elementType) {
        if (Type.of(elementType) == null) {
            throw new IllegalArgumentException("no type '" + elementType + "'");
        }
        if (expecting) {
            cursor.beginArray(elementType);
        }
        int at = reserve(4, 4) - base;
        pad(Type.alignment(elementType));
        push((byte) 'a');
        lengths[depth - 1] = at;
        elements[depth - 1] = position - base;
        return this;
    }

    /** As {@link #beginArray(char)}, with the whole signature of the element, or the beginning of it. */
    public MessageWriter beginArray(String elementSignature) {
        return beginArray(elementSignature.charAt(0));
    }

    /**
     * Closes the innermost container, an array.
     *
     * @throws IllegalStateException if it is no array
     * @throws IllegalArgumentException if it holds more than 64 MiB
     */
    public MessageWriter endArray() {
        pop('a');
        int length = position - base - elements[depth];
        if (length > Wire.MAX_ARRAY) {
            throw new IllegalArgumentException("array of " + length + " bytes, at most 64 MiB are allowed");
        }
        if (expecting) {
            cursor.endArray();
        }
        Wire.putInt(array, base + lengths[depth], length, big);
        return this;
    }

    /** Opens a struct; its members follow, then {@link #endStruct}. */
    public MessageWriter beginStruct() {
        if (expecting) {
            cursor.beginMembers('(');
        }
        pad(8);
        push((byte) '(');
        return this;
    }

    /** Closes the innermost container, a struct. */
    public MessageWriter endStruct() {
        pop('(');
        if (expecting) {
            cursor.endMembers(')');
        }
        return this;
    }

    /** Opens an entry of a dictionary, inside <code>beginArray('{')</code>; key and value follow. */
    public MessageWriter beginDictEntry() {
        if (expecting) {
            cursor.beginMembers('{');
        }
        pad(8);
        push((byte) '{');
        return this;
    }

    /** Closes the innermost container, an entry. */
    public MessageWriter endDictEntry() {
        pop('{');
        if (expecting) {
            cursor.endMembers('}');
        }
        return this;
    }

    /**
     * Opens a variant; one value of this type follows, then {@link #endVariant}.
     *
     * @param signature one single complete type
     */
    public MessageWriter beginVariant(Signature signature) {
        if (!signature.isSingle()) {
            throw new IllegalArgumentException(
                    "variant of signature '" + signature + "', which is not one complete type");
        }
        if (expecting) {
            cursor.beginVariant(signature);
        }
        signature(signature);
        push((byte) 'v');
        return this;
    }

    /** As {@link #beginVariant(Signature)}. */
    public MessageWriter beginVariant(String signature) {
        return beginVariant(Signature.of(signature));
    }

    /** Closes the innermost container, a variant. */
    public MessageWriter endVariant() {
        pop('v');
        if (expecting) {
            cursor.endVariant();
        }
        return this;
    }

    /** A whole array of bytes, type {@code ay}. */
    public MessageWriter putBytes(byte[] bytes, int offset, int length) {
        beginArray('y');
        putRaw(bytes, offset, length);
        return endArray();
    }

    /** A whole array of 16-bit numbers, type {@code an}. */
    public MessageWriter putInt16s(short... values) {
        beginArray('n');
        int at = reserve(2, bytes(values.length, 2));
        for (short value : values) {
            Wire.putShort(array, at, value, big);
            at += 2;
        }
        return endArray();
    }

    /** A whole array of 32-bit numbers, type {@code ai}. */
    public MessageWriter putInt32s(int... values) {
        beginArray('i');
        int at = reserve(4, bytes(values.length, 4));
        for (int value : values) {
            Wire.putInt(array, at, value, big);
            at += 4;
        }
        return endArray();
    }

    /** A whole array of 64-bit numbers, type {@code ax}. */
    public MessageWriter putInt64s(long... values) {
        beginArray('x');
        int at = reserve(8, bytes(values.length, 8));
        for (long value : values) {
            Wire.putLong(array, at, value, big);
            at += 8;
        }
        return endArray();
    }

    /** A whole array of doubles, type {@code ad}. */
    public MessageWriter putDoubles(double... values) {
        beginArray('d');
        int at = reserve(8, bytes(values.length, 8));
        for (double value : values) {
            Wire.putLong(array, at, Double.doubleToRawLongBits(value), big);
            at += 8;
        }
        endArray();
        return this;
    }

    /**
     * Java values, one for each single complete type of the signature, as the table in {@link Message#body()} maps
     * them.
     *
     * @throws IllegalArgumentException if a value does not fit its type, or if their number does not
     */
    public MessageWriter put(Signature signature, Object... values) {
        Marshal.putAll(this, signature, values);
        return this;
    }

    /** As {@link #put(Signature, Object...)}. */
    public MessageWriter put(String signature, Object... values) {
        return put(Signature.of(signature), values);
    }

    private static int bytes(int count, int size) {
        if (count > Wire.MAX_ARRAY / size) {
            throw new IllegalArgumentException("array of " + count + " elements, at most 64 MiB are allowed");
        }
        return count * size;
    }

    private void putShort(short value) {
        int at = reserve(2, 2);
        Wire.putShort(array, at, value, big);
    }

    void putInt(int value) {
        int at = reserve(4, 4);
        Wire.putInt(array, at, value, big);
    }

    private void putLong(long value) {
        int at = reserve(8, 8);
        Wire.putLong(array, at, value, big);
    }

    private void putText(byte[] bytes, int offset, int length) {
        int at = reserve(4, 4 + length + 1);
        Wire.putInt(array, at, length, big);
        System.arraycopy(bytes, offset, array, at + 4, length);
        array[at + 4 + length] = 0;
    }

    private void signature(Signature signature) {
        byte[] codes = signature.codes();
        int at = reserve(1, codes.length + 2);
        array[at] = (byte) codes.length;
        System.arraycopy(codes, 0, array, at + 1, codes.length);
        array[at + 1 + codes.length] = 0;
    }

    /** Writes the length of the body that ends here; returns that of the message. */
    int endMessage() {
        int header = (Message.FIXED_HEADER + Wire.getInt(array, base + 12, big) + 7) & ~7;
        int length = position - base;
        if (length > Wire.MAX_MESSAGE) {
            throw new IllegalArgumentException("message of " + length + " bytes, at most 128 MiB are allowed");
        }
        patchInt(4, length - header);
        return length;
    }

    /** A header field of text. */
    void putField(HeaderField field, byte[] utf8) {
        fieldType(field);
        putText(utf8, 0, utf8.length);
    }

    /** A header field of a number. */
    void putField(HeaderField field, int number) {
        fieldType(field);
        putInt(number);
    }

    private void fieldType(HeaderField field) {
        int at = reserve(8, 4);
        Wire.putInt(array, at, field.code() | (1 << 8) | (field.type() << 16), false);
    }

    /** Copies values that are marshalled already, for the same alignment and byte order. */
    void putRaw(byte[] bytes, int offset, int length) {
        int at = reserve(1, length);
        System.arraycopy(bytes, offset, array, at, length);
    }

    /** Overwrites a number written before; {@code at} counts from the start of the message. */
    void patchInt(int at, int value) {
        Wire.putInt(array, base + at, value, big);
    }

    /** Writes zeroes up to this alignment. */
    void pad(int alignment) {
        reserve(alignment, 0);
    }

    private void expectNext(char code) {
        if (expecting) {
            cursor.next(code);
        }
    }

    private void expectNext(char code, char orCode) {
        if (expecting) {
            cursor.next(cursor.peek() == orCode ? orCode : code);
        }
    }

    private void push(byte kind) {
        if (depth == Wire.MAX_DEPTH) {
            throw new IllegalArgumentException("containers nest more than 64 deep");
        }
        kinds[depth++] = kind;
    }

    private void pop(char kind) {
        if (depth == 0 || kinds[depth - 1] != kind) {
            throw new IllegalStateException(
                    depth == 0 ? "no container is open" : "the open container is a '" + (char) kinds[depth - 1] + "'");
        }
        depth--;
    }

    /** Pads to the alignment, makes room for {@code size} bytes and passes them; returns the index where they start. */
    private int reserve(int alignment, int size) {
        int from = position;
        int at = base + ((from - base + alignment - 1) & -alignment);
        if (at > limit - size) {
            grow(at, size);
        }
        while (from < at) {
            array[from++] = 0;
        }
        position = at + size;
        return at;
    }

    private void grow(int at, int size) {
        if (!growing) {
            throw BufferFullException.INSTANCE;
        }
        long needed = (long) at + size;
        if (needed > Wire.MAX_MESSAGE) {
            throw new IllegalArgumentException("message of " + needed + " bytes, at most 128 MiB are allowed");
        }
        array = Arrays.copyOf(array, (int) Math.min(Wire.MAX_MESSAGE, Math.max(needed, 2L * array.length)));
        limit = array.length;
    }
}
