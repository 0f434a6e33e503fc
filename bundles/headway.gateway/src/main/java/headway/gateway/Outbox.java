package headway.gateway;

import java.util.ArrayDeque;

/**
 * What waits to be written to one client: bytes in chunks, where descriptors belong among them, and who pays for each
 * message until its last byte is written.
 */
final class Outbox {

    /** Descriptors that go with the byte at this position of the stream. */
    private record Mark(long position, Descriptors descriptors, Account payer) {}

    private final Chunks chunks;
    private final ArrayDeque<Chunk> filled = new ArrayDeque<>();
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();

    /** Positions in the stream: the next byte to write, and the one after the last. */
    private long head;

    private long tail;

    // A ring of messages: up to where in the stream, how many bytes, who pays.
    private long[] ends = new long[8];
    private int[] sizes = new int[8];
    private Account[] payers = new Account[8];
    private int first;
    private int count;

    Outbox(Chunks chunks) {
        this.chunks = chunks;
    }

    /** Bytes that wait. */
    long size() {
        return tail - head;
    }

    boolean isEmpty() {
        return tail == head;
    }

    /** Messages that wait, also in part. */
    int messages() {
        return count;
    }

    /** Bytes written so far. */
    long written() {
        return head;
    }

    /** Appends bytes; there must be room in the chunks. */
    void put(byte[] array, int from, int length) {
        int at = from;
        int left = length;
        while (left > 0) {
            Chunk last = filled.peekLast();
            if (last == null || last.to == Chunks.SIZE) {
                last = chunks.take();
                filled.addLast(last);
            }
            int part = Math.min(left, Chunks.SIZE - last.to);
            last.bytes.put(last.to, array, at, part);
            last.to += part;
            at += part;
            left -= part;
        }
        tail += length;
    }

    /** Says that descriptors go with the next byte that is put. */
    void mark(Descriptors descriptors, Account payer) {
        descriptors.use();
        payer.descriptors += descriptors.count();
        marks.addLast(new Mark(tail, descriptors, payer));
    }

    /** Says that the last {@code bytes} that were put are a message, and who pays for it. */
    void charge(Account payer, int bytes) {
        payer.bytes += bytes;
        if (count == ends.length) {
            grow();
        }
        int at = (first + count++) & (ends.length - 1);
        ends[at] = tail;
        sizes[at] = bytes;
        payers[at] = payer;
    }

    private void grow() {
        int old = ends.length;
        long[] newEnds = new long[old * 2];
        int[] newSizes = new int[old * 2];
        Account[] newPayers = new Account[old * 2];
        for (int i = 0; i < count; i++) {
            int at = (first + i) & (old - 1);
            newEnds[i] = ends[at];
            newSizes[i] = sizes[at];
            newPayers[i] = payers[at];
        }
        ends = newEnds;
        sizes = newSizes;
        payers = newPayers;
        first = 0;
    }

    /**
     * Writes what the stream takes.
     *
     * @return whether the stream is still there
     */
    boolean flush(Stream stream) {
        while (head < tail) {
            Chunk chunk = filled.peekFirst();
            Mark mark = marks.peekFirst();
            int[] fds = null;
            int length = chunk.to - chunk.from;
            if (mark != null && mark.position == head) {
                // The kernel gives descriptors to the reader with the first byte; what comes after may go along, but
                // not the next message with descriptors.
                fds = mark.descriptors.fds();
                length = Math.min(length, toSecondMark());
            } else if (mark != null) {
                length = (int) Math.min(length, mark.position - head);
            }
            int written = stream.write(chunk, chunk.from, length, fds);
            if (written <= 0) {
                return written == Stream.NOTHING;
            }
            if (fds != null) {
                unmark();
            }
            advance(chunk, written);
            if (written < length) {
                return true;
            }
        }
        return true;
    }

    private int toSecondMark() {
        if (marks.size() < 2) {
            return Integer.MAX_VALUE;
        }
        var each = marks.iterator();
        each.next();
        return (int) Math.min(Integer.MAX_VALUE, each.next().position - head);
    }

    private void unmark() {
        Mark mark = marks.pollFirst();
        mark.payer.descriptors -= mark.descriptors.count();
        mark.descriptors.release();
    }

    private void advance(Chunk chunk, int written) {
        chunk.from += written;
        head += written;
        if (chunk.from == chunk.to && (chunk.to == Chunks.SIZE || head == tail)) {
            chunks.giveBack(filled.pollFirst());
        }
        while (count > 0 && ends[first] <= head) {
            settle();
        }
    }

    private void settle() {
        payers[first].bytes -= sizes[first];
        payers[first] = null;
        first = (first + 1) & (ends.length - 1);
        count--;
    }

    /** Forgets what waits. */
    void clear() {
        while (!filled.isEmpty()) {
            chunks.giveBack(filled.pollFirst());
        }
        while (!marks.isEmpty()) {
            unmark();
        }
        while (count > 0) {
            settle();
        }
        head = tail;
    }
}
