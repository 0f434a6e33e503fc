package headway.core;

import java.util.TreeMap;

/**
 * What one session receives: the number that comes next, and frames that came too early, kept until their turn. Belongs to
 * the bus's owner.
 */
final class ReceiveWindow {

    /** What becomes of a frame that arrived. */
    enum Arrival {
        /** Its turn is now. */
        NEXT,
        /** It was here before. */
        DUPLICATE,
        /** Others are missing before it; it waits. */
        EARLY,
        /** Others are missing before it and there is no room for it to wait; its sender will send it again. */
        NO_ROOM
    }

    private final long limit;
    private final TreeMap<Long, byte[]> early = new TreeMap<>();
    private long earlyBytes;
    private long next = 1;

    ReceiveWindow(long limit) {
        this.limit = limit;
    }

    /** The highest number before which nothing is missing. */
    long ack() {
        return next - 1;
    }

    /** Whether frames wait for an earlier one that is missing. */
    boolean isMissingSome() {
        return !early.isEmpty() && early.firstKey() != next;
    }

    /** The highest number before which nothing has to be sent again: as {@link #ack}, or more while the next ones wait here. */
    long have() {
        long have = next - 1;
        for (long sequence : early.keySet()) {
            if (sequence != have + 1) {
                break;
            }
            have = sequence;
        }
        return have;
    }

    /**
     * Says whose turn it is.
     *
     * @param held whether even the next frame must wait
     */
    Arrival arrive(long sequence, byte[] a, int at, int length, boolean held) {
        if (sequence < next || early.containsKey(sequence)) {
            return Arrival.DUPLICATE;
        }
        if (sequence == next && !held) {
            next++;
            return Arrival.NEXT;
        }
        if (earlyBytes + length > limit) {
            return Arrival.NO_ROOM;
        }
        byte[] copy = new byte[length];
        System.arraycopy(a, at, copy, 0, length);
        early.put(sequence, copy);
        earlyBytes += length;
        return Arrival.EARLY;
    }

    /** The next frame if it came early and waits here, else null. */
    byte[] takeNext() {
        if (early.isEmpty() || early.firstKey() != next) {
            return null;
        }
        byte[] frame = early.pollFirstEntry().getValue();
        earlyBytes -= frame.length;
        next++;
        return frame;
    }
}
