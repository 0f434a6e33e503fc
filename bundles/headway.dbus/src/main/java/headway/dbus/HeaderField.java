package headway.dbus;

/** The header fields the specification names ("Header Fields"), with code and type. Others are ignored by all. */
public enum HeaderField {
    PATH(1, 'o'),
    INTERFACE(2, 's'),
    MEMBER(3, 's'),
    ERROR_NAME(4, 's'),
    REPLY_SERIAL(5, 'u'),
    DESTINATION(6, 's'),
    SENDER(7, 's'),
    SIGNATURE(8, 'g'),
    UNIX_FDS(9, 'u');

    private static final HeaderField[] BY_CODE = values();

    private final byte code;
    private final char type;

    HeaderField(int code, char type) {
        this.code = (byte) code;
        this.type = type;
    }

    /** The byte that names the field on the wire, 1 to 9. */
    public byte code() {
        return code;
    }

    /** The type code of the field's value: {@code o}, {@code s}, {@code g} or {@code u}. */
    public char type() {
        return type;
    }

    /** The field of this code, or null if the specification names none. */
    static HeaderField of(int code) {
        return code > 0 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }
}
