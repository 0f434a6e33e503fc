package headway.dbus;

/**
 * Walks values in a byte range and checks whatever it passes: bounds, padding, booleans, strings, nesting. It never
 * looks beyond {@code end}, and it knows no signature: whoever calls it says what comes next.
 */
final class WireReader {
    private byte[] array;
    private int base;
    private boolean big;
    private int position;
    private int end;

    /**
     * Starts to read the bytes in {@code [position, end)}.
     *
     * @param base index of the first byte of the message: alignment and reported offsets count from there
     */
    WireReader reset(byte[] array, int base, int position, int end, boolean big) {
        this.array = array;
        this.base = base;
        this.position = position;
        this.end = end;
        this.big = big;
        return this;
    }

    byte[] array() {
        return array;
    }

    boolean big() {
        return big;
    }

    int position() {
        return position;
    }

    int end() {
        return end;
    }

    boolean atEnd() {
        return position == end;
    }

    InvalidMessageException invalid(String what, int at) {
        return new InvalidMessageException(what, at - base);
    }

    /** Passes the padding before a value of this alignment; padding must be zero. */
    void align(int alignment) {
        int to = base + ((position - base + alignment - 1) & -alignment);
        if (to == position) {
            return;
        }
        if (to > end) {
            throw invalid("data ends inside padding", position);
        }
        for (int at = position; at < to; at++) {
            if (array[at] != 0) {
                throw invalid("padding is not zero", at);
            }
        }
        position = to;
    }

    /** Passes a value of {@code size} bytes aligned to its size; returns the index where it starts. */
    int fixed(int size) {
        align(size);
        return take(size);
    }

    private int take(int size) {
        int at = position;
        if (size > end - at) {
            throw invalid("data ends inside a value of " + size + " bytes", at);
        }
        position = at + size;
        return at;
    }

    byte getByte() {
        return array[take(1)];
    }

    short getShort() {
        return Wire.getShort(array, fixed(2), big);
    }

    int getInt() {
        return Wire.getInt(array, fixed(4), big);
    }

    long getLong() {
        return Wire.getLong(array, fixed(8), big);
    }

    boolean getBoolean() {
        int value = getInt();
        if ((value & ~1) != 0) {
            throw invalid("boolean is " + Integer.toUnsignedString(value) + ", only 0 and 1 are allowed", position - 4);
        }
        return value == 1;
    }

    /** Passes a STRING; returns its length in bytes, they end one before {@link #position()}. */
    int string() {
        int length = text(getInt(), "string");
        int from = position - 1 - length;
        int bad = Utf8.firstInvalid(array, from, from + length);
        if (bad >= 0) {
            throw invalid(array[bad] == 0 ? "string contains a NUL" : "string is not valid UTF-8", bad);
        }
        return length;
    }

    /** Passes an OBJECT_PATH; returns its length as {@link #string()} does. */
    int objectPath() {
        int length = text(getInt(), "object path");
        int from = position - 1 - length;
        String problem = Names.objectPathProblem(array, from, length);
        if (problem != null) {
            throw invalid("object path " + problem, from);
        }
        return length;
    }

    /** Passes a SIGNATURE and returns it. */
    Signature signature() {
        int length = text(getByte() & 0xFF, "signature");
        int from = position - 1 - length;
        try {
            return Signature.of(array, from, length);
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage(), from);
        }
    }

    private int text(int length, String what) {
        int from = position;
        if (length < 0 || length >= end - from) {
            throw invalid(
                    what + " of " + Integer.toUnsignedString(length) + " bytes and a NUL runs over the end, "
                            + (end - from) + " bytes are left",
                    from);
        }
        if (array[from + length] != 0) {
            throw invalid(what + " does not end with a NUL", from + length);
        }
        position = from + length + 1;
        return length;
    }

    /** Passes the length of an array and the padding before its first element; returns the index where it ends. */
    int arrayEnd(int elementCode) {
        int length = getInt();
        int at = position - 4;
        if (length < 0 || length > Wire.MAX_ARRAY) {
            throw invalid("array of " + Integer.toUnsignedString(length) + " bytes, at most 64 MiB are allowed", at);
        }
        align(Type.alignment(elementCode));
        if (length > end - position) {
            throw invalid("array of " + length + " bytes runs over the end, " + (end - position) + " are left", at);
        }
        int size = Type.size(elementCode);
        if (size > 1 && (length & (size - 1)) != 0) {
            throw invalid("array of " + length + " bytes does not hold whole elements of " + size, at);
        }
        return position + length;
    }

    /** Makes {@code to}, an index not behind the end, the new end; returns the old one for {@link #leave}. */
    int enter(int to) {
        int outer = end;
        end = to;
        return outer;
    }

    void leave(int outer) {
        end = outer;
    }

    void moveTo(int index) {
        position = index;
    }

    /** The signature of a variant: exactly one complete type. */
    Signature variant() {
        int at = position;
        Signature signature = signature();
        if (!signature.isSingle()) {
            throw invalid("variant of signature '" + signature + "', which is not one complete type", at);
        }
        return signature;
    }

    void checkDepth(int depth) {
        if (depth > Wire.MAX_DEPTH) {
            throw invalid("containers nest more than 64 deep", position);
        }
    }

    /** Passes and checks all values of a signature. */
    void skip(Signature signature) {
        int length = signature.length();
        for (int at = 0; at < length; at = signature.next(at)) {
            skip(signature, at, 0);
        }
    }

    /**
     * Passes and checks one value.
     *
     * @param at index of its type in the signature
     * @param depth number of containers around it
     */
    void skip(Signature signature, int at, int depth) {
        switch (signature.codes()[at]) {
            case 'y' -> take(1);
            case 'n', 'q' -> fixed(2);
            case 'i', 'u', 'h' -> fixed(4);
            case 'x', 't', 'd' -> fixed(8);
            case 'b' -> getBoolean();
            case 's' -> string();
            case 'o' -> objectPath();
            case 'g' -> signature();
            case 'v' -> {
                checkDepth(depth + 1);
                skip(variant(), 0, depth + 1);
            }
            case 'a' -> skipArray(signature, at + 1, depth + 1);
            default -> skipMembers(signature, at, depth + 1);
        }
    }

    private void skipArray(Signature signature, int element, int depth) {
        checkDepth(depth);
        byte code = signature.codes()[element];
        int to = arrayEnd(code);
        if (Type.size(code) > 0 && code != 'b') {
            position = to;
            return;
        }
        int outer = enter(to);
        while (position < to) {
            skip(signature, element, depth);
        }
        leave(outer);
    }

    private void skipMembers(Signature signature, int at, int depth) {
        checkDepth(depth);
        align(8);
        int close = signature.next(at) - 1;
        for (int member = at + 1; member < close; member = signature.next(member)) {
            skip(signature, member, depth);
        }
    }
}
