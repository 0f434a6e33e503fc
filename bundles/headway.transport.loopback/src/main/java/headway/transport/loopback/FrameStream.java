package headway.transport.loopback;

import headway.transport.Address;
import headway.transport.loopback.BrokenStreamException.Cause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cuts the bytes of one connection into its preamble and its frames. Pure: knows no sockets.
 *
 * <p>The buffer is on the heap, because what reads frames decodes from arrays; frames are handed out in place. It starts
 * small and grows with what the connection really carries, never beyond {@link #largest}.
 */
final class FrameStream {

    private static final int FIRST_ROOM = 16 * 1024;
    private static final int LENGTH_BYTES = Integer.BYTES;

    /** Who is told what the stream holds, in its order. */
    interface Sink {

        /** The connection said who it is. */
        void onPreamble(Address from) throws IOException;

        /** A whole frame, between position and limit, for the duration of the call. */
        void onFrame(ByteBuffer frame);
    }

    private final int mtu;
    private final int largest;
    private ByteBuffer in;
    private ByteBuffer frame;
    private long offset;
    private boolean introduced;

    FrameStream(int mtu) {
        this.mtu = mtu;
        this.largest = LENGTH_BYTES + mtu;
        allocate(Math.min(FIRST_ROOM, largest));
    }

    /** Where to put the bytes that come next, from its position on; always has room. */
    ByteBuffer room() {
        return in;
    }

    /** Takes what was put into {@link #room()} and tells the sink of everything that is now whole. */
    void parse(Sink sink) throws IOException {
        boolean filled = !in.hasRemaining();
        in.flip();
        if (!introduced) {
            if (in.remaining() < Preamble.BYTES) {
                in.compact();
                return;
            }
            Address from = Preamble.read(in);
            introduced = true;
            sink.onPreamble(from);
        }
        int needed = LENGTH_BYTES;
        while (in.remaining() >= LENGTH_BYTES) {
            int length = in.getInt(in.position());
            if (length <= 0 || length > mtu) {
                throw badLength(length);
            }
            needed = LENGTH_BYTES + length;
            if (in.remaining() < needed) {
                break;
            }
            int start = in.position() + LENGTH_BYTES;
            int end = start + length;
            frame.clear().order(ByteOrder.LITTLE_ENDIAN).limit(end).position(start);
            in.position(end);
            needed = LENGTH_BYTES;
            sink.onFrame(frame);
        }
        offset += in.position();
        in.compact();
        if (needed > in.capacity() || (filled && in.capacity() < largest)) {
            grow(Math.max(needed, in.capacity() * 2));
        }
    }

    /** Says that no more bytes come. */
    void end() throws BrokenStreamException {
        if (in.position() > 0) {
            throw new BrokenStreamException(
                    Cause.TRUNCATED,
                    "it ended " + in.position() + " bytes into a " + (introduced ? "frame" : "preamble") + " at offset "
                            + offset);
        }
    }

    private BrokenStreamException badLength(int length) {
        long at = offset + in.position();
        return length == 0
                ? new BrokenStreamException(Cause.EMPTY_FRAME, "a frame of no bytes at offset " + at)
                : new BrokenStreamException(
                        Cause.OVERSIZE_FRAME,
                        "a frame of " + Integer.toUnsignedString(length) + " bytes at offset " + at + ", the most is "
                                + mtu);
    }

    private void grow(int wanted) {
        ByteBuffer old = in.flip();
        allocate(Math.min(wanted, largest));
        in.put(old);
    }

    private void allocate(int capacity) {
        in = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
        frame = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
