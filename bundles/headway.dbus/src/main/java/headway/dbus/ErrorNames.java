package headway.dbus;

/** Names of errors that the specification or the reference implementation gives a meaning. */
public final class ErrorNames {
    private static final String PREFIX = "org.freedesktop.DBus.Error.";

    /** Something went wrong; the text says what. */
    public static final String FAILED = PREFIX + "Failed";
    /** There was not enough memory. */
    public static final String NO_MEMORY = PREFIX + "NoMemory";
    /** The bus could not start a service to provide the name. */
    public static final String SERVICE_UNKNOWN = PREFIX + "ServiceUnknown";
    /** The name has no owner. */
    public static final String NAME_HAS_NO_OWNER = PREFIX + "NameHasNoOwner";
    /** The callee did not answer before it was gone, or before the time was up. */
    public static final String NO_REPLY = PREFIX + "NoReply";
    /** The connection was lost. */
    public static final String DISCONNECTED = PREFIX + "Disconnected";
    /** A limit, such as of names or matches of one peer, is reached. */
    public static final String LIMITS_EXCEEDED = PREFIX + "LimitsExceeded";
    /** The peer may not do this. */
    public static final String ACCESS_DENIED = PREFIX + "AccessDenied";
    /** A person must be asked, and the call did not allow it. */
    public static final String INTERACTIVE_AUTHORIZATION_REQUIRED = PREFIX + "InteractiveAuthorizationRequired";
    /** Nothing happened in time. */
    public static final String TIMEOUT = PREFIX + "Timeout";
    /** The arguments do not fit the method. */
    public static final String INVALID_ARGS = PREFIX + "InvalidArgs";
    /** The object has no such method. */
    public static final String UNKNOWN_METHOD = PREFIX + "UnknownMethod";
    /** There is no object at the path. */
    public static final String UNKNOWN_OBJECT = PREFIX + "UnknownObject";
    /** The object has no such interface. */
    public static final String UNKNOWN_INTERFACE = PREFIX + "UnknownInterface";
    /** The interface has no such property. */
    public static final String UNKNOWN_PROPERTY = PREFIX + "UnknownProperty";
    /** The property cannot be set. */
    public static final String PROPERTY_READ_ONLY = PREFIX + "PropertyReadOnly";
    /** The operation is not supported here. */
    public static final String NOT_SUPPORTED = PREFIX + "NotSupported";
    /** The signature is not valid. */
    public static final String INVALID_SIGNATURE = PREFIX + "InvalidSignature";
    /** The message does not agree with its signature. */
    public static final String INCONSISTENT_MESSAGE = PREFIX + "InconsistentMessage";
    /** The match rule that is to be removed was never added. */
    public static final String MATCH_RULE_NOT_FOUND = PREFIX + "MatchRuleNotFound";
    /** The match rule cannot be parsed. */
    public static final String MATCH_RULE_INVALID = PREFIX + "MatchRuleInvalid";
    /** The process of a peer cannot be told. */
    public static final String UNIX_PROCESS_ID_UNKNOWN = PREFIX + "UnixProcessIdUnknown";
    /** There is already an object at the path. */
    public static final String OBJECT_PATH_IN_USE = PREFIX + "ObjectPathInUse";

    private ErrorNames() {}
}
