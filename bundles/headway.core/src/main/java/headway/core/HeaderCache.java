package headway.core;

import headway.dbus.Message;
import java.util.Arrays;

/**
 * Headers seen before, found again by their bytes: a stream of signals costs one parse for each different header, not one
 * for each message. A header has one of four places; where all are taken it takes that of the oldest, and where that happens
 * often there will be more places, up to a bound. Belongs to the bus's owner.
 */
final class HeaderCache {

    /** Headers longer than this are parsed each time: nobody can fill the memory with them. */
    private static final int LONGEST = 512;

    private static final int WAYS = 4;
    private static final int FIRST_PLACES = 1 << 10;
    private static final int MOST_PLACES = 1 << 14;

    /** Before this are byte order, type, flags and version, then the body's length and the serial, which differ. */
    private static final int FIELDS = 12;

    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** Beside each other, so that looking through the places of a header touches nothing else. */
    private int[] hashes = new int[FIRST_PLACES];

    private WireHeader[] headers = new WireHeader[FIRST_PLACES];

    /** So many lost their place since there were more of them. */
    private int lost;

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
            return WireHeader.of(Message.parse(a, at, length));
        }
        int hash = hash(a, at, size);
        int first = firstPlace(hash);
        for (int place = first; place < first + WAYS; place++) {
            if (hashes[place] == hash && isSame(headers[place], a, at, size)) {
                return headers[place];
            }
        }
        // All of it is checked, and only its header is kept.
        WireHeader header = WireHeader.of(Message.parse(a, at, length));
        if (header != null) {
            header = WireHeader.of(withoutBody(a, at, size));
            put(hash, header);
            if (lost > headers.length / 8 && headers.length < MOST_PLACES) {
                grow();
            }
        }
        return header;
    }

    private static Message withoutBody(byte[] a, int at, int size) {
        byte[] bytes = new byte[Bytes.align8(size)];
        System.arraycopy(a, at, bytes, 0, size);
        Bytes.putInt(bytes, 4, 0);
        return Message.parse(bytes);
    }

    private int firstPlace(int hash) {
        return hash & (headers.length - WAYS);
    }

    private void put(int hash, WireHeader header) {
        int first = firstPlace(hash);
        if (headers[first + WAYS - 1] != null) {
            lost++;
        }
        System.arraycopy(hashes, first, hashes, first + 1, WAYS - 1);
        System.arraycopy(headers, first, headers, first + 1, WAYS - 1);
        hashes[first] = hash;
        headers[first] = header;
    }

    private void grow() {
        int[] fewHashes = hashes;
        WireHeader[] few = headers;
        hashes = new int[2 * few.length];
        headers = new WireHeader[2 * few.length];
        // The oldest first, as they came.
        for (int place = few.length - 1; place >= 0; place--) {
            if (few[place] != null) {
                put(fewHashes[place], few[place]);
            }
        }
        lost = 0;
    }

    /** How many headers there is room for now. */
    int places() {
        return headers.length;
    }

    private static boolean isSame(WireHeader header, byte[] a, int at, int size) {
        if (header == null) {
            return false;
        }
        byte[] known = header.message().array();
        return known.length == Bytes.align8(size)
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
