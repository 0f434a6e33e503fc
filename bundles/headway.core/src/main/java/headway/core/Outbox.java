package headway.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where any thread leaves what the bus's owner shall do: messages to publish, as bytes, and tasks, as objects, in one
 * order.
 *
 * <p>A ring of records; many threads put, one takes. Putting claims room with one compare-and-set, copies, and commits by
 * writing the record's length last. A full outbox is back-pressure: {@link #put} says no.
 *
 * <pre>
 *  0  i32  size of the data plus one; 0: not committed yet; -1: go on at the beginning of the ring
 *  8  ...  data
 * </pre>
 */
final class Outbox {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder())
            .withInvokeExactBehavior();
    private static final VarHandle TAIL;
    private static final VarHandle HEAD;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(Outbox.class, "tail", long.class);
            HEAD = lookup.findVarHandle(Outbox.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int HEADER = 8;
    /** Records begin at multiples of this; each has one place in {@link #subjects}. */
    private static final int ALIGNMENT = 32;

    private static final int SKIP = -1;

    private final byte[] ring;
    private final Object[] subjects;
    private final int mask;

    @SuppressWarnings("unused") // through TAIL
    private volatile long tail;

    @SuppressWarnings("unused") // through HEAD
    private volatile long head;

    /** What the taker is told of each record. */
    interface Taker {

        /**
         * Takes one record.
         *
         * @param subject what it is about, as it was put
         * @param data where its bytes are; borrowed
         * @return whether it was taken; if not, it stays the first
         */
        boolean take(Object subject, byte[] data, int offset, int size);
    }

    /**
     * An empty outbox.
     *
     * @param size of the ring in bytes; a power of two
     */
    Outbox(int size) {
        ring = new byte[size];
        subjects = new Object[size / ALIGNMENT];
        mask = size - 1;
    }

    /** The most data one record may have; more than that is put as a subject of its own. */
    int largest() {
        return ring.length / 8;
    }

    boolean isEmpty() {
        return (long) HEAD.getAcquire(this) == (long) TAIL.getAcquire(this);
    }

    /**
     * Puts one record; any thread.
     *
     * @param subject what the record is about; not null
     * @return whether there was room
     */
    boolean put(Object subject, byte[] data, int offset, int size) {
        int length = (HEADER + size + ALIGNMENT - 1) & -ALIGNMENT;
        long at;
        int index;
        int skipped;
        do {
            at = (long) TAIL.getVolatile(this);
            index = (int) at & mask;
            skipped = index + length > ring.length ? ring.length - index : 0;
            if (at + skipped + length - (long) HEAD.getAcquire(this) > ring.length) {
                return false;
            }
        } while (!TAIL.compareAndSet(this, at, at + skipped + length));
        if (skipped > 0) {
            INT.setRelease(ring, index, SKIP);
            index = 0;
        }
        System.arraycopy(data, offset, ring, index + HEADER, size);
        subjects[index / ALIGNMENT] = subject;
        // The size is stored shifted by one, so that a record without data is not taken for one that is not committed;
        // and
        // volatile, so that whoever looks afterwards whether the owner sleeps cannot have looked before.
        INT.setVolatile(ring, index, size + 1);
        return true;
    }

    /**
     * Hands over records, oldest first, until there is none, one is not taken, or so many bytes were; one thread at a time.
     *
     * @return whether it stopped because nothing was left
     */
    boolean drain(Taker taker, int most) {
        long from = head;
        long at = from;
        while (at - from < most) {
            int index = (int) at & mask;
            int size = (int) INT.getAcquire(ring, index);
            if (size == 0) {
                return true;
            }
            if (size == SKIP) {
                INT.setOpaque(ring, index, 0);
                at += ring.length - index;
                HEAD.setRelease(this, at);
                continue;
            }
            size -= 1;
            int slot = index / ALIGNMENT;
            if (!taker.take(subjects[slot], ring, index + HEADER, size)) {
                return false;
            }
            subjects[slot] = null;
            int length = (HEADER + size + ALIGNMENT - 1) & -ALIGNMENT;
            // Only where a later record may begin must be zero again, and records begin only at multiples of the
            // alignment.
            for (int i = 0; i < length; i += ALIGNMENT) {
                INT.setOpaque(ring, index + i, 0);
            }
            at += length;
            HEAD.setRelease(this, at);
        }
        return false;
    }
}
