package headway.sys;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Whose turn it is to receive from a socket: a thread's own, or that of a guest, a thread that waits for something and takes it
 * in itself, so that nobody need be woken for it.
 *
 * <p>One guest at a time, and only where the own thread has nothing to do: several who wait are served best by it.
 */
public final class Turn {

    /** So long the own thread leaves the turn to a guest that has left it, and a guest waits for the own thread. */
    private static final long LEASE_NANOS = 200_000;

    /** Where two wanted to be guests at once nobody is one for a while. */
    private static final long CONTENDED_NANOS = 10_000_000;

    /** A guest looks so often whether it has enough, when nothing arrives. */
    private static final int GUEST_MILLIS = 5;

    /** What a turn is used for. */
    public interface Round {

        /**
         * Waits so long at most until something is to be done, and does it.
         *
         * @return whether {@link #pause} is to follow
         */
        boolean once(int millis) throws IOException;

        /** Does what may take its time; the own thread has let go of the turn meanwhile, so that there may be a guest. */
        void pause();

        /** Whether there will never be anything to do again. */
        boolean isOver();

        /** Makes whoever waits return. */
        void wake();

        /** Nothing can be done any more. */
        void failed(Exception cause);
    }

    private final Round round;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    /** A guest has the turn, or waits for it. */
    private final AtomicBoolean guest = new AtomicBoolean();
    /** The own thread waits for something to do. */
    private volatile boolean idle;

    /** The own thread has let go of the turn to do something that may take its time. */
    private volatile boolean away;

    private volatile long guestLeft = System.nanoTime() - LEASE_NANOS;
    private volatile long contended = System.nanoTime() - CONTENDED_NANOS;

    /**
     * Nobody has the turn yet.
     *
     * @param thread the own one, which will call {@link #run}
     */
    public Turn(Round round, Thread thread) {
        this.round = round;
        this.thread = thread;
    }

    /** Whoever waits has something to do now. */
    public void busy() {
        idle = false;
    }

    /** The own thread's life: returns when all is over. */
    public void run() throws IOException {
        while (!round.isOver()) {
            boolean pause;
            lock.lock();
            try {
                idle = true;
                pause = round.once(-1);
                away = pause;
            } finally {
                lock.unlock();
            }
            if (pause) {
                round.pause();
                away = false;
            }
            // A guest has the turn or has had it just now: it will most likely want it again.
            while (!round.isOver() && (guest.get() || (isLeased() && !isContended()))) {
                LockSupport.parkNanos(this, LEASE_NANOS);
                // A listener may leave the thread interrupted; then it would not park.
                Thread.interrupted();
            }
        }
    }

    /** Does something when nobody has the turn. */
    public void alone(Runnable what) {
        lock.lock();
        try {
            what.run();
        } finally {
            lock.unlock();
        }
    }

    /** The own thread need not wait any longer. */
    public void hurry() {
        LockSupport.unpark(thread);
    }

    private boolean isLeased() {
        return System.nanoTime() - guestLeft < LEASE_NANOS;
    }

    private boolean isContended() {
        return System.nanoTime() - contended < CONTENDED_NANOS;
    }

    /**
     * Lets this thread have the turn until it has enough.
     *
     * @param enough asked after each round; also becomes true without one, and is then noticed within some milliseconds
     * @param nanos for how long at most
     * @return whether it had enough; false at once if there is another guest, the own thread is busy, or this one interrupted
     */
    public boolean asGuest(BooleanSupplier enough, long nanos) {
        if (round.isOver()
                || Thread.currentThread().isInterrupted()
                || lock.isHeldByCurrentThread()
                || isContended()
                || !(idle || away || isLeased())) {
            return false;
        }
        if (!guest.compareAndSet(false, true)) {
            contended = System.nanoTime();
            return false;
        }
        try {
            if (!lock.tryLock()) {
                round.wake();
                if (!lock.tryLock(LEASE_NANOS, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
            try {
                long until = System.nanoTime() + nanos;
                while (!enough.getAsBoolean()
                        && !round.isOver()
                        && System.nanoTime() - until < 0
                        && !Thread.currentThread().isInterrupted()) {
                    if (round.once(GUEST_MILLIS)) {
                        round.pause();
                    }
                }
            } finally {
                guestLeft = System.nanoTime();
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            round.failed(e);
        } finally {
            guest.set(false);
            if (isContended()) {
                hurry();
            }
        }
        return enough.getAsBoolean();
    }
}
