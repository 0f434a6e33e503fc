package headway.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What one session has sent and not yet seen acknowledged: whole frames, laid out one after the other in one ring of
 * bytes, ready to be sent again as they are.
 *
 * <p>The newest frame is <em>open</em>: messages are appended to it in place until it is full or the link takes it. The ring
 * grows by doubling, up to its limit and only when it must. Belongs to the bus's owner.
 */
final class SendWindow {

    private static final int FIRST_SIZE = 1 << 13;
    private static final int FIRST_FRAMES = 64;
    private static final int MOST_FRAMES = 1 << 13;

    private final int limit;
    private byte[] ring;
    private ByteBuffer view;

    /** Where the frames {@link #oldest} to {@link #newest} begin and how long they are, by sequence modulo the size. */
    private int[] offsets = new int[FIRST_FRAMES];

    private int[] lengths = new int[FIRST_FRAMES];

    /** What each of them shares with frames of other sessions; see {@link Group}. */
    private long[] shares = new long[FIRST_FRAMES];

    private long oldest = 1;
    private long newest;

    /** Kept frames lie in [head, tail), around the ring's end if tail <= head; a frame itself never wraps. */
    private int head;

    private int tail;

    /** The open frame lies at tail; -1 if there is none. */
    private int open = -1;

    private int openLength;

    private int highest;

    /**
     * An empty window.
     *
     * @param limit the most bytes it may keep; a power of two, at least 4 × {@link Frame#MAX}
     */
    SendWindow(int limit) {
        if (Integer.bitCount(limit) != 1 || limit < 4 * Frame.MAX) {
            throw new IllegalArgumentException(
                    "The window is a power of two of at least " + 4 * Frame.MAX + " bytes, not " + limit);
        }
        this.limit = limit;
        replaceRing(new byte[FIRST_SIZE]);
    }

    /** The sequence of the oldest frame that is kept; {@code newest() + 1} if none is. */
    long oldest() {
        return oldest;
    }

    /** The highest sequence given so far. */
    long newest() {
        return newest;
    }

    /** Whether there are messages that no sealed frame holds. */
    boolean hasOpenFrame() {
        return open >= 0 && openLength > Frame.HEADER;
    }

    boolean isEmpty() {
        return oldest > newest && open < 0;
    }

    /** Bytes that are kept now. */
    int bytes() {
        if (isEmpty()) {
            return 0;
        }
        int end = open >= 0 ? open + openLength : tail;
        return end > head ? end - head : ring.length - head + end;
    }

    /** The most bytes that were kept at any time. */
    int highest() {
        return highest;
    }

    /** The most bytes it may keep. */
    int limit() {
        return limit;
    }

    /** Whether a frame may hold the open frame's messages and so many more bytes; if not, it must be sealed first. */
    boolean fitsOpenFrame(int size) {
        return open < 0 || openLength + Bytes.align8(size) <= Frame.MAX;
    }

    /**
     * Makes room for a message in the open frame, or opens one.
     *
     * @param size the message's bytes, for which {@link #fitsOpenFrame} is true
     * @return whether there is room now
     */
    boolean reserve(int size) {
        int needed = Bytes.align8(size);
        if (open < 0 && newest - oldest + 2 > offsets.length && !growFrames()) {
            return false;
        }
        while (true) {
            if (open < 0) {
                openAt(Frame.HEADER + needed);
            }
            if (open >= 0) {
                if (openLength + needed <= roomAt(open)) {
                    return true;
                }
                if (openLength == Frame.HEADER) {
                    open = -1;
                } else if (moveOpenToStart(needed)) {
                    return true;
                }
            }
            if (ring.length >= limit) {
                return false;
            }
            growRing();
        }
    }

    /** Appends a message that {@link #reserve} made room for. */
    void append(byte[] source, int offset, int size) {
        int at = open + openLength;
        int padded = Bytes.align8(size);
        if (padded != size) {
            Bytes.putLong(ring, at + padded - 8, 0);
        }
        System.arraycopy(source, offset, ring, at, size);
        openLength += padded;
    }

    /**
     * Gives the open frame its number and its header; it can be sent now.
     *
     * @param share what other sessions' frames with the same messages are sealed with, or 0
     */
    void seal(int flags, long session, int epoch, long share) {
        newest++;
        offsets[slot(newest)] = open;
        lengths[slot(newest)] = openLength;
        shares[slot(newest)] = share;
        Frame.writeHeader(ring, open, Frame.Kind.DATA, flags, openLength, session, epoch, 0, newest, 0);
        tail = open + openLength;
        open = -1;
        highest = Math.max(highest, bytes());
    }

