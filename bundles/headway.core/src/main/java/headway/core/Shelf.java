package headway.core;

import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where this node lays large messages, once for all who get them; each of those is sent the place only.
 *
 * <p>A message stays until everybody it was sent to has given it back. It gets the lowest place with room, so no more of
 * the memory is ever touched than was needed at one time. Belongs to the bus's owner.
 */
final class Shelf {

    /** Messages begin at multiples of this: a page. */
    private static final int ALIGNMENT = 4096;

    /** Where a message lies. */
    static final class Place {

        private final long at;
        private final byte[] data;
        private int takers;

        private Place(long at, byte[] data) {
            this.at = at;
            this.data = data;
        }

        long at() {
            return at;
        }

        int length() {
            return data.length;
        }
    }

    private final SharedMemory memory;
    private final long limit;

    /** What is free: where it begins, and how much it is; no two touch. */
    private final TreeMap<Long, Long> free = new TreeMap<>();

    /** The last place that was given: most often the next session is to get the same message. */
    private Place last;

    private long bytes;
    private long highest;

    /**
     * An empty shelf.
     *
     * @param limit how many bytes may lie in that memory
     */
    Shelf(SharedMemory memory, long limit) {
        this.memory = memory;
        this.limit = limit;
        free.put(0L, limit);
    }

    /**
     * The place of that message, for one more who gets it.
     *
     * @param data not changed any more
     * @return null if there is no room now
     * @throws IOException if there is less memory than there should be
     */
    Place put(byte[] data) throws IOException {
        if (last == null || last.data != data) {
            long room = room(data.length);
            long at = claim(room);
            if (at < 0) {
                return null;
            }
            try {
                memory.write(at, data);
            } catch (IOException e) {
                release(at, room);
                throw e;
            }
            bytes += room;
            highest = Math.max(highest, bytes);
            last = new Place(at, data);
        }
        last.takers++;
        return last;
    }

    /** One of those who get the message reads it no more, or will never take it. */
    void leave(Place place) {
        place.takers--;
        if (place.takers > 0) {
            return;
        }
        long room = room(place.length());
        release(place.at, room);
        bytes -= room;
        if (place == last) {
            last = null;
        }
    }

    private static long room(int length) {
        return (length + ALIGNMENT - 1L) & -ALIGNMENT;
    }

    /** The beginning of the first hole with room, which is less now; -1 if there is none. */
    private long claim(long room) {
        for (Iterator<Map.Entry<Long, Long>> holes = free.entrySet().iterator(); holes.hasNext(); ) {
            Map.Entry<Long, Long> hole = holes.next();
            long at = hole.getKey();
            long rest = hole.getValue() - room;
            if (rest >= 0) {
                holes.remove();
                if (rest > 0) {
                    free.put(at + room, rest);
                }
                return at;
            }
        }
        return -1;
    }

    private void release(long at, long room) {
        long from = at;
        long size = room;
        Map.Entry<Long, Long> before = free.lowerEntry(at);
        if (before != null && before.getKey() + before.getValue() == at) {
            from = before.getKey();
            size += before.getValue();
        }
        Long after = free.remove(at + room);
        free.put(from, after == null ? size : size + after);
    }

    /** Bytes that lie here now. */
    long bytes() {
        return bytes;
    }

    /** The most bytes that lay here at any time. */
    long highest() {
        return highest;
    }

    /** The most bytes that may. */
    long limit() {
        return limit;
    }
}
