package headway.remote.impl;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs what belongs to one object, in the order it came, so many at a time; on threads that come when something waits and go when
 * nothing does. Any thread.
 */
final class Turns {

    /** So many may wait; one more is refused. */
    static final int MOST_WAITING = 1 << 14;

    /** So many run on a thread before others have their turn. */
    private static final int MOST_AT_ONCE = 16;

    private static final System.Logger LOG = System.getLogger(Turns.class.getName());

    private final Executor executor;
    private final int width;

    // Guarded by this.
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int running;

    /**
     * Nothing waits yet.
     *
     * @param width how many run at the same time; 0 for none: each runs at once, on the thread that brings it
     */
    Turns(Executor executor, int width) {
        this.executor = executor;
        this.width = width;
    }

    /** Takes something to run; says no if too much waits. What it takes is run, on this thread if there is no other. */
    boolean execute(Runnable task) {
        if (width == 0) {
            run(task);
            return true;
        }
        synchronized (this) {
            if (waiting.size() >= MOST_WAITING) {
                return false;
            }
            waiting.add(task);
            if (running == width) {
                return true;
            }
            running++;
        }
        workSoon();
        return true;
    }

    private void work() {
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            Runnable task;
            synchronized (this) {
                task = waiting.poll();
                if (task == null) {
                    running--;
                    return;
                }
            }
            run(task);
        }
        workSoon();
    }

    private void workSoon() {
        try {
            executor.execute(this::work);
        } catch (RejectedExecutionException | OutOfMemoryError noThread) {
            // Everything is being closed, or the system gives no thread. Others may have added to what waits: it must
            // not be forgotten.
            work();
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            LOG.log(Level.ERROR, "What an object was asked failed in a way it must not", e);
        }
    }
}
