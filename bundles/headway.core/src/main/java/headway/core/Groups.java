package headway.core;

import headway.transport.Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The groups this node sends to: one for each audience it publishes to again and again over a link that has groups. Few, and
 * the one that was used least recently makes room for another. Belongs to the bus's owner.
 */
final class Groups {

    /** So many at most: the kernel has few, or counts them. */
    static final int MOST = 16;

    /** A group that was used so recently does not make room for another. */
    private static final long BUSY_NANOS = 1_000_000_000;

    /** A member without room keeps the others waiting so long at most, and never longer than publishers wait for it. */
    private static final long MOST_HOLD_NANOS = 100_000_000;

    private static final int MOST_AUDIENCES = 1024;
    private static final int SHARES_SHIFT = 40;

    private final SplittableRandom addresses;
    private final Map<List<Session>, Audience> audiences = new HashMap<>();
    private final List<Group> groups = new ArrayList<>();
    private final byte[] frame = new byte[Frame.MAX];
    private final long holdNanos;
    private long founded;

    Groups(long incarnation, long leastPatienceMillis) {
        holdNanos = Math.min(MOST_HOLD_NANOS, leastPatienceMillis * 1_000_000 / 2);
        // A node's incarnation is random, so are the addresses of its groups.
        addresses = new SplittableRandom(incarnation);
    }

    List<Group> all() {
        return groups;
    }

    // ---------------------------------------------------------------- whom a message goes to

    /**
     * The group that may serve the audience of a message, or null.
     *
     * @param receivers who wants that topic; the same array as long as the same nodes do
     */
    Group serving(Topic topic, Session[] receivers, int size, long now) {
        if (receivers.length < 2) {
            return null;
        }
        Audience audience = topic.audience(receivers);
        if (audience == null) {
            audience = audience(receivers);
            topic.audience(receivers, audience);
        }
        Group group = audience.group();
        if (group != null && group.isFresh() && !group.isOfUse()) {
            end(group);
            group = null;
        } else if (group == null && audience.isWorthGroup()) {
            group = found(audience, now);
        }
        if (group == null || !group.fits(size)) {
            return null;
        }
        group.makeRoom(size, now);
        return group;
    }

    private Audience audience(Session[] receivers) {
        if (audiences.size() >= MOST_AUDIENCES) {
            audiences.values().removeIf(audience -> audience.group() == null);
        }
        return audiences.computeIfAbsent(List.of(receivers), same -> new Audience(receivers));
    }

    // ---------------------------------------------------------------- their lives

    private Group found(Audience audience, long now) {
        for (Session session : audience.sessions()) {
            LinkSlot slot = slotOf(session);
            if (slot != null && slot.hasGroups()) {
                Session[] members = Arrays.stream(audience.sessions())
                        .filter(each -> slotOf(each) == slot)
                        .limit(GroupFrame.MOST)
                        .toArray(Session[]::new);
                if (members.length > 1 && makeRoom(now)) {
                    founded++;
                    Group group = new Group(newAddress(), slot, holdNanos, founded << SHARES_SHIFT, members, frame);
                    groups.add(group);
                    audience.serve(group);
                    group.invite();
                    return group;
                }
            }
        }
        return null;
    }

    private static LinkSlot slotOf(Session session) {
        Route route = session.route();
        return route == null || !session.isBound() ? null : route.slot();
    }

    private Address newAddress() {
        Address address;
        do {
            address = Address.group(addresses.nextLong());
        } while (address.equals(Address.EVERYONE));
        return address;
    }

    private boolean makeRoom(long now) {
        if (groups.size() < MOST) {
            return true;
        }
        Group idle = groups.get(0);
        for (Group group : groups) {
            if (group.usedAt() < idle.usedAt()) {
                idle = group;
            }
        }
        if (now - idle.usedAt() < BUSY_NANOS) {
            return false;
        }
        end(idle);
        return true;
    }

    private void end(Group group) {
        groups.remove(group);
        for (Audience audience : audiences.values()) {
            if (audience.group() == group) {
                audience.serveNoMore();
            }
        }
        group.end();
    }

    /** A node says whether it has joined. */
    void answered(Session session, long address, boolean joined) {
        for (Group group : groups) {
            if (group.address().value() == address) {
                group.answered(session, joined);
            }
        }
    }

    /** That node will not come back. */
    void forget(Session session) {
        for (Group group : groups.toArray(Group[]::new)) {
            if (group.has(session)) {
                end(group);
            }
        }
        audiences.keySet().removeIf(sessions -> sessions.contains(session));
    }

    /** A link ended. */
    void linkEnded(LinkSlot slot) {
        for (Group group : groups.toArray(Group[]::new)) {
            if (group.slot() == slot) {
                end(group);
            }
        }
    }

    /** A link that was full may have room again. */
    void onWritable(LinkSlot slot) {
        for (Group group : groups) {
            if (group.slot() == slot) {
                group.unblock();
            }
        }
    }

    // ---------------------------------------------------------------- work

    /** Sends what there is; says whether something has changed for the sessions. */
    boolean pump(long now) {
        boolean progress = false;
        for (int i = 0; i < groups.size(); i++) {
            progress |= groups.get(i).pump(now);
        }
        return progress;
    }

    /** When a group has waited for a member long enough. */
    long heldUntil() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < groups.size(); i++) {
            next = Math.min(next, groups.get(i).heldUntil());
        }
        return next;
    }
}
