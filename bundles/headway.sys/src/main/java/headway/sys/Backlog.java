package headway.sys;

import java.nio.ByteBuffer;

/** Datagrams that wait for room at one receiver, in the order sent: each behind its length. Guarded by whoever has it. */
public final class Backlog {

    private static final int LENGTH = Integer.BYTES;

    private final OffHeap memory;
    private final ByteBuffer bytes;
    private int start;
    private int end;

    /** An empty one; besides its bytes each datagram takes four. */
    public Backlog(OffHeap memory) {
        this.memory = memory;
        this.bytes = memory.bytes();
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return start == end;
    }

    /** Whether datagrams of so many bytes in all fit. */
    public boolean hasRoom(int datagrams, int length) {
        return end - start + datagrams * LENGTH + length <= bytes.capacity();
    }

    /** Appends a datagram, for which there must be room, and says where its bytes go. */
    public int append(int length) {
        if (end + LENGTH + length > bytes.capacity()) {
            bytes.limit(end).position(start);
            bytes.compact().clear();
            end -= start;
            start = 0;
        }
        bytes.putInt(end, length);
        int at = end + LENGTH;
        end = at + length;
        return at;
    }

    /** Where {@link #append} says that bytes go. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Lets the first messages of a batch point to the first datagrams; says how many. */
    public int point(Messages batch) {
        int at = start;
        int count = 0;
        while (at < end && count < batch.count()) {
            int length = bytes.getInt(at);
            batch.place(count++, memory, at + LENGTH, length);
            at += LENGTH + length;
        }
        return count;
    }

    /** The first datagrams have left. */
    public void drop(int count) {
        for (int i = 0; i < count; i++) {
            start += LENGTH + bytes.getInt(start);
        }
        if (start == end) {
            start = 0;
            end = 0;
        }
    }
}
