package headway.bus;

/** The one answer of a call that failed: an error the other side named, or one of the names below. */
public final class CallException extends Exception {

    private static final long serialVersionUID = 1L;

    /** No answer within the deadline. */
    public static final String NO_REPLY = "org.freedesktop.DBus.Error.NoReply";

    /** Nobody owns the name. */
    public static final String SERVICE_UNKNOWN = "org.freedesktop.DBus.Error.ServiceUnknown";

    /** There is no such object, interface or method. */
    public static final String UNKNOWN_METHOD = "org.freedesktop.DBus.Error.UnknownMethod";

    /** The other side failed without a name of its own for it. */
    public static final String FAILED = "org.freedesktop.DBus.Error.Failed";

    /** The other side died, or left the bus, before it answered. */
    public static final String PEER_DIED = "org.headway.Error.PeerDied";

    /** No transport reaches the other side any more. */
    public static final String UNREACHABLE = "org.headway.Error.Unreachable";

    /** The bus was closed here before the answer came. */
    public static final String CLOSED = "org.headway.Error.Closed";

    private final String errorName;
    private final String text;

    /**
     * An answer that is an error.
     *
     * @param errorName a D-Bus error name
     * @param text for people
     */
    public CallException(String errorName, String text) {
        super(errorName + ": " + text);
        this.text = text;
        this.errorName = errorName;
    }

    /** The D-Bus error name. */
    public String errorName() {
        return errorName;
    }

    /** The text for people, without the name. */
    public String text() {
        return text;
    }
}
