package headway.core;

import java.util.concurrent.locks.LockSupport;

/**
 * Lets the thread that brings messages call their receivers itself, before it receives again: to wake another one costs more
 * than most of them take.
 *
 * <p>Whoever takes long holds up nobody: after a moment a {@link Workers worker} goes on with the rest, and while the thread is
 * stuck in a receiver another one takes its place. A thread that was stuck is not lent for a while, and
 * longer each time.
 */
final class Lender extends Workers.Hand implements Callers.Loan {

    private static final ThreadLocal<Lender> HERE = new ThreadLocal<>();

    private static final long LEAST_REST_NANOS = 50_000_000;
    private static final long MOST_REST_NANOS = 30_000_000_000L;

    /** So long at most a stand-in receives before it looks again whether it is needed. */
    private static final long STAND_IN_NANOS = 1_000_000_000;

    private final Workers workers;
    private final Place place;

    // The place's own thread's.
    private boolean gathering;
    private long rest = LEAST_REST_NANOS;
    private long restsUntil = System.nanoTime();

    Lender(Workers workers, Place place) {
        this.workers = workers;
        this.place = place;
    }

    /** Whether what this thread executes there waits for it to be lent. */
    static boolean gathersFor(Workers workers) {
        Lender here = HERE.get();
        return here != null && here.gathering && here.workers == workers;
    }

    /** {@inheritDoc} Not while there are guests: this may be one, and the threads of applications run no code of others. */
    @Override
    public void gather() {
        if (!gathering && !place.isVisited() && System.nanoTime() - restsUntil >= 0) {
            gathering = true;
            if (HERE.get() != this) {
                HERE.set(this);
            }
        }
    }

    @Override
    public void lend() {
        if (gathering && HERE.get() == this) {
            gathering = false;
            if (workers.lend(this)) {
                rest();
            }
            // A subscriber may leave it interrupted.
            Thread.interrupted();
        }
    }

    private void rest() {
        long now = System.nanoTime();
        rest = now - restsUntil < rest ? Math.min(2 * rest, MOST_REST_NANOS) : LEAST_REST_NANOS;
        restsUntil = now + rest;
    }

    /** {@inheritDoc} Nobody receives there. */
    @Override
    boolean isMissed() {
        return true;
    }

    @Override
    void replace() {
        Thread standIn = new Thread(this::standIn, "headway-stand-in-" + place);
        standIn.setDaemon(true);
        standIn.start();
    }

    private void standIn() {
        while (stuck && !place.isDead() && !workers.isClosed()) {
            if (!place.receive(() -> !stuck, STAND_IN_NANOS)) {
                LockSupport.parkNanos(this, 1_000_000);
            }
        }
    }
}
