package headway.core;

import java.util.ArrayList;
import java.util.List;

/**
 * A large message that arrives piece by piece. It keeps the pieces as they came, so it takes as much as has arrived, never what is
 * claimed, and they are copied once, when all are there.
 */
final class PieceBuffer {

    /** So many pieces may be of any size; more must have a kilobyte on average, or keeping them would cost more than they are. */
    private static final int FEW = 64;

    private final int limit;
    private final List<Piece> pieces = new ArrayList<>();
    private int size;

    private static final class Piece {
        private final byte[] array;
        private final int offset;
        private final int length;

        Piece(byte[] array, int offset, int length) {
            this.array = array;
            this.offset = offset;
            this.length = length;
        }
    }

    PieceBuffer(int limit) {
        this.limit = limit;
    }

    /** Adds a piece, whose array does not change any more; says no if the message grows over the limit, or is in crumbs. */
    boolean add(byte[] array, int offset, int length) {
        if (length > limit - size || pieces.size() > FEW + (size >> 10)) {
            return false;
        }
        pieces.add(new Piece(array, offset, length));
        size += length;
        return true;
    }

    /** All that was added. */
    byte[] take() {
        byte[] whole = new byte[size];
        int at = 0;
        for (Piece piece : pieces) {
            System.arraycopy(piece.array, piece.offset, whole, at, piece.length);
            at += piece.length;
        }
        return whole;
    }
}
