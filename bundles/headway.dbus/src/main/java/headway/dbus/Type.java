package headway.dbus;

/** The type codes of the type system ("Type System", "Summary of D-Bus marshaling"). */
public enum Type {
    BYTE('y', 1, 1),
    BOOLEAN('b', 4, 4),
    INT16('n', 2, 2),
    UINT16('q', 2, 2),
    INT32('i', 4, 4),
    UINT32('u', 4, 4),
    INT64('x', 8, 8),
    UINT64('t', 8, 8),
    DOUBLE('d', 8, 8),
    UNIX_FD('h', 4, 4),
    STRING('s', 4, 0),
    OBJECT_PATH('o', 4, 0),
    SIGNATURE('g', 1, 0),
    ARRAY('a', 4, 0),
    STRUCT('(', 8, 0),
    DICT_ENTRY('{', 8, 0),
    VARIANT('v', 1, 0);

    private static final Type[] BY_CODE = new Type[128];
    private static final byte[] ALIGNMENT = new byte[128];
    private static final byte[] SIZE = new byte[128];

    static {
        for (Type type : values()) {
            BY_CODE[type.code] = type;
            ALIGNMENT[type.code] = (byte) type.alignment;
            SIZE[type.code] = (byte) type.size;
        }
    }

    private final char code;
    private final int alignment;
    private final int size;

    Type(char code, int alignment, int size) {
        this.code = code;
        this.alignment = alignment;
        this.size = size;
    }

    /** The first character of the type in a signature. */
    public char code() {
        return code;
    }

    /** Bytes to which a value is aligned, counted from the start of the message: 1, 2, 4 or 8. */
    public int alignment() {
        return alignment;
    }

    /** Bytes of every value of the type, or 0 if they differ. */
    public int size() {
        return size;
    }

    /** Whether values may be the key of a dictionary: all types but the four containers. */
    public boolean isBasic() {
        return this != ARRAY && this != STRUCT && this != DICT_ENTRY && this != VARIANT;
    }

    /** The type that starts with this character, or null. */
    public static Type of(char code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** {@link #alignment()} of a code known to be valid. */
    static int alignment(int code) {
        return ALIGNMENT[code];
    }

    /** {@link #size()} of a code known to be valid. */
    static int size(int code) {
        return SIZE[code];
    }
}
