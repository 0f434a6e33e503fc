package headway.gateway;

import java.nio.ByteBuffer;

/** A piece of memory outside of the heap that a socket reads into or writes from. */
final class Chunk {

    /** All of it; meant for access by index. */
    final ByteBuffer bytes;

    /** The same memory, for those who need a position and a limit. */
    final ByteBuffer view;

    /** Where it is, for native calls; 0 if there are none. */
    final long address;

    /** In an {@link Outbox}: where the bytes that wait begin and end. */
    int from;

    int to;

    Chunk(ByteBuffer bytes, long address) {
        this.bytes = bytes;
        this.view = bytes.duplicate();
        this.address = address;
    }
}
