package headway.dbus;

import java.nio.ByteOrder;

/**
 * Puts a message together from Java values. For what is sent rarely; what is sent again and again is made into a
 * {@link MessageTemplate}.
 */
public final class MessageBuilder {
    private static final Object[] NOTHING = {};

    private final MessageType type;
    private int flags;
    private int serial = 1;
    private int replySerial;
    private int unixFds;
    private String path;
    private String interfaceName;
    private String member;
    private String errorName;
    private String destination;
    private String sender;
    private Signature signature = Signature.EMPTY;
    private boolean big;
    private Object[] values = NOTHING;
    private Message rawBody;

    private MessageBuilder(MessageType type) {
        this.type = type;
    }

    /** A signal that this object emits. */
    public static MessageBuilder signal(String path, String interfaceName, String member) {
        return new MessageBuilder(MessageType.SIGNAL).target(path, Names.checkInterface(interfaceName), member);
    }

    /** A call of a method of this object. The interface may be null. */
    public static MessageBuilder call(String path, String interfaceName, String member) {
        return new MessageBuilder(MessageType.METHOD_CALL)
                .target(path, interfaceName == null ? null : Names.checkInterface(interfaceName), member);
    }

    private MessageBuilder target(String toPath, String toInterface, String toMember) {
        path = Names.checkObjectPath(toPath);
        interfaceName = toInterface;
        member = Names.checkMember(toMember);
        return this;
    }

    /** The return of a call, to the one who called. */
    public static MessageBuilder reply(Message call) {
        return new MessageBuilder(MessageType.METHOD_RETURN).answer(call);
    }

    /** A return whose caller is known only when it is sent: for {@link #template()}. */
    public static MessageBuilder reply() {
        return new MessageBuilder(MessageType.METHOD_RETURN);
    }

    /**
     * The error that answers a call, to the one who called.
     *
     * @param text for people, the body's only value; null for no body
     */
    public static MessageBuilder error(Message call, String name, String text) {
        MessageBuilder error = new MessageBuilder(MessageType.ERROR).answer(call);
        error.errorName = Names.checkErrorName(name);
        return text == null ? error : error.body("s", text);
    }

    /** An error whose caller is known only when it is sent: for {@link #template()}. */
    public static MessageBuilder error(String name) {
        MessageBuilder error = new MessageBuilder(MessageType.ERROR);
        error.errorName = Names.checkErrorName(name);
        return error;
    }

    private MessageBuilder answer(Message call) {
        flags = Message.NO_REPLY_EXPECTED;
        replySerial = call.serial();
        destination = call.sender();
        return this;
    }

    /** Everything a message has, its body as raw bytes; unknown header fields are dropped, as a bus must. */
    public static MessageBuilder copyOf(Message message) {
        if (message.type() == MessageType.UNKNOWN) {
            throw new IllegalArgumentException("a message of type " + message.typeCode() + " cannot be built");
        }
        MessageBuilder copy = new MessageBuilder(message.type());
        copy.flags = message.flags();
        copy.serial = message.serial();
        copy.replySerial = message.replySerial();
        copy.unixFds = message.unixFds();
        copy.path = message.path();
        copy.interfaceName = message.interfaceName();
        copy.member = message.member();
        copy.errorName = message.errorName();
        copy.destination = message.destination();
        copy.sender = message.sender();
        copy.signature = message.signature();
        copy.big = message.order() == ByteOrder.BIG_ENDIAN;
        copy.rawBody = message;
        return copy;
    }

    /** All flags, see the constants of {@link Message}. Default 0, in answers {@link Message#NO_REPLY_EXPECTED}. */
    public MessageBuilder flags(int allFlags) {
        flags = allFlags;
        return this;
    }

    /**
     * Default 1.
     *
     * @param number 32 bits, unsigned, not 0
     */
    public MessageBuilder serial(int number) {
        if (number == 0) {
            throw new IllegalArgumentException("serial is 0");
        }
        serial = number;
        return this;
    }

