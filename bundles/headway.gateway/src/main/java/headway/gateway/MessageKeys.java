package headway.gateway;

import headway.dbus.HeaderField;
import headway.dbus.Message;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The hashes of what a message can be found by, each made when it is first asked for. Reused for message after message. */
final class MessageKeys {

    private Message message;
    private byte[] array;
    private long interfaceHash;
    private long memberHash;
    private long pathHash;
    private int argumentAt;
    private int argumentLength;
    private final Levels pathLevels = new Levels();
    private final Levels argumentLevels = new Levels();

    private static final int UNKNOWN = -2;
    private static final int NONE = -1;

    MessageKeys reset(Message next) {
        message = next;
        array = next.array();
        interfaceHash = 0;
        memberHash = 0;
        pathHash = 0;
        argumentLength = UNKNOWN;
        pathLevels.forget();
        argumentLevels.forget();
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

    /** The hashes of the path and of all paths above it. */
    Levels pathLevels() {
        if (!pathLevels.known) {
            int length = Math.max(0, message.fieldLength(HeaderField.PATH));
            int from = message.offset() + message.fieldOffset(HeaderField.PATH);
            pathLevels.find(array, from, length, '/');
            if (length > 1) {
                // The root ends with its slash.
                pathLevels.add(Hash.wide(array, from, 1));
            }
        }
        return pathLevels;
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

    long argumentHash() {
        return Hash.wide(array, argumentAt, argumentLength());
    }

    /** The hashes of argument 0, if it is a STRING, and of all namespaces that it is in. */
    Levels argumentLevels() {
        if (!argumentLevels.known) {
            argumentLevels.find(array, argumentAt, Math.max(0, argumentLength()), '.');
        }
        return argumentLevels;
    }

    /** The hashes of a text and of its beginnings up to each separator. */
    static final class Levels {

        /** A rule has no longer name, so none is looked for. */
        private static final int LONGEST = Limits.RULE_LENGTH;

        private long[] hashes = new long[16];
        private int count;
        private boolean known;

        int count() {
            return count;
        }

        long hash(int i) {
            return hashes[i];
        }

        private void add(long hash) {
            if (count == hashes.length) {
                hashes = Arrays.copyOf(hashes, count * 2);
            }
            hashes[count++] = hash;
        }

        private void find(byte[] array, int from, int length, char separator) {
            known = true;
            long hash = Hash.begin();
            for (int i = 0; i < Math.min(length, LONGEST + 1); i++) {
                if (i > 0 && array[from + i] == separator) {
                    add(Hash.end(hash));
                }
                hash = Hash.step(hash, array[from + i]);
            }
            if (length > 0 && length <= LONGEST) {
                add(Hash.end(hash));
            }
        }

        private void forget() {
            known = false;
            count = 0;
        }
    }
}
