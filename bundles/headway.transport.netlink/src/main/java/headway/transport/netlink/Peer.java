package headway.transport.netlink;

import headway.sys.Backlog;
import headway.sys.OffHeap;
import headway.transport.Address;
import headway.transport.Credentials;

/** Another link of the bus, to which or from which something went. */
final class Peer {

    private final Address address;
    private final int port;

    // Belongs to who sends: guarded by Outgoing.
    /** What waits for room at the peer, or null while nothing ever did. */
    Backlog backlog;
    /** Nothing is sent there any more. */
    boolean dying;

    // Belongs to who receives.
    /** Who the kernel says it is; null until it has sent something. */
    Credentials credentials;
    /** The number of its socket; 0 until a census has seen it. */
    long inode;

    final PieceJoiner toUs = new PieceJoiner();
    final PieceJoiner toGroups = new PieceJoiner();

    Peer(Address address) {
        this.address = address;
        this.port = Ports.of(address);
    }

    Address address() {
        return address;
    }

    int port() {
        return port;
    }

    boolean isWaiting() {
        return backlog != null && !backlog.isEmpty();
    }

    /** Where to keep what waits for this peer. */
    Backlog backlog(int capacity) {
        if (backlog == null) {
            backlog = new Backlog(OffHeap.allocate(capacity));
        }
        return backlog;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
