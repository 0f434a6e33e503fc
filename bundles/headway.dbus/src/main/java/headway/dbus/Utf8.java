package headway.dbus;

import java.nio.charset.StandardCharsets;

/**
 * Strict UTF-8, as "Marshaling Basic Types", STRING, asks: no overlong forms, no surrogates, nothing above U+10FFFF,
 * and no NUL inside. Noncharacters are allowed.
 */
final class Utf8 {
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** Index of the first byte in {@code [from, to)} that is NUL or breaks UTF-8, or -1 if all is well. */
    static int firstInvalid(byte[] array, int from, int to) {
        int at = from;
        // Eight bytes at once while all are 0x01..0x7F: a high bit or the borrow of a zero byte shows in one mask.
        while (to - at >= 8) {
            long eight = Wire.getLong(array, at, false);
            if (((eight | (eight - LOW_BITS)) & HIGH_BITS) != 0) {
                break;
            }
            at += 8;
        }
        while (at < to) {
            int first = array[at];
            if (first > 0) {
                at++;
                continue;
            }
            int length = sequence(array, at, to);
            if (length == 0) {
                return at;
            }
            at += length;
        }
        return -1;
    }

    /** Length of the valid multi-byte sequence at {@code at}, or 0. */
    private static int sequence(byte[] array, int at, int to) {
        int first = array[at] & 0xFF;
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (to - at < length) {
            return 0;
        }
        // The second byte carries the limits that shut out overlong forms, surrogates and what is above U+10FFFF.
        int second = array[at + 1] & 0xFF;
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((array[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /**
     * Bytes that {@code text} takes, or -1 if it has a NUL or a lone surrogate. May be above {@code Integer.MAX_VALUE}.
     */
    static long length(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return -1;
            } else if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return -1;
            }
        }
        return bytes;
    }

    /**
     * Writes {@code text}, whose {@link #length} was asked before, from its character {@code i} on; returns the end.
     */
    static int encode(String text, int i, byte[] array, int at) {
        int out = at;
        for (int in = i; in < text.length(); in++) {
            char c = text.charAt(in);
            if (c < 0x80) {
                array[out++] = (byte) c;
            } else if (c < 0x800) {
                array[out++] = (byte) (0xC0 | (c >> 6));
                array[out++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                array[out++] = (byte) (0xE0 | (c >> 12));
                array[out++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                array[out++] = (byte) (0x80 | (c & 0x3F));
            } else {
                int point = Character.toCodePoint(c, text.charAt(++in));
                array[out++] = (byte) (0xF0 | (point >> 18));
                array[out++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                array[out++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                array[out++] = (byte) (0x80 | (point & 0x3F));
            }
        }
        return out;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String string(byte[] array, int from, int length) {
        return new String(array, from, length, StandardCharsets.UTF_8);
    }
}