    /** A kept frame, complete with what its header says now. The buffer is shared and valid until the next call. */
    ByteBuffer frame(long sequence, int peerEpoch, long ack) {
        int at = offsets[slot(sequence)];
        Frame.patch(ring, at, peerEpoch, ack);
        return view.clear().limit(at + lengths[slot(sequence)]).position(at);
    }

    int length(long sequence) {
        return lengths[slot(sequence)];
    }

    /** What a kept frame was sealed with. */
    long share(long sequence) {
        return shares[slot(sequence)];
    }

    /** From now on a kept frame is like others. */
    void unshare(long sequence) {
        shares[slot(sequence)] = 0;
    }

    /** Copies the messages of a kept frame; returns how many bytes they are. */
    int copyPayload(long sequence, byte[] target, int at) {
        int size = lengths[slot(sequence)] - Frame.HEADER;
        System.arraycopy(ring, offsets[slot(sequence)] + Frame.HEADER, target, at, size);
        return size;
    }

    /** Bytes of the frames that are kept and come before that number, which is at most {@code newest() + 1}. */
    int bytesBefore(long sequence) {
        if (sequence <= oldest) {
            return 0;
        }
        int last = slot(sequence - 1);
        int end = offsets[last] + lengths[last];
        return end > head ? end - head : ring.length - head + end;
    }

    /** Frees everything up to that number, which is at most {@link #newest}. */
    void acknowledge(long sequence) {
        if (sequence < oldest) {
            return;
        }
        oldest = sequence + 1;
        if (oldest <= newest) {
            head = offsets[slot(oldest)];
        } else if (open >= 0) {
            head = open;
        } else {
            head = 0;
            tail = 0;
        }
    }

    private int slot(long sequence) {
        return (int) sequence & (offsets.length - 1);
    }

    /** Bytes from an offset at or behind the tail up to what must not be overwritten. */
    private int roomAt(int offset) {
        boolean kept = oldest <= newest;
        return kept && offset <= head ? head - offset : ring.length - offset;
    }

    /** Opens a frame of at least that size at the tail or, if only there it fits, at the beginning of the ring. */
    private void openAt(int size) {
        boolean kept = oldest <= newest;
        if (roomAt(tail) >= size) {
            open = tail;
        } else if (kept && tail > head && head >= size) {
            open = 0;
        } else {
            return;
        }
        openLength = Frame.HEADER;
        if (!kept) {
            head = open;
        }
    }

    /** The open frame has reached the ring's end: goes on at the beginning if it fits there. */
    private boolean moveOpenToStart(int needed) {
        boolean kept = oldest <= newest;
        boolean fits =
                kept ? open > head && head >= openLength + needed : open > 0 && ring.length >= openLength + needed;
        if (!fits) {
            return false;
        }
        System.arraycopy(ring, open, ring, 0, openLength);
        open = 0;
        if (!kept) {
            head = 0;
        }
        return true;
    }

    /** Doubles the ring; what is kept lies in order at its beginning then. */
    private void growRing() {
        byte[] larger = new byte[ring.length * 2];
        int at = 0;
        for (long s = oldest; s <= newest; s++) {
            int slot = slot(s);
            System.arraycopy(ring, offsets[slot], larger, at, lengths[slot]);
            offsets[slot] = at;
            at += lengths[slot];
        }
        if (open >= 0) {
            System.arraycopy(ring, open, larger, at, openLength);
            open = at;
        }
        head = 0;
        tail = at;
        replaceRing(larger);
    }

    private void replaceRing(byte[] array) {
        ring = array;
        view = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    }

    private boolean growFrames() {
        if (offsets.length >= MOST_FRAMES) {
            return false;
        }
        int[] newOffsets = new int[offsets.length * 2];
        int[] newLengths = new int[offsets.length * 2];
        long[] newShares = new long[offsets.length * 2];
        for (long s = oldest; s <= newest; s++) {
            int to = (int) s & (newOffsets.length - 1);
            newOffsets[to] = offsets[slot(s)];
            newLengths[to] = lengths[slot(s)];
            newShares[to] = shares[slot(s)];
        }
        offsets = newOffsets;
        lengths = newLengths;
        shares = newShares;
        return true;
    }
}
