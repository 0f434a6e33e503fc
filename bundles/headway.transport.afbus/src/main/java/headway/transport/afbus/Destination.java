package headway.transport.afbus;

import headway.sys.Backlog;
import headway.sys.OffHeap;
import headway.transport.Address;

/** Whom something is sent to: another link, or a group. Guarded by {@link Outgoing}. */
class Destination {

    private final Address address;
    private final int policy;

    /** What waits for room there, or null while nothing ever did. */
    Backlog backlog;
    /** Nobody is there, and of a link: nobody will ever be again. */
    boolean deserted;
    /** Of a group: when it was last seen that somebody is in it. */
    long inhabited;

    /**
     * Nothing waits for it.
     *
     * @param policy what it means if it has no room, such as {@link headway.sys.Afbus#BUS_WAIT}
     */
    Destination(Address address, int policy) {
        this.address = address;
        this.policy = policy;
    }

    final Address address() {
        return address;
    }

    final int policy() {
        return policy;
    }

    final boolean isWaiting() {
        return backlog != null && !backlog.isEmpty();
    }

    /** Where to keep what waits. */
    final Backlog backlog(int capacity) {
        if (backlog == null) {
            backlog = new Backlog(OffHeap.allocate(capacity));
        }
        return backlog;
    }

    @Override
    public final String toString() {
        return address.toString();
    }
}
