package headway.gateway;

import headway.dbus.HeaderField;
import headway.dbus.Message;
import java.nio.ByteBuffer;

/** The hashes of what a message can be found by, each made when it is first asked for. Reused for message after message. */
final class MessageKeys {

    private Message message;
    private byte[] array;
    private long interfaceHash;
    private long memberHash;
    private long pathHash;
    private int argumentAt;
    private int argumentLength;

    private static final int UNKNOWN = -2;
    private static final int NONE = -1;

    MessageKeys reset(Message next) {
        message = next;
        array = next.array();
        interfaceHash = 0;
        memberHash = 0;
        pathHash = 0;
        argumentLength = UNKNOWN;
        return this;
    }

    long interfaceHash() {
        if (interfaceHash == 0) {
            interfaceHash = hash(HeaderField.INTERFACE);
        }
        return interfaceHash;
    }

    long memberHash() {
        if (memberHash == 0) {
            memberHash = hash(HeaderField.MEMBER);
        }
        return memberHash;
    }

    long pathHash() {
        if (pathHash == 0) {
            pathHash = hash(HeaderField.PATH);
        }
        return pathHash;
    }

    /** Of a field that is absent it is one that no rule asks for. */
    private long hash(HeaderField field) {
        int length = message.fieldLength(field);
        return length < 0 ? 1 : Hash.wide(array, message.offset() + message.fieldOffset(field), length);
    }

    int pathLength() {
        return message.fieldLength(HeaderField.PATH);
    }

    /** The length of the path one level up; 0 above the root. */
    int pathAbove(int length) {
        if (length == 1) {
            return 0;
        }
        int from = message.offset() + message.fieldOffset(HeaderField.PATH);
        int at = length - 1;
        while (array[from + at] != '/') {
            at--;
        }
        return Math.max(at, 1);
    }

    long pathHash(int length) {
        return Hash.wide(array, message.offset() + message.fieldOffset(HeaderField.PATH), length);
    }

    /** The length of argument 0 if it is a STRING, otherwise -1. */
    int argumentLength() {
        if (argumentLength == UNKNOWN) {
            argumentLength = NONE;
            if (message.signature().length() > 0 && message.signature().charAt(0) == 's') {
                int at = message.offset() + message.bodyOffset();
                argumentAt = at + 4;
                argumentLength = ByteBuffer.wrap(array).order(message.order()).getInt(at);
            }
        }
        return argumentLength;
    }

    /** The length of the namespace that this one is in; 0 if there is none. */
    int namespaceAbove(int length) {
        int at = length - 1;
        while (at > 0 && array[argumentAt + at] != '.') {
            at--;
        }
        return at;
    }

    long argumentHash(int length) {
        return Hash.wide(array, argumentAt, length);
    }
}
