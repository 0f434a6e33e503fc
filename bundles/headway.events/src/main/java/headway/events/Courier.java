package headway.events;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Carries items to one receiver, in order and one at a time, on a thread that comes when something waits and goes when
 * nothing does. Any thread offers and never waits; if the receiver is slower, the oldest items are given up and it is told.
 *
 * <p>For what does not come out of one subscription of the bus, which has such a queue of its own: handlers of several topics,
 * handlers of unhandled events, and monitors.
 */
final class Courier<T> implements Runnable {

    /** Where items go. What it throws is logged. */
    interface Receiver<T> {

        void receive(T item);

        /** So many items, these being the first and the last, were given up; called in their place in the order. */
        void lost(long count, T first, T last);
    }

    private static final System.Logger LOG = System.getLogger(Courier.class.getName());

    private final Executor executor;
    private final int capacity;
    private final boolean endsWhenFull;
    private final Receiver<T> receiver;

    // All below is guarded by this.
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean closed;
    private long lost;
    private T firstLost;
    private T lastLost;

    /**
     * Nothing waits yet.
     *
     * @param capacity how many items may wait
     * @param endsWhenFull whether one item too many ends it all, and not only for the oldest one
     */
    Courier(Executor executor, int capacity, boolean endsWhenFull, Receiver<T> receiver) {
        this.executor = executor;
        this.capacity = capacity;
        this.endsWhenFull = endsWhenFull;
        this.receiver = receiver;
    }

    /** Takes an item to be carried; after {@link #close} it is forgotten. */
    synchronized void offer(T item) {
        if (closed) {
            return;
        }
        waiting.add(item);
        if (waiting.size() > capacity) {
            do {
                giveUp(waiting.poll());
            } while (endsWhenFull && !waiting.isEmpty());
            closed = endsWhenFull;
        }
        if (!running) {
            running = true;
            try {
                executor.execute(this);
            } catch (RejectedExecutionException e) {
                // Everything is being closed; nobody is called any more.
                close();
            }
        }
    }

    /** Carries nothing any more; one call to the receiver may still be under way. */
    synchronized void close() {
        closed = true;
        waiting.clear();
        lost = 0;
    }

    private void giveUp(T item) {
        if (lost++ == 0) {
            firstLost = item;
        }
        lastLost = item;
    }

    @Override
    public void run() {
        while (true) {
            T item;
            long count;
            T first;
            T last;
            synchronized (this) {
                item = waiting.poll();
                count = lost;
                first = firstLost;
                last = lastLost;
                lost = 0;
                firstLost = null;
                lastLost = null;
                if (item == null && count == 0) {
                    running = false;
                    return;
                }
            }
            try {
                if (count > 0) {
                    receiver.lost(count, first, last);
                }
                if (item != null) {
                    receiver.receive(item);
                }
            } catch (RuntimeException | LinkageError | AssertionError e) {
                LOG.log(Level.WARNING, "A receiver of events failed", e);
            }
        }
    }
}
