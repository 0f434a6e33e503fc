package headway.transport.afbus;

import headway.transport.Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The peers of a link. Any thread may look one up, without a lock and without allocating. */
final class Peers {

    /** Peers by address, ascending; never changed, only replaced. */
    private static final class Table {
        final long[] addresses;
        final Peer[] peers;

        Table(List<Peer> sorted) {
            addresses =
                    sorted.stream().mapToLong(each -> each.address().value()).toArray();
            peers = sorted.toArray(Peer[]::new);
        }
    }

    private volatile Table table = new Table(List.of());

    /** The peer of that address, or null. */
    Peer get(long address) {
        Table now = table;
        int at = Arrays.binarySearch(now.addresses, address);
        return at < 0 ? null : now.peers[at];
    }

    /** All peers there are now. */
    List<Peer> all() {
        return List.of(table.peers);
    }

    boolean isEmpty() {
        return table.peers.length == 0;
    }

    /** The peer of that address, new if there is none. */
    synchronized Peer meet(Address address) {
        Peer known = get(address.value());
        if (known != null) {
            return known;
        }
        Peer peer = new Peer(address);
        List<Peer> next = new ArrayList<>(all());
        next.add(peer);
        replace(next);
        return peer;
    }

    /** Something came from a peer for the first time; it is known from now on, also if it was just forgotten. */
    synchronized void heard(Peer peer) {
        peer.heard = true;
        if (get(peer.address().value()) == null) {
            List<Peer> next = new ArrayList<>(all());
            next.add(peer);
            replace(next);
        }
    }

    /** Forgets a peer that nothing ever came from. */
    synchronized void forgetUnheard(Peer peer) {
        if (!peer.heard) {
            remove(peer);
        }
    }

    /** Forgets a peer. */
    synchronized void remove(Peer peer) {
        List<Peer> next = new ArrayList<>(all());
        if (next.remove(peer)) {
            replace(next);
        }
    }

    private void replace(List<Peer> next) {
        next.sort(Comparator.comparing(Peer::address));
        table = new Table(next);
    }
}
