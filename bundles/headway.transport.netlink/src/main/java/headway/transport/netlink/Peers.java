package headway.transport.netlink;

import headway.transport.Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The peers of a link. Any thread may look one up, without a lock and without allocating. */
final class Peers {

    /** So many addresses of links that ended are remembered; the bits above the port do the rest. */
    private static final int MOST_GONE = 4096;

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

    private final Map<Address, Boolean> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Address, Boolean> eldest) {
            return size() > MOST_GONE;
        }
    };

    /** The peer of that address, or null. */
    Peer get(long address) {
        Table now = table;
        int at = Arrays.binarySearch(now.addresses, address);
        return at < 0 ? null : now.peers[at];
    }

    /** The peer at that port, or null. */
    Peer atPort(int port) {
        for (Peer each : table.peers) {
            if (each.port() == port) {
                return each;
            }
        }
        return null;
    }

    /** All peers there are now. */
    List<Peer> all() {
        return List.of(table.peers);
    }

    boolean isEmpty() {
        return table.peers.length == 0;
    }

    boolean isThere(Peer peer) {
        return get(peer.address().value()) == peer;
    }

    /** Whether there was a peer of that address which has ended. */
    synchronized boolean isGone(Address address) {
        return gone.containsKey(address);
    }

    /** The peer of that address, new if there is none; null if it has ended. */
    synchronized Peer meet(Address address) {
        Peer known = get(address.value());
        if (known != null || gone.containsKey(address)) {
            return known;
        }
        Peer peer = new Peer(address);
        List<Peer> next = new ArrayList<>(all());
        next.add(peer);
        replace(next);
        return peer;
    }

    /** Forgets a peer that has ended; says whether it was there. */
    synchronized boolean remove(Peer peer) {
        List<Peer> next = new ArrayList<>(all());
        if (!next.remove(peer)) {
            return false;
        }
        gone.put(peer.address(), Boolean.TRUE);
        replace(next);
        return true;
    }

    private void replace(List<Peer> next) {
        next.sort(Comparator.comparing(Peer::address));
        table = new Table(next);
    }
}
