package headway.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where any thread leaves what the bus's owner shall do: messages to publish, as bytes, and tasks, as objects, in one
 * order.
 *
 * <p>A ring of records; many threads put, one takes. Putting claims room with one compare-and-set, copies, and commits by
 * writing the record's size last. A full outbox is back-pressure: {@link #put} says no.
 */
final class Outbox {

    /** So many times what the ring holds may wait as large messages: of one at a time the next would always come too late. */
    private static final int LARGE = 4;

    private static final VarHandle SIZE = MethodHandles.arrayElementVarHandle(int[].class);
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

    /** Records begin at multiples of this; each has one place in {@link #sizes} and {@link #subjects}. */
    private static final int ALIGNMENT = 32;

    /** In place of a record's size: the next record is at the beginning of the ring. */
    private static final int SKIP = -1;

    private final byte[] ring;

    /** The size of the record that begins there plus one; 0 if none does, or none that is committed. */
    private final int[] sizes;

    private final Object[] subjects;
    private final int mask;

    /** Bytes of what is {@link Large}: at most {@link #LARGE} times as many as the ring has, or one message. */
    private final AtomicLong large = new AtomicLong();

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
        sizes = new int[size / ALIGNMENT];
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
        if (!(subject instanceof Large one)) {
            return putRecord(subject, data, offset, size);
        }
        int bytes = one.bytes().length;
        if (!admit(bytes)) {
            return false;
        }
        boolean done = putRecord(subject, data, offset, size);
        if (!done) {
            large.addAndGet(-bytes);
        }
        return done;
    }

    private boolean admit(int bytes) {
        long waiting;
        do {
            waiting = large.get();
            if (waiting > 0 && waiting + bytes > LARGE * (long) ring.length) {
                return false;
            }
        } while (!large.compareAndSet(waiting, waiting + bytes));
        return true;
    }

    private boolean putRecord(Object subject, byte[] data, int offset, int size) {
        int length = room(size);
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
            SIZE.setRelease(sizes, index / ALIGNMENT, SKIP);
            index = 0;
        }
        System.arraycopy(data, offset, ring, index, size);
        subjects[index / ALIGNMENT] = subject;
        // Volatile: whoever looks afterwards whether the owner sleeps must not have looked before.
        SIZE.setVolatile(sizes, index / ALIGNMENT, size + 1);
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
            int place = index / ALIGNMENT;
            int size = (int) SIZE.getAcquire(sizes, place);
            int length;
            if (size == 0) {
                return true;
            } else if (size == SKIP) {
                length = ring.length - index;
            } else if (taker.take(subjects[place], ring, index, size - 1)) {
                if (subjects[place] instanceof Large one) {
                    large.addAndGet(-one.bytes().length);
                }
                subjects[place] = null;
                length = room(size - 1);
            } else {
                return false;
            }
            // Before the room can be claimed again: whoever claims it must find no size there.
            sizes[place] = 0;
            at += length;
            HEAD.setRelease(this, at);
        }
        return false;
    }

    /** What a record takes in the ring. */
    private static int room(int size) {
        return Math.max(ALIGNMENT, (size + ALIGNMENT - 1) & -ALIGNMENT);
    }
}
