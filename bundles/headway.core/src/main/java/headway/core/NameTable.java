package headway.core;

import headway.bus.NameFlag;
import headway.bus.NameReply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
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

    NameReply request(String name, String asker, Set<NameFlag> flags) {
        List<Claim> queue = queues.computeIfAbsent(name, n -> new ArrayList<>());
        Claim claim = new Claim(asker, flags);
        if (queue.isEmpty()) {
            queue.add(claim);
            return NameReply.PRIMARY_OWNER;
        }
        Claim owner = queue.get(0);
        if (owner.owner().equals(asker)) {
            queue.set(0, claim);
            return NameReply.ALREADY_OWNER;
        }
        if (flags.contains(NameFlag.REPLACE_EXISTING) && owner.flags().contains(NameFlag.ALLOW_REPLACEMENT)) {
            queue.removeIf(other -> other.owner().equals(asker));
            queue.add(0, claim);
            if (owner.flags().contains(NameFlag.DO_NOT_QUEUE)) {
                queue.remove(1);
            }
            return NameReply.PRIMARY_OWNER;
        }
        int place = placeOf(queue, asker);
        if (flags.contains(NameFlag.DO_NOT_QUEUE)) {
            if (place >= 0) {
                queue.remove(place);
            }
            return NameReply.EXISTS;
        }
        if (place >= 0) {
            queue.set(place, claim);
        } else {
            queue.add(claim);
        }
        return NameReply.IN_QUEUE;
    }

    /** Gives up ownership or a place in the queue; says whether there was one. */
    boolean release(String name, String owner) {
        List<Claim> queue = queues.get(name);
        if (queue == null || !queue.removeIf(claim -> claim.owner().equals(owner))) {
            return false;
        }
        if (queue.isEmpty()) {
            queues.remove(name);
        }
        return true;
    }

    /** Somebody left the bus: all its places are given up; the names that it had a place in. */
    List<String> releaseAll(String owner) {
        List<String> names = new ArrayList<>();
        for (String name : List.copyOf(queues.keySet())) {
            if (release(name, owner)) {
                names.add(name);
            }
        }
        return names;
    }

    /** Takes over what the arbiter says about one name. */
    void replace(String name, List<Claim> queue) {
        if (queue.isEmpty()) {
            queues.remove(name);
        } else {
            queues.put(name, new ArrayList<>(queue));
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
