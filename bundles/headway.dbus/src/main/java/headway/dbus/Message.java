package headway.dbus;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A D-Bus message ("Message Format"): a lazy view of bytes that somebody else holds. {@link #parse} looks at the header
 * once and keeps only where its fields are; a field or a body that nobody reads costs nothing.
 *
 * <p>The bytes must not change while the message is used; {@link #copy} gives one with bytes of its own. Apart from
 * that it is immutable: once handed over to other threads, as by a queue, any of them may use it at any time. What lazy
 * decoding meets that is not valid is an {@link InvalidMessageException} from any accessor; after {@link #validate()}
 * no accessor throws.
 */
public final class Message {
    /** "Message Format": the most bytes of a message, header and body together. */
    public static final int MAX_LENGTH = Wire.MAX_MESSAGE;
    /** Bytes that {@link #length} needs. */
    public static final int FIXED_HEADER = 16;
    /** What {@link #length} says if it has fewer bytes. */
    public static final int NEED_MORE = -1;

    /** Flag: no reply is expected. */
    public static final int NO_REPLY_EXPECTED = 1;
    /** Flag: the bus must not start an owner for the destination. */
    public static final int NO_AUTO_START = 2;
    /** Flag: the caller is prepared to wait for a person to be asked. */
    public static final int ALLOW_INTERACTIVE_AUTHORIZATION = 4;

    /** The low three bytes behind a known field's code: a signature of one type, then its NUL. */
    private static final int[] FIELD_TYPES = fieldTypes();
    /** By message type the fields it must have, as bits of their codes ("Message Types"). */
    private static final int[] REQUIRED = {
        0,
        bit(HeaderField.PATH) | bit(HeaderField.MEMBER),
        bit(HeaderField.REPLY_SERIAL),
        bit(HeaderField.ERROR_NAME) | bit(HeaderField.REPLY_SERIAL),
        bit(HeaderField.PATH) | bit(HeaderField.INTERFACE) | bit(HeaderField.MEMBER)
    };

    private static final Signature VARIANT = Signature.of("v");
    private static final byte[] LOCAL_PATH = Utf8.bytes("/org/freedesktop/DBus/Local");
    private static final byte[] LOCAL_INTERFACE = Utf8.bytes("org.freedesktop.DBus.Local");

    private final byte[] array;
    private final int offset;
    private final int length;
    private final boolean big;
    private final int serial;
    private final int bodyAt;
    private int present;

    // Where the bytes of each field's text start, counted from the message; numbers are kept as such.
    private int pathAt;
    private int interfaceAt;
    private int memberAt;
    private int errorNameAt;
    private int destinationAt;
    private int senderAt;
    private int signatureAt;
    private int replySerial;
    private int unixFds;

    private String path;
    private String interfaceName;
    private String member;
    private String errorName;
    private String destination;
    private String sender;
    private Signature signature;

    private Message(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
        big = array[offset] == Wire.BIG;
        if (array[offset + 1] == 0) {
            throw new InvalidMessageException("message type is 0", 1);
        }
        serial = Wire.getInt(array, offset + 8, big);
        if (serial == 0) {
            throw new InvalidMessageException("serial is 0", 8);
        }
        int fieldsEnd = FIXED_HEADER + Wire.getInt(array, offset + 12, big);
        bodyAt = (fieldsEnd + 7) & ~7;
        parseFields(offset + fieldsEnd);
        int missing = REQUIRED[type().code()] & ~present;
        if (missing != 0) {
            HeaderField field = HeaderField.of(Integer.numberOfTrailingZeros(missing));
            throw new InvalidMessageException(type() + " without " + field, FIXED_HEADER);
        }
        if (bodyAt < length && fieldLength(HeaderField.SIGNATURE) <= 0) {
            throw new InvalidMessageException("body of " + (length - bodyAt) + " bytes without a signature", bodyAt);
        }
    }

    /**
     * The length of the message that starts here, from its first {@link #FIXED_HEADER} bytes; it may be more than is
     * available.
     *
     * @param available bytes from {@code offset} on that may be read
     * @return bytes of the whole message, or {@link #NEED_MORE}
     * @throws InvalidMessageException if no message can start like this
     */
    public static int length(byte[] array, int offset, int available) {
        Objects.checkFromIndexSize(offset, available, array.length);
        if (available < FIXED_HEADER) {
            return NEED_MORE;
        }
        byte order = array[offset];
        if (order != Wire.LITTLE && order != Wire.BIG) {
            throw new InvalidMessageException("byte order is " + (order & 0xFF) + ", only 'l' and 'B' are known", 0);
        }
        if (array[offset + 3] != Wire.PROTOCOL_VERSION) {
            throw new InvalidMessageException(
                    "protocol version is " + (array[offset + 3] & 0xFF) + ", only 1 is known", 3);
        }
        boolean big = order == Wire.BIG;
        long body = Integer.toUnsignedLong(Wire.getInt(array, offset + 4, big));
        long fields = Integer.toUnsignedLong(Wire.getInt(array, offset + 12, big));
        if (fields > Wire.MAX_ARRAY) {
            throw new InvalidMessageException("header fields of " + fields + " bytes, at most 64 MiB are allowed", 12);
        }
        long total = ((FIXED_HEADER + fields + 7) & ~7L) + body;
        if (total > Wire.MAX_MESSAGE) {
            throw new InvalidMessageException("message of " + total + " bytes, at most 128 MiB are allowed", 4);
        }
        return (int) total;
    }

    /**
     * The message in these bytes, header checked, names and body not.
     *
     * @param length bytes of the message, neither more nor less
     * @throws InvalidMessageException if they are no message
     */
    public static Message parse(byte[] array, int offset, int length) {
        int total = length(array, offset, length);
        if (total != length) {
            throw new InvalidMessageException(
                    total == NEED_MORE
                            ? length + " bytes are no message, its fixed header takes 16"
                            : "header says " + total + " bytes, there are " + length,
                    Math.max(0, Math.min(length, total)));
        }
        return new Message(array, offset, length);
    }

    /** As {@link #parse(byte[], int, int)}, with all of an array. */
    public static Message parse(byte[] array) {
        return parse(array, 0, array.length);
    }

    private void parseFields(int end) {
        byte[] a = array;
        int at = offset + FIXED_HEADER;
        while (at < end) {
            at = zeroes(at, end);
            if (end - at < 4) {
                throw invalid("header fields end inside a field", at);
            }
            int code = a[at] & 0xFF;
            if (code >= FIELD_TYPES.length) {
                at = skipUnknown(at, end);
                continue;
            }
            if ((present & (1 << code)) != 0) {
                throw invalid("header field " + HeaderField.of(code) + " appears twice", at);
            }
            if (Wire.getInt(a, at, false) >>> 8 != FIELD_TYPES[code]) {
                throw invalid(
                        code == 0
                                ? "header field code is 0"
                                : "header field " + HeaderField.of(code) + " has the wrong type",
                        at);
            }
            present |= 1 << code;
            at = known(code, at + 4, end);
        }
        zeroes(end, offset + bodyAt);
    }

    /** Notes a known field whose value starts at {@code at}; returns the index after it. */
    private int known(int code, int at, int end) {
        int text;
        int size;
        switch (code) {
            case 5, 9 -> {
                if (end - at < 4) {
                    throw invalid("header fields end inside " + HeaderField.of(code), at);
                }
                int number = Wire.getInt(array, at, big);
                if (code == 9) {
                    unixFds = number;
                } else if (number == 0) {
                    throw invalid("reply serial is 0", at);
                } else {
                    replySerial = number;
                }
                return at + 4;
            }
            case 8 -> {
                text = at + 1;
                size = end > at ? array[at] & 0xFF : 0;
            }
            default -> {
                text = at + 4;
                size = end - at >= 4 ? Wire.getInt(array, at, big) : 0;
            }
        }
        if (size < 0 || size >= end - text) {
            throw invalid("text of header field " + HeaderField.of(code) + " runs over the end", at);
        }
        if (array[text + size] != 0) {
            throw invalid("text of header field " + HeaderField.of(code) + " does not end with a NUL", text + size);
        }
        int start = text - offset;
        switch (code) {
            case 1 -> pathAt = start;
            case 2 -> interfaceAt = start;
            case 3 -> memberAt = start;
            case 4 -> errorNameAt = start;
            case 6 -> destinationAt = start;
            case 7 -> senderAt = start;
            default -> signatureAt = start;
        }
        return text + size + 1;
    }

    private int skipUnknown(int at, int end) {
        WireReader reader = new WireReader().reset(array, offset, at + 1, end, big);
        reader.skip(VARIANT, 0, 2);
        return reader.position();
    }

    /** Passes the padding to the next multiple of eight. */
    private int zeroes(int from, int end) {
        int to = offset + ((from - offset + 7) & ~7);
        if (to > end) {
            throw invalid("header fields end inside padding", from);
        }
        for (int at = from; at < to; at++) {
            if (array[at] != 0) {
                throw invalid("padding is not zero", at);
            }
        }
        return to;
    }

    private InvalidMessageException invalid(String what, int at) {
        return new InvalidMessageException(what, at - offset);
    }

    public MessageType type() {
        return MessageType.of(typeCode());
    }

    /** The byte of the type; above 4 it is {@link MessageType#UNKNOWN}, and the message must be ignored. */
    public int typeCode() {
        return array[offset + 1] & 0xFF;
    }

    /** All eight flags, also those that the specification does not name. */
    public int flags() {
        return array[offset + 2] & 0xFF;
    }

    /** Whether the sender wants an answer: a method call without {@link #NO_REPLY_EXPECTED}. */
    public boolean expectsReply() {
        return typeCode() == MessageType.METHOD_CALL.code() && (flags() & NO_REPLY_EXPECTED) == 0;
    }

    /** The sender's number for this message: 32 bits, unsigned, never 0. */
    public int serial() {
        return serial;
    }

    /** The serial of the call that is answered, or 0 if the field is absent. */
    public int replySerial() {
        return replySerial;
    }

    /** Number of descriptors that travel with the message, unsigned; 0 if the field is absent. */
    public int unixFds() {
        return unixFds;
    }

    public ByteOrder order() {
        return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /** The object path sent to or emitted from, or null. */
    public String path() {
        if (path == null && pathAt != 0) {
            path = text(HeaderField.PATH, Names::objectPathProblem);
        }
        return path;
    }

    /** The interface, or null; a method call may do without. */
    public String interfaceName() {
        if (interfaceName == null && interfaceAt != 0) {
            interfaceName = text(HeaderField.INTERFACE, Names::interfaceProblem);
        }
        return interfaceName;
    }

    /** The method or signal, or null. */
    public String member() {
        if (member == null && memberAt != 0) {
            member = text(HeaderField.MEMBER, Names::memberProblem);
        }
        return member;
    }

    /** The name of the error, or null. */
    public String errorName() {
        if (errorName == null && errorNameAt != 0) {
            errorName = text(HeaderField.ERROR_NAME, Names::interfaceProblem);
        }
        return errorName;
    }

    /** The bus name sent to, or null for a broadcast. */
    public String destination() {
        if (destination == null && destinationAt != 0) {
            destination = text(HeaderField.DESTINATION, Names::busNameProblem);
        }
        return destination;
    }

    /** The sender's unique name, or null if no bus has stamped it yet. */
    public String sender() {
        if (sender == null && senderAt != 0) {
            sender = text(HeaderField.SENDER, Names::busNameProblem);
        }
        return sender;
    }

    /** The types of the body; {@link Signature#EMPTY} if the field is absent. */
    public Signature signature() {
        if (signature == null) {
            signature = signatureAt == 0
                    ? Signature.EMPTY
                    : new WireReader()
                            .reset(array, offset, offset + signatureAt - 1, offset + bodyAt, big)
                            .signature();
        }
        return signature;
    }

    private String text(HeaderField field, Names.Rule rule) {
        checkText(field, rule);
        return Utf8.string(array, offset + fieldOffset(field), fieldLength(field));
    }

    /** Whether the header has this field. */
    public boolean has(HeaderField field) {
        return (present & bit(field)) != 0;
    }

    /**
     * Where the text of a field starts, bytes from the start of the message; -1 if it is absent or no text. The text is
     * not checked to be a valid name.
     */
    public int fieldOffset(HeaderField field) {
        int at = switch (field) {
            case PATH -> pathAt;
            case INTERFACE -> interfaceAt;
            case MEMBER -> memberAt;
            case ERROR_NAME -> errorNameAt;
            case DESTINATION -> destinationAt;
            case SENDER -> senderAt;
            case SIGNATURE -> signatureAt;
            case REPLY_SERIAL, UNIX_FDS -> 0;
        };
        return at == 0 ? -1 : at;
    }

    /** Bytes of the text of a field, without its NUL; -1 if it is absent or no text. */
    public int fieldLength(HeaderField field) {
        int at = fieldOffset(field);
        if (at < 0) {
            return -1;
        }
        return field == HeaderField.SIGNATURE
                ? array[offset + at - 1] & 0xFF
                : Wire.getInt(array, offset + at - 4, big);
    }

    /** Whether a field is there and has exactly this text; makes no String. */
    public boolean matches(HeaderField field, byte[] utf8) {
        int at = fieldOffset(field);
        return at >= 0
                && fieldLength(field) == utf8.length
                && Arrays.equals(array, offset + at, offset + at + utf8.length, utf8, 0, utf8.length);
    }

    /**
     * The value of any header field by its code, known or not; null if it is absent.
     *
     * @param code 1 to 255
     */
    public Variant field(int code) {
        WireReader reader = new WireReader().reset(array, offset, offset + FIXED_HEADER, offset + bodyAt, big);
        reader.enter(offset + FIXED_HEADER + Wire.getInt(array, offset + 12, big));
        while (!reader.atEnd()) {
            reader.align(8);
            int found = reader.getByte() & 0xFF;
            if (found == code) {
                return (Variant) Marshal.get(reader, VARIANT, 0, 2);
            }
            reader.skip(VARIANT, 0, 2);
        }
        return null;
    }

    /** Where the body starts, bytes from the start of the message; a multiple of 8. */
    public int bodyOffset() {
        return bodyAt;
    }

    /** Bytes of the body. */
    public int bodyLength() {
        return length - bodyAt;
    }

    /**
     * The values of the body, one for each type of the signature, decoded anew and checked with each call.
     *
     * <table>
     * <caption>Types and Java values</caption>
     * <tr><td>y b n i x d s</td><td>Byte, Boolean, Short, Integer, Long, Double, String</td></tr>
     * <tr><td>q u</td><td>Integer, Long, so that every value is positive</td></tr>
     * <tr><td>t</td><td>Long, all 64 bits, to be read as unsigned ({@link Long#toUnsignedString(long)})</td></tr>
     * <tr><td>o g h v</td><td>{@link ObjectPath}, {@link Signature}, {@link UnixFd}, {@link Variant}</td></tr>
     * <tr><td>ay</td><td>byte[]</td></tr>
     * <tr><td>a</td><td>List; also written from Iterable, Object[], short[] an, int[] ai, long[] ax, double[] ad</td></tr>
     * <tr><td>a{}</td><td>LinkedHashMap in wire order; of equal keys the last one counts</td></tr>
     * <tr><td>()</td><td>{@link Struct}; also written from a List</td></tr>
     * </table>
     *
     * @throws InvalidMessageException if the body does not follow its signature
     */
    public List<Object> body() {
        WireReader reader = bodyReader();
        List<Object> values = Marshal.getAll(reader, signature());
        checkEnd(reader);
        return values;
    }

    /** Typed reads of the body, in order. */
    public BodyReader reader() {
        return new BodyReader().reset(this);
    }

    WireReader bodyReader() {
        return bodyReader(new WireReader());
    }

    WireReader bodyReader(WireReader reader) {
        return reader.reset(array, offset, offset + bodyAt, offset + length, big);
    }

    /**
     * Checks everything: names, body, and that nobody forges what only a connection's own end may say ("Reserved path"
     * and interface {@code org.freedesktop.DBus.Local}).
     *
     * @return this
     * @throws InvalidMessageException for the first fault found
     */
    public Message validate() {
        checkText(HeaderField.PATH, Names::objectPathProblem);
        checkText(HeaderField.INTERFACE, Names::interfaceProblem);
        checkText(HeaderField.MEMBER, Names::memberProblem);
        checkText(HeaderField.ERROR_NAME, Names::interfaceProblem);
        checkText(HeaderField.DESTINATION, Names::busNameProblem);
        checkText(HeaderField.SENDER, Names::busNameProblem);
        if (matches(HeaderField.PATH, LOCAL_PATH)) {
            throw new InvalidMessageException("PATH is reserved for a connection's own use", pathAt);
        }
        if (matches(HeaderField.INTERFACE, LOCAL_INTERFACE)) {
            throw new InvalidMessageException("INTERFACE is reserved for a connection's own use", interfaceAt);
        }
        WireReader reader = bodyReader();
        reader.skip(signature());
        checkEnd(reader);
        return this;
    }

    /** Checks a text of the header, if it is there, without decoding it. */
    private void checkText(HeaderField field, Names.Rule rule) {
        int size = fieldLength(field);
        if (size >= 0) {
            int from = offset + fieldOffset(field);
            String problem = rule.problem(array, from, size);
            if (problem != null) {
                throw invalid(field + " " + problem, from);
            }
        }
    }

    private static void checkEnd(WireReader reader) {
        if (!reader.atEnd()) {
            throw reader.invalid("body goes on after its last value", reader.position());
        }
    }

    /** The array that holds the bytes; do not write to it. */
    public byte[] array() {
        return array;
    }

    /** Index of the first byte in {@link #array()}. */
    public int offset() {
        return offset;
    }

    /** Bytes of the whole message. */
    public int length() {
        return length;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /**
     * Copies the bytes; returns the index after them.
     *
     * @throws IndexOutOfBoundsException if there is no room
     */
    public int copyTo(byte[] target, int at) {
        System.arraycopy(array, offset, target, at, length);
        return at + length;
    }

    /** The same message over bytes of its own, which outlives the array it was parsed from. */
    public Message copy() {
        return new Message(bytes(), 0, length);
    }

    /** One line for logs: type, serials and names, not the body. Never throws. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(96).append(type()).append(" serial=");
        line.append(Integer.toUnsignedString(serial));
        if (replySerial != 0) {
            line.append(" reply_serial=").append(Integer.toUnsignedString(replySerial));
        }
        for (HeaderField field : HeaderField.values()) {
            if (fieldOffset(field) >= 0) {
                line.append(' ').append(field.name().toLowerCase(Locale.ROOT)).append('=');
                line.append(Utf8.string(array, offset + fieldOffset(field), fieldLength(field)));
            }
        }
        return line.append(" body=").append(bodyLength()).toString();
    }

    private static int bit(HeaderField field) {
        return 1 << field.code();
    }

    private static int[] fieldTypes() {
        int[] types = new int[HeaderField.values().length + 1];
        types[0] = -1;
        for (HeaderField field : HeaderField.values()) {
            types[field.code()] = 1 | (field.type() << 8);
        }
        return types;
    }
}
