package headway.core;

import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs what must not be handed to another thread: direct subscribers, direct handlers, answers to callers. In order, one at
 * a time, on whichever thread of the bus comes by after it has let go of the state.
 */
final class DirectRunner {

    private static final System.Logger LOG = System.getLogger(DirectRunner.class.getName());
    private static final ThreadLocal<Boolean> RUNNING = ThreadLocal.withInitial(() -> false);

    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();

    /** Whether this thread is running one of them now, and so must not wait. */
    static boolean isRunningHere() {
        return RUNNING.get();
    }

    /** Remembers one; whoever owns the bus's state may. */
    void add(Runnable task) {
        // Counted first: a runner that took it uncounted would count down to what reads as no runner.
        pending.incrementAndGet();
        queue.add(task);
    }

    /** Whether some wait and nobody runs them. */
    boolean hasWork() {
        return pending.get() > 0;
    }

    /** Runs those that wait, unless another thread is at it, which then runs them too. Nobody may own the state here. */
    void runAll() {
        // Whoever finds no runner is the runner; the high bit says there is one.
        int count;
        do {
            count = pending.get();
            if (count <= 0) {
                return;
            }
        } while (!pending.compareAndSet(count, count | Integer.MIN_VALUE));
        RUNNING.set(true);
        try {
            do {
                Runnable task = queue.poll();
                while (task != null) {
                    pending.decrementAndGet();
                    runOne(task);
                    task = queue.poll();
                }
            } while (!pending.compareAndSet(Integer.MIN_VALUE, 0));
        } finally {
            RUNNING.set(false);
        }
    }

    private static void runOne(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            LOG.log(Level.WARNING, "Something that runs on the bus's own thread failed; the bus goes on", e);
        }
    }
}
