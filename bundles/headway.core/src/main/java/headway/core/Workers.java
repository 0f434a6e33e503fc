package headway.core;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that call subscribers and handlers.
 *
 * <p>Few of them run at a time (one for two processors), because waking a thread for every subscriber of every message would
 * cost more than calling them all. A task that takes longer than a millisecond while others wait is left to its thread, and
 * another thread goes on with the rest: whoever blocks keeps nobody else. Threads that are not needed end after a while.
 *
 * <p>Where nobody is at work the thread that brings messages is lent for a moment, see {@link Lender}.
 */
final class Workers implements Callers, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Workers.class.getName());
    private static final long PATIENCE_NANOS = 1_000_000;
    private static final long IDLE_NANOS = 10_000_000_000L;
    private static final int MOST_THREADS = 1024;

    /** A thread that is lent goes back after so long; a worker goes on. */
    private static final long LOAN_NANOS = 200_000;

    /** One that is lent for longer than this is stuck. */
    private static final long LENT_PATIENCE_NANOS = 5_000_000;

    /** So often that is looked at, until so long after the last loan: more often would cost more than many receivers do. */
    private static final long LENT_LOOK_NANOS = 20_000_000;

    private static final long LENDING_NANOS = 100_000_000;

    private final String name;
    private final int most;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final Thread watch;

    /** Workers that take tasks and are not stuck in one; changed under the lock. */
    private volatile int running;

    private volatile boolean closed;

    private volatile long lastLoan = System.nanoTime() - LENDING_NANOS;

    // Guarded by this.
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private final ArrayDeque<Hand> busy = new ArrayDeque<>();
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
        if (!Lender.gathersFor(this)) {
            takeUp();
        }
    }

    /** Sees to it that somebody takes the tasks that wait. */
    private void takeUp() {
        if (running == 0) {
            start(1);
        } else {
            look();
        }
    }

    /** Whoever runs might be stuck. */
    private void look() {
        if (!watching.get() && watching.compareAndSet(false, true)) {
            LockSupport.unpark(watch);
        }
    }

    @Override
    public Loan loan(Place place) {
        return place.hasGuests() ? new Lender(this, place) : NONE;
    }

    /**
     * Lets this thread run what waits, for a moment, unless somebody is at it.
     *
     * @return whether it was stuck in something meanwhile
     */
    boolean lend(Hand hand) {
        if (tasks.isEmpty()) {
            return false;
        }
        if (!begin(hand)) {
            takeUp();
            return false;
        }
        lastLoan = System.nanoTime();
        look();
        long until = lastLoan + LOAN_NANOS;
        Runnable task = tasks.poll();
        while (task != null) {
            runOne(task, hand);
            task = hand.stuck || System.nanoTime() - until >= 0 ? null : tasks.poll();
        }
        boolean wasStuck = end(hand);
        if (!tasks.isEmpty()) {
            takeUp();
        }
        return wasStuck;
    }

    private synchronized boolean begin(Hand hand) {
        if (running > 0) {
            return false;
        }
        running++;
        busy.add(hand);
        return true;
    }

    private synchronized boolean end(Hand hand) {
        boolean wasStuck = hand.stuck;
        if (!wasStuck) {
            running--;
        }
        busy.remove(hand);
        hand.stuck = false;
        return wasStuck;
    }

    boolean isClosed() {
        return closed;
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

    private synchronized boolean leave(Worker worker) {
        if (worker.awake) {
            return false;
        }
        idle.remove(worker);
        threads--;
        return true;
    }

    /** Looks every millisecond while tasks wait, and now and then while threads are lent, whether somebody is stuck. */
    private void watch() {
        while (!closed) {
            watchOnce();
        }
    }

    private void watchOnce() {
        if (isQuiet()) {
            watching.set(false);
            if (isQuiet()) {
                LockSupport.park(this);
            }
            watching.set(true);
        }
        LockSupport.parkNanos(this, tasks.isEmpty() ? LENT_LOOK_NANOS : PATIENCE_NANOS);
        leaveStuck();
        if (!tasks.isEmpty()) {
            start(most);
        }
    }

    private boolean isQuiet() {
        return tasks.isEmpty() && System.nanoTime() - lastLoan > LENDING_NANOS;
    }

    private synchronized void leaveStuck() {
        boolean waiting = !tasks.isEmpty();
        boolean lentLong = System.nanoTime() - lastLoan > LENT_PATIENCE_NANOS;
        for (Hand hand : busy) {
            long done = hand.done.get();
            boolean keepsTasks = waiting && done == hand.doneBefore;
            if (!hand.stuck && (keepsTasks || (lentLong && hand.isMissed()))) {
                hand.stuck = true;
                running--;
                hand.replace();
            }
            hand.doneBefore = done;
        }
    }

    private static void runOne(Runnable task, Hand hand) {
        try {
            task.run();
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOG.log(Level.WARNING, "A task of the bus failed; the bus goes on", e);
        }
        hand.done.lazySet(hand.done.get() + 1);
    }

    /** Somebody who runs tasks. */
    abstract static class Hand {

        /** Tasks it has finished. */
        final AtomicLong done = new AtomicLong();

        /** As it was looked the last time; guarded by the workers. */
        long doneBefore = -1;

        /** Others go on in its place; changed under the lock of the workers. */
        volatile boolean stuck;

        /** Whether it is missed for more than the tasks that wait. */
        boolean isMissed() {
            return false;
        }

        /** It is stuck. */
        void replace() {}
    }

    /** One thread. */
    private final class Worker extends Hand implements Runnable {

        private final Thread thread;

        // Guarded by Workers.this.
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
                    runOne(task, this);
                } else if (!rest(this) && !sleep()) {
                    return;
                }
            }
        }

        /** Waits to be needed; says whether it is. */
        private boolean sleep() {
            long until = System.nanoTime() + IDLE_NANOS;
            while (!awake) {
                long left = until - System.nanoTime();
                if (closed || left <= 0) {
                    if (leave(this)) {
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
