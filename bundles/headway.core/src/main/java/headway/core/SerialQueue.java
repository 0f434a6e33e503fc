package headway.core;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks one at a time and in order on threads of an executor; bounded. Any thread adds. */
final class SerialQueue implements Runnable {

    /** So many are run before others of the executor have their turn. */
    private static final int MOST_AT_ONCE = 16;

    private final Executor executor;
    private final int most;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    SerialQueue(Executor executor, int most) {
        this.executor = executor;
        this.most = most;
    }

    /** Adds a task that does not throw; says whether there was room. */
    boolean execute(Runnable task) {
        int before = size.getAndIncrement();
        if (before >= most) {
            size.getAndDecrement();
            return false;
        }
        tasks.add(task);
        if (before == 0) {
            executor.execute(this);
        }
        return true;
    }

    @Override
    public void run() {
        int run = 0;
        do {
            if (run++ == MOST_AT_ONCE) {
                executor.execute(this);
                return;
            }
            Runnable task = tasks.poll();
            while (task == null) {
                // Counted but not yet added.
                Thread.onSpinWait();
                task = tasks.poll();
            }
            task.run();
        } while (size.decrementAndGet() > 0);
    }
}
