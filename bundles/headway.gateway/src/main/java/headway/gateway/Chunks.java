package headway.gateway;

import java.util.ArrayDeque;
import java.util.function.IntFunction;

/** The chunks that outgoing bytes wait in: made when needed, kept for the next who needs one, bounded. */
final class Chunks {

    static final int SIZE = 32 << 10;

    private final IntFunction<Chunk> maker;
    private final int most;
    private final ArrayDeque<Chunk> free = new ArrayDeque<>();
    private int made;

    Chunks(IntFunction<Chunk> maker, long bytes) {
        this.maker = maker;
        this.most = (int) (bytes / SIZE);
    }

    /** Whether there is room for so many more bytes, whatever chunk they begin in. */
    boolean holds(long bytes) {
        return free.size() + (most - made) > bytes / SIZE;
    }

    /** Whether little is left: less than a quarter. */
    boolean areScarce() {
        return free.size() + (most - made) < most / 4;
    }

    Chunk take() {
        Chunk chunk = free.pollLast();
        if (chunk == null) {
            made++;
            chunk = maker.apply(SIZE);
        }
        chunk.from = 0;
        chunk.to = 0;
        return chunk;
    }

    void giveBack(Chunk chunk) {
        free.addLast(chunk);
    }
}
