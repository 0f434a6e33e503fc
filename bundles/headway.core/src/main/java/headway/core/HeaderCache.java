package headway.core;

import headway.dbus.Message;
import java.util.Arrays;

/**
 * Headers seen before, found again by their bytes: a stream of signals costs one parse for each different header, not one
 * for each message. Bounded: the newest header takes the place of an older one. Belongs to the bus's owner.
 */
final class HeaderCache {

    /** Headers longer than this are parsed each time: nobody can fill the memory with them. */
    private static final int LONGEST = 512;

    private static final int PLACES = 1 << 12;
    /** Before this are byte order, type, flags and version, then the body's length and the serial, which differ. */
    private static final int FIELDS = 12;

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final Entry[] entries = new Entry[PLACES];

    private static final class Entry {
        private final byte[] bytes;
        private final WireHeader header;

        Entry(byte[] bytes, WireHeader header) {
            this.bytes = bytes;
            this.header = header;
        }
    }

    /**
     * The header of a message.
     *
     * @param length of the whole message, as its fixed header says
     * @return null if messages of this kind are to be ignored
     * @throws headway.dbus.InvalidMessageException if the header is malformed
     * @throws IllegalArgumentException if it is published to what is no topic
     */
    WireHeader get(byte[] a, int at, int length) {
        int size = Bytes.getInt(a, at + FIELDS) + 16;
        // Big-endian headers, replies (each has another serial) and giants are not worth a place.
        if (a[at] != 'l' || a[at + 1] == 2 || a[at + 1] == 3 || size < 16 || size > LONGEST || size > length) {
            return WireHeader.of(Message.parse(a, at, length).copy());
        }
        int place = hash(a, at, size) & (PLACES - 1);
        Entry entry = entries[place];
        if (entry != null && isSame(entry.bytes, a, at, size)) {
            return entry.header;
        }
        WireHeader header = WireHeader.of(Message.parse(a, at, length).copy());
        entries[place] = new Entry(Arrays.copyOfRange(a, at, at + size), header);
        return header;
    }

    private static boolean isSame(byte[] known, byte[] a, int at, int size) {
        return known.length == size
                && Bytes.getInt(known, 0) == Bytes.getInt(a, at)
                && Arrays.equals(known, FIELDS, size, a, at + FIELDS, at + size);
    }

    private static int hash(byte[] a, int at, int size) {
        long h = Bytes.getInt(a, at);
        int end = at + size;
        int i = at + FIELDS;
        for (; i + 8 <= end; i += 8) {
            h = (h ^ Bytes.getLong(a, i)) * MIX;
            h ^= h >>> 29;
        }
        for (; i < end; i++) {
            h = (h ^ a[i]) * MIX;
        }
        return (int) (h >>> 40);
    }
}
