package headway.core;

import java.util.Arrays;

/** A large message that arrives piece by piece; grows with what has arrived, never with what is claimed. */
final class PieceBuffer {

    private final int limit;
    private byte[] bytes = new byte[Frame.MAX * 2];
    private int size;

    PieceBuffer(int limit) {
        this.limit = limit;
    }

    /** Adds a piece; says no if the message grows over the limit. */
    boolean add(byte[] source, int offset, int length) {
        if (length > limit - size) {
            return false;
        }
        if (size + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(2L * bytes.length, size + length)));
        }
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
        return true;
    }

    /** All that was added. */
    byte[] take() {
        return Arrays.copyOf(bytes, size);
    }
}
