package headway.core;

import java.util.function.BooleanSupplier;

/** Where one thread receives, for as long as it is not {@link Lender lent}; if it is stuck elsewhere, another one can. Any thread. */
interface Place {

    /** Whether another thread may receive here. */
    boolean hasGuests();

    /** Whether a thread that is not the place's own may be receiving. */
    boolean isVisited();

    /** Whether nothing comes here any more. */
    boolean isDead();

    /**
     * Receives on this thread in place of the one whose place it is.
     *
     * @param enough looked at now and then: whether to return
     * @param nanos so long at most, about
     * @return whether it was possible
     */
    boolean receive(BooleanSupplier enough, long nanos);
}
