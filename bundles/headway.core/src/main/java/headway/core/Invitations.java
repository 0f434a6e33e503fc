package headway.core;

import headway.transport.Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The groups this node's links are members of, because another node sends to them and asked for it. Belongs to the bus's
 * owner.
 */
final class Invitations {

    /** So many groups for one node; no honest one asks for more. */
    private static final int MOST_OF_ONE = Groups.MOST;

    private static final int MOST = 1024;

    private record Membership(Session host, LinkSlot slot) {}

    private final List<LinkSlot> links;
    private final Map<Long, Membership> joined = new HashMap<>();

    /**
     * @param links the node's links; changed by the owner
     */
    Invitations(List<LinkSlot> links) {
        this.links = links;
    }

    /** Joins a group that a node sends to over a transport; says whether that was possible. */
    boolean accept(Session host, String transport, long group) {
        Address address = new Address(group);
        if (!address.isGroup()
                || address.equals(Address.EVERYONE)
                || joined.containsKey(group)
                || joined.size() >= MOST
                || joined.values().stream().filter(each -> each.host() == host).count() >= MOST_OF_ONE) {
            return false;
        }
        for (LinkSlot slot : links) {
            if (slot.transport().name().equals(transport) && slot.hasGroups()) {
                slot.link().join(address);
                joined.put(group, new Membership(host, slot));
                return true;
            }
        }
        return false;
    }

    /** That node sends to that group no more. */
    void end(Session host, long group) {
        Membership membership = joined.get(group);
        if (membership != null && membership.host() == host) {
            joined.remove(group);
            leave(group, membership);
        }
    }

    /** That node will not come back. */
    void forget(Session host) {
        joined.entrySet().removeIf(entry -> {
            boolean its = entry.getValue().host() == host;
            if (its) {
                leave(entry.getKey(), entry.getValue());
            }
            return its;
        });
    }

    private static void leave(long group, Membership membership) {
        if (!membership.slot().isDead()) {
            membership.slot().link().leave(new Address(group));
        }
    }

    /** A link ended, and with it its memberships. */
    void linkEnded(LinkSlot slot) {
        joined.values().removeIf(membership -> membership.slot() == slot);
    }

    /** How many there are. */
    int count() {
        return joined.size();
    }
}