    /** The serial of the call that is answered; 0 for none. */
    public MessageBuilder replySerial(int number) {
        replySerial = number;
        return this;
    }

    /** Number of descriptors that travel with the message; 0 for none. */
    public MessageBuilder unixFds(int count) {
        unixFds = count;
        return this;
    }

    /** The bus name to send to; null for a broadcast. */
    public MessageBuilder destination(String name) {
        destination = name == null ? null : Names.checkBusName(name);
        return this;
    }

    /** The sender's name; null for none. */
    public MessageBuilder sender(String name) {
        sender = name == null ? null : Names.checkBusName(name);
        return this;
    }

    /** Little-endian by default. */
    public MessageBuilder order(ByteOrder order) {
        if (rawBody != null) {
            throw new IllegalStateException("the body was copied in its byte order");
        }
        big = order == ByteOrder.BIG_ENDIAN;
        return this;
    }

    /** The types of the bodies that a template will have. */
    public MessageBuilder signature(String types) {
        return body(Signature.of(types), NOTHING);
    }

    /** The values of the body, one for each type of the signature, as {@link Message#body()} maps them. */
    public MessageBuilder body(String types, Object... bodyValues) {
        return body(Signature.of(types), bodyValues);
    }

    /** As {@link #body(String, Object...)}. */
    public MessageBuilder body(Signature types, Object... bodyValues) {
        signature = types;
        values = bodyValues;
        rawBody = null;
        return this;
    }

    /**
     * The message, with bytes of its own.
     *
     * @throws IllegalArgumentException if the values do not fit the signature or the message becomes too long
     * @throws IllegalStateException if a field is missing that the message type needs
     */
    public Message build() {
        if (replySerial == 0 && (type == MessageType.METHOD_RETURN || type == MessageType.ERROR)) {
            throw new IllegalStateException(type + " without the serial it answers");
        }
        MessageWriter writer = header(serial);
        writer.pad(8);
        if (rawBody == null) {
            writer.put(signature, values);
        } else {
            writer.putRaw(rawBody.array(), rawBody.offset() + rawBody.bodyOffset(), rawBody.bodyLength());
        }
        writer.endMessage();
        return Message.parse(writer.toByteArray());
    }

    /** The header of such messages, prepared; values and serial are not used. */
    public MessageTemplate template() {
        MessageWriter writer = header(0);
        int fieldsEnd = writer.length();
        writer.pad(8);
        return new MessageTemplate(type, writer.toByteArray(), fieldsEnd, signature);
    }

    private MessageWriter header(int number) {
        MessageWriter writer = new MessageWriter();
        writer.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        writer.putByte(big ? Wire.BIG : Wire.LITTLE);
        writer.putByte(type.code()).putByte((byte) flags).putByte(Wire.PROTOCOL_VERSION);
        writer.putInt(0);
        writer.putInt(number);
        writer.beginArray('(');
        put(writer, HeaderField.PATH, path);
        put(writer, HeaderField.INTERFACE, interfaceName);
        put(writer, HeaderField.MEMBER, member);
        put(writer, HeaderField.ERROR_NAME, errorName);
        put(writer, HeaderField.REPLY_SERIAL, replySerial);
        put(writer, HeaderField.DESTINATION, destination);
        put(writer, HeaderField.SENDER, sender);
        if (signature.length() > 0) {
            writer.pad(8);
            writer.putByte(HeaderField.SIGNATURE.code())
                    .beginVariant("g")
                    .putSignature(signature)
                    .endVariant();
        }
        put(writer, HeaderField.UNIX_FDS, unixFds);
        writer.endArray();
        return writer;
    }

    private static void put(MessageWriter writer, HeaderField field, String text) {
        if (text != null) {
            writer.putField(field, Utf8.bytes(text));
        }
    }

    private static void put(MessageWriter writer, HeaderField field, int number) {
        if (number != 0) {
            writer.putField(field, number);
        }
    }
}
