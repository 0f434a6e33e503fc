package headway.dbus;

/** What a message is for ("Message Format", second byte of the header). */
public enum MessageType {
    /**
     * A type this version of the protocol does not know; such a message must be ignored. Never built, only received.
     */
    UNKNOWN(0, "unknown"),
    METHOD_CALL(1, "method_call"),
    METHOD_RETURN(2, "method_return"),
    ERROR(3, "error"),
    SIGNAL(4, "signal");

    private static final MessageType[] BY_CODE = {UNKNOWN, METHOD_CALL, METHOD_RETURN, ERROR, SIGNAL};

    private final byte code;
    private final String text;

    MessageType(int code, String text) {
        this.code = (byte) code;
        this.text = text;
    }

    /** The byte in the header; 0 for {@link #UNKNOWN}. */
    public byte code() {
        return code;
    }

    /** The type of this code, {@link #UNKNOWN} for every code the specification does not name. */
    public static MessageType of(int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
    }

    /** The name as match rules have it, such as {@code method_call}. */
    @Override
    public String toString() {
        return text;
    }
}
