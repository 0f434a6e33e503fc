package headway.core;

import headway.transport.Address;

/** A way to a peer: one of our links and the peer's address on it. Compared by identity. */
final class Route {

    private final LinkSlot slot;
    private final Address address;
    private long takenAt;

    Route(LinkSlot slot, Address address) {
        this.slot = slot;
        this.address = address;
    }

    LinkSlot slot() {
        return slot;
    }

    Address address() {
        return address;
    }

    /** From now on it is the way that is used. */
    void take(long now) {
        takenAt = now;
    }

    /** Since when it is used. */
    long takenAt() {
        return takenAt;
    }
}
