package headway.core;

import headway.transport.Address;

/** A way to a peer: one of our links and the peer's address on it. Compared by identity. */
final class Route {

    private final LinkSlot slot;
    private final Address address;

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
}
