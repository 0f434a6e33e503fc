package headway.core;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;

/**
 * Says who owns the bus's state: at any moment at most one thread does, and everybody else posts to the {@link Outbox}.
 *
 * <p>Owning is a role, not a thread, because each hand-over between threads costs more than all the work in between: the
 * thread that brings a frame owns the state while it takes it in, and a caller that finds nobody at work does its own
 * work at once. For everything else (bursts, timers) there is one thread that is always willing.
 *
 * <p>Nobody runs code of others while it owns: subscribers and handlers are called after {@link #leave}.
 */
final class Owner {

    private static final long NEVER = Long.MAX_VALUE;

    /** Posting into quiet longer than this is done by the poster itself; in a burst the willing thread gathers more. */
    private static final long QUIET_NANOS = 20_000;

    /**
     * While others work here the willing thread looks so often by itself: each frame sets timers that the next one makes
     * needless, and to wake it for each would cost more than the frame.
     */
    private static final long PACE_NANOS = 20_000_000;

    /** What is due may come late by a quarter of its wait: the willing thread is not woken for it if it looks by then anyway. */
    private static final int MERCY = 4;

    private final ReentrantLock role = new ReentrantLock();
    private final Clock clock;
    private final LongUnaryOperator work;
    private final DirectRunner direct;
    private final Thread willing;

    /** Whether what this thread posts may wait for what else it posts. */
    private final ThreadLocal<Boolean> gathering = ThreadLocal.withInitial(() -> false);

    private volatile boolean parked;
    private volatile boolean closed;
    private volatile long lastWork;
    // Belongs to who owns.
    private long wakeAt = NEVER;
    /** Others have worked here since the willing thread did. */
    private boolean lively;

    /**
     * Not yet started.
     *
     * @param work does what there is to do at that time and returns when it wants to be called again, or {@link
     *     Long#MIN_VALUE} for at once; called by the one who owns
     * @param direct runs the code of others afterwards, on the threads of the bus only
     */
    Owner(String name, Clock clock, LongUnaryOperator work, DirectRunner direct) {
        this.clock = clock;
        this.work = work;
        this.direct = direct;
        this.willing = new Thread(this::run, name);
        this.willing.setDaemon(true);
    }

    void start() {
        willing.start();
    }

    /** Becomes the owner, waiting for the one who is; never long. */
    void enter() {
        role.lock();
    }

    /** Does what there is to do and lets go. */
    void workAndLeave() {
        try {
            long next = workOnce();
            lively = true;
            if (next == Long.MIN_VALUE || next < wakeAt - (next - lastWork) / MERCY) {
                wakeAt = next;
                wake();
            }
        } finally {
            role.unlock();
        }
    }

    /** Whether this thread is the owner. */
    boolean isHere() {
        return role.isHeldByCurrentThread();
    }

    /** Lets go. */
    void leave() {
        role.unlock();
    }

    /** Something was posted that somebody waits for: do it now if nobody else does. */
    void postedUrgently() {
        if (!isHere()) {
            doNow();
            if (direct.hasWork()) {
                wake();
            }
        }
    }

    /** As {@link #postedUrgently}, by a thread that runs what is to be run directly itself. */
    void doNow() {
        if (!closed && role.tryLock()) {
            workAndLeave();
        } else {
            wake();
        }
    }

    /** What this thread posts while that runs is looked at when it returns, unless somebody waits for it. */
    void gather(Runnable posting) {
        if (gathering.get()) {
            posting.run();
            return;
        }
        gathering.set(true);
        try {
            posting.run();
        } finally {
            gathering.set(false);
            posted();
        }
    }

    /** Something was posted: do it now if all was quiet, else the willing thread gathers it with what follows. */
    void posted() {
        if (!parked || gathering.get()) {
            return;
        }
        if (clock.nanos() - lastWork > QUIET_NANOS) {
            postedUrgently();
        } else {
            wake();
        }
    }

    /** Makes the willing thread look. */
    void wake() {
        if (parked) {
            parked = false;
            LockSupport.unpark(willing);
        }
    }

    /** Stops the willing thread; the role stays for whoever still enters. */
    void close() {
        closed = true;
        LockSupport.unpark(willing);
    }

    /**
     * Does what there is to do, on this thread: instead of the willing thread, for an owner that was never started.
     *
     * @return when there is something to do again
     */
    long step() {
        long next;
        role.lock();
        try {
            next = workOnce();
        } finally {
            role.unlock();
        }
        direct.runAll();
        return next;
    }

    private long workOnce() {
        long now = clock.nanos();
        long next = work.applyAsLong(now);
        lastWork = now;
        return next;
    }

    private void run() {
        while (!closed) {
            turn();
        }
    }

    /** One turn of the willing thread; a method of its own, because it is compiled long before a loop that rarely turns is. */
    private void turn() {
        long next;
        role.lock();
        try {
            // Whoever posts after this sees that it must wake; whoever posted before is served by this work.
            parked = true;
            next = workOnce();
            if (lively && next != Long.MIN_VALUE) {
                next = Math.min(next, lastWork + PACE_NANOS);
                lively = false;
            }
            wakeAt = next;
        } finally {
            role.unlock();
        }
        direct.runAll();
        if (next == Long.MIN_VALUE) {
            Thread.onSpinWait();
        } else if (parked) {
            long wait = next - clock.nanos();
            if (next == NEVER) {
                LockSupport.park(this);
            } else if (wait > 0) {
                LockSupport.parkNanos(this, wait);
            }
        }
    }
}
