package headway.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A bounded queue for many producers in which also a producer may take, to make room: each place has a ticket that says
 * whose turn it is (Vyukov's bounded queue). Allocates nothing after its creation.
 */
final class MessageRing {

    private static final VarHandle TICKET = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle PUT;
    private static final VarHandle TAKEN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PUT = lookup.findVarHandle(MessageRing.class, "put", long.class);
            TAKEN = lookup.findVarHandle(MessageRing.class, "taken", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AtomicReferenceArray<BusMessage> places;
    private final long[] tickets;
    private final int mask;

    // Producers write the first two, the taker the third: each side keeps off the other's cache lines.
    @SuppressWarnings("unused")
    private long pad0, pad1, pad2, pad3, pad4, pad5, pad6, pad7;

    private volatile long put;

    /** What a producer last saw of {@link #taken}: it looks again only when the ring seems full. */
    private volatile long takenSeen;

    @SuppressWarnings("unused")
    private long pad8, pad9, pad10, pad11, pad12, pad13, pad14, pad15;

    private volatile long taken;

    @SuppressWarnings("unused")
    private long pad16, pad17, pad18, pad19, pad20, pad21, pad22, pad23;

    /** An empty ring of at least that many places. */
    MessageRing(int capacity) {
        int size = capacity <= 2 ? 2 : Integer.highestOneBit(capacity - 1) << 1;
        places = new AtomicReferenceArray<>(size);
        tickets = new long[size];
        for (int i = 0; i < size; i++) {
            tickets[i] = i;
        }
        mask = size - 1;
    }

    int size() {
        return (int) Math.max(0, put - taken);
    }

    /** Whether fewer than so many wait. */
    boolean hasLess(int count) {
        long end = put;
        if (end - takenSeen < count) {
            return true;
        }
        long now = taken;
        takenSeen = now;
        return end - now < count;
    }

    int capacity() {
        return mask + 1;
    }

    /** Puts at the end; any thread. Says no if it is full. */
    boolean offer(BusMessage message) {
        while (true) {
            long position = put;
            int place = (int) position & mask;
            long ticket = (long) TICKET.getAcquire(tickets, place);
            if (ticket == position) {
                if (PUT.compareAndSet(this, position, position + 1)) {
                    places.setPlain(place, message);
                    TICKET.setRelease(tickets, place, position + 1);
                    return true;
                }
            } else if (ticket < position) {
                return false;
            }
        }
    }

    /** Claims the oldest message; any thread. The position, counted from 0, or -1 if it is empty. */
    long claim() {
        while (true) {
            long position = taken;
            long ticket = (long) TICKET.getAcquire(tickets, (int) position & mask);
            if (ticket == position + 1) {
                if (TAKEN.compareAndSet(this, position, position + 1)) {
                    return position;
                }
            } else if (ticket <= position) {
                return -1;
            }
        }
    }

    /** Takes what {@link #claim} claimed. */
    BusMessage take(long position) {
        int place = (int) position & mask;
        BusMessage message = places.getPlain(place);
        places.setPlain(place, null);
        TICKET.setRelease(tickets, place, position + mask + 1);
        return message;
    }
}
