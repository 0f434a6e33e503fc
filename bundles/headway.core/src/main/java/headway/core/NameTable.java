package headway.core;

import headway.bus.NameFlag;
import headway.bus.NameReply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who owns which well-known name and who waits for it, by the rules of the D-Bus specification, {@code RequestName} and
 * {@code ReleaseName}. Knows nothing of nodes. Not safe for threads.
 */
final class NameTable {

    /** One place in a name's queue; the first is the owner's. */
    record Claim(String owner, Set<NameFlag> flags) {

        Claim {
            flags = Collections.unmodifiableSet(
                    flags.isEmpty() ? EnumSet.noneOf(NameFlag.class) : EnumSet.copyOf(flags));
        }
    }

    private final Map<String, List<Claim>> queues = new LinkedHashMap<>();

    /** The names that somebody has a place in the queue of. */
    private final Map<String, Set<String>> byOwner = new HashMap<>();

    NameReply request(String name, String asker, Set<NameFlag> flags) {
        List<Claim> queue = queues.computeIfAbsent(name, n -> new ArrayList<>());
        Claim claim = new Claim(asker, flags);
        if (queue.isEmpty()) {
            add(name, queue, 0, claim);
            return NameReply.PRIMARY_OWNER;
        }
        Claim owner = queue.get(0);
        if (owner.owner().equals(asker)) {
            queue.set(0, claim);
            return NameReply.ALREADY_OWNER;
        }
        boolean replace = flags.contains(NameFlag.REPLACE_EXISTING);
        int place = placeOf(queue, asker);
        if (replace && owner.flags().contains(NameFlag.ALLOW_REPLACEMENT)) {
            if (place > 0) {
                queue.remove(place);
            }
            add(name, queue, 0, claim);
            if (owner.flags().contains(NameFlag.DO_NOT_QUEUE)) {
                remove(name, queue, 1);
            }
            return NameReply.PRIMARY_OWNER;
        }
        if (flags.contains(NameFlag.DO_NOT_QUEUE)) {
            if (place > 0) {
                remove(name, queue, place);
            }
            return NameReply.EXISTS;
        }
        if (place > 0 && replace) {
            queue.remove(place);
            queue.add(1, claim);
        } else if (place > 0) {
            queue.set(place, claim);
        } else {
            // Who would replace, but may not, waits next to the owner.
            add(name, queue, replace ? 1 : queue.size(), claim);
        }
        return NameReply.IN_QUEUE;
    }

    private void add(String name, List<Claim> queue, int place, Claim claim) {
        queue.add(place, claim);
        byOwner.computeIfAbsent(claim.owner(), o -> new LinkedHashSet<>()).add(name);
    }

    private void remove(String name, List<Claim> queue, int place) {
        forget(queue.remove(place).owner(), name);
    }

    private void forget(String owner, String name) {
        Set<String> names = byOwner.get(owner);
        if (names != null && names.remove(name) && names.isEmpty()) {
            byOwner.remove(owner);
        }
    }

    /** Gives up ownership or a place in the queue; says whether there was one. */
    boolean release(String name, String owner) {
        List<Claim> queue = queues.get(name);
        int place = queue == null ? -1 : placeOf(queue, owner);
        if (place < 0) {
            return false;
        }
        remove(name, queue, place);
        if (queue.isEmpty()) {
            queues.remove(name);
        }
        return true;
    }

    /** Somebody left the bus: all its places are given up; the names that it had a place in, the newest first. */
    List<String> releaseAll(String owner) {
        List<String> names = new ArrayList<>(namesOf(owner));
        Collections.reverse(names);
        names.forEach(name -> release(name, owner));
        return names;
    }

    /** The names that somebody owns or waits for. */
    List<String> namesOf(String owner) {
        return List.copyOf(byOwner.getOrDefault(owner, Set.of()));
    }

    /** Takes over what the arbiter says about one name. */
    void replace(String name, List<Claim> queue) {
        List<Claim> before = queues.remove(name);
        if (before != null) {
            before.forEach(claim -> forget(claim.owner(), name));
        }
        if (!queue.isEmpty()) {
            List<Claim> now = new ArrayList<>();
            queues.put(name, now);
            queue.forEach(claim -> add(name, now, now.size(), claim));
        }
    }

    List<Claim> queue(String name) {
        return List.copyOf(queues.getOrDefault(name, List.of()));
    }

    /** The owner, or empty. */
    String owner(String name) {
        List<Claim> queue = queues.get(name);
        return queue == null ? "" : queue.get(0).owner();
    }

    Set<String> names() {
        return Set.copyOf(queues.keySet());
    }

    private static int placeOf(List<Claim> queue, String owner) {
        for (int i = 0; i < queue.size(); i++) {
            if (queue.get(i).owner().equals(owner)) {
                return i;
            }
        }
        return -1;
    }
}
