package headway.core;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that call subscribers and handlers.
 *
 * <p>Few of them run at a time (one for two processors), because waking a thread for every subscriber of every message would
 * cost more than calling them all. A task that takes longer than a millisecond while others wait is left to its thread, and
 * another thread goes on with the rest: whoever blocks keeps nobody else. Threads that are not needed end after a while.
 */
final class Workers implements Executor, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Workers.class.getName());
    private static final long PATIENCE_NANOS = 1_000_000;
    private static final long IDLE_NANOS = 10_000_000_000L;
    private static final int MOST_THREADS = 1024;

    private final String name;
    private final int most;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final Thread watch;

    /** Workers that take tasks and are not stuck in one; changed under the lock. */
    private volatile int running;

    private volatile boolean closed;

    // Guarded by this.
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private final ArrayDeque<Worker> busy = new ArrayDeque<>();
    private int threads;
    private int started;

    Workers(String name) {
        this.name = name;
        most = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        watch = new Thread(this::watch, name + "-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** Runs the task soon, after those that wait already. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (running == 0) {
            start(1);
        } else if (!watching.get() && watching.compareAndSet(false, true)) {
            LockSupport.unpark(watch);
        }
    }

    /** Ends the threads when no task waits any more. */
    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(worker -> LockSupport.unpark(worker.thread));
        LockSupport.unpark(watch);
    }

    /** Has one more worker take tasks, unless so many do already. */
    private void start(int limit) {
        Worker worker = engage(limit);
        if (worker != null) {
            // Not under the lock: whoever wakes may take this thread's processor at once, and would find it locked.
            worker.begin();
        }
    }

    private synchronized Worker engage(int limit) {
        if (running >= limit) {
            return null;
        }
        Worker worker = idle.pollLast();
        if (worker == null) {
            if (threads == MOST_THREADS) {
                return null;
            }
            threads++;
            started++;
            worker = new Worker(name + "-" + started);
        }
        running++;
        busy.add(worker);
        worker.awake = true;
        return worker;
    }

    /** A worker found nothing to do. Says whether it is still needed. */
    private synchronized boolean rest(Worker worker) {
        if (!worker.stuck) {
            running--;
        }
        if (!tasks.isEmpty() && running == 0) {
            // Somebody added one and saw this worker running.
            worker.stuck = false;
            running++;
            return true;
        }
        busy.remove(worker);
        worker.stuck = false;
        worker.awake = false;
        idle.addLast(worker);
        return false;
    }

    private synchronized boolean end(Worker worker) {
        if (worker.awake) {
            return false;
        }
        idle.remove(worker);
        threads--;
        return true;
    }

    /** Looks every millisecond, while tasks wait, whether somebody is stuck. */
    private void watch() {
        while (!closed) {
            if (tasks.isEmpty()) {
                watching.set(false);
                if (tasks.isEmpty()) {
                    LockSupport.park(this);
                }
                watching.set(true);
            }
            LockSupport.parkNanos(this, PATIENCE_NANOS);
            if (!tasks.isEmpty()) {
                leaveStuck();
                start(most);
            }
        }
    }

    private synchronized void leaveStuck() {
        for (Worker worker : busy) {
            long done = worker.done.get();
            if (!worker.stuck && done == worker.doneBefore) {
                worker.stuck = true;
                running--;
            }
            worker.doneBefore = done;
        }
    }

    /** One thread. */
    private final class Worker implements Runnable {

        private final Thread thread;

        /** Tasks it has finished. */
        private final AtomicLong done = new AtomicLong();

        // Guarded by Workers.this.
        private long doneBefore = -1;
        private boolean stuck;
        private volatile boolean awake;
        private boolean begun;

        Worker(String threadName) {
            thread = new Thread(this, threadName);
            thread.setDaemon(true);
        }

        /** Makes it take tasks; called by the one who engaged it. */
        void begin() {
            if (begun) {
                LockSupport.unpark(thread);
            } else {
                begun = true;
                thread.start();
            }
        }

        @Override
        public void run() {
            while (true) {
                Runnable task = tasks.poll();
                if (task != null) {
                    runOne(task);
                } else if (!rest(this) && !sleep()) {
                    return;
                }
            }
        }

        private void runOne(Runnable task) {
            try {
                task.run();
            } catch (RuntimeException | LinkageError | AssertionError e) {
                LOG.log(Level.WARNING, "A task of the bus failed; the bus goes on", e);
            }
            done.lazySet(done.get() + 1);
        }

        /** Waits to be needed; says whether it is. */
        private boolean sleep() {
            long until = System.nanoTime() + IDLE_NANOS;
            while (!awake) {
                long left = until - System.nanoTime();
                if (closed || left <= 0) {
                    if (end(this)) {
                        return false;
                    }
                } else {
                    LockSupport.parkNanos(this, left);
                }
            }
            return true;
        }
    }
}
