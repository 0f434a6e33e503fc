package headway.transport.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Joins the pieces of frames of one sender. They come in order; where some were lost, the rest of that frame is dropped. */
final class PieceJoiner {

    private ByteBuffer frame;
    private int total;

    /**
     * Takes in a piece.
     *
     * @param piece the bytes between position and limit
     * @return whether it fits to those before; if not, it is dropped with them
     */
    boolean take(ByteBuffer piece, int frameTotal, int offset) {
        if (offset == 0) {
            if (frame == null || frame.capacity() < frameTotal) {
                frame = ByteBuffer.allocate(frameTotal).order(ByteOrder.LITTLE_ENDIAN);
            }
            frame.clear();
            total = frameTotal;
        }
        if (total != frameTotal || frame.position() != offset || piece.remaining() > total - offset) {
            total = 0;
            return false;
        }
        frame.put(piece);
        return true;
    }

    /** The frame, if it is whole now; to be used before the next piece comes. */
    ByteBuffer whole() {
        if (total == 0 || frame.position() < total) {
            return null;
        }
        total = 0;
        return frame.flip();
    }
}
