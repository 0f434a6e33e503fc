package headway.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Well-known names and their queues, by the rules of RequestName and ReleaseName as the reference implementation has them.
 * What changes hands is told to a listener before the answer is given, in the order the reference tells it.
 */
final class NameTable {

    /** Told of every change of an owner; null is nobody. */
    interface Changes {
        void onChange(Name name, Client before, Client now);
    }

    static final int PRIMARY_OWNER = 1;
    static final int IN_QUEUE = 2;
    static final int EXISTS = 3;
    static final int ALREADY_OWNER = 4;

    static final int RELEASED = 1;
    static final int NON_EXISTENT = 2;
    static final int NOT_OWNER = 3;

    private final ByteMap<Name> names = new ByteMap<>();
    private final Changes changes;
    private int owned;

    NameTable(Changes changes) {
        this.changes = changes;
    }

    /** The name if somebody owns it or has rules about it, or null. */
    Name get(byte[] array, int from, int length) {
        return names.get(array, from, length);
    }

    Name get(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return names.get(bytes, 0, bytes.length);
    }

    Name getOrMake(String text) {
        Name name = get(text);
        if (name == null) {
            name = new Name(text);
            names.put(name.bytes, name);
        }
        return name;
    }

    /** Forgets a name that nobody owns and nobody has rules about. */
    void forgetIfUnused(Name name) {
        if (name.queue.isEmpty() && name.rules == null) {
            names.remove(name.bytes);
        }
    }

    /** How many names have an owner. */
    int owned() {
        return owned;
    }

    /** The names that have an owner. */
    List<String> list() {
        List<String> list = new ArrayList<>();
        names.forEach(name -> {
            if (name.owner() != null) {
                list.add(name.text);
            }
        });
        return list;
    }

    int request(String text, Client client, int flags) {
        Name name = getOrMake(text);
        Client before = name.owner();
        if (before == null) {
            add(name, 0, client, flags);
            owned++;
            changes.onChange(name, null, client);
            return PRIMARY_OWNER;
        }
        Name.Claim first = name.queue.get(0);
        if (before == client) {
            first.flags = flags;
            return ALREADY_OWNER;
        }
        boolean replace = (flags & Name.REPLACE_EXISTING) != 0;
        int place = name.placeOf(client);
        if (replace && first.has(Name.ALLOW_REPLACEMENT)) {
            if (place > 0) {
                name.queue.remove(place);
            }
            add(name, 0, client, flags);
            if (first.has(Name.DO_NOT_QUEUE)) {
                drop(name, 1);
            }
            changes.onChange(name, before, client);
            return PRIMARY_OWNER;
        }
        if ((flags & Name.DO_NOT_QUEUE) != 0) {
            if (place > 0) {
                drop(name, place);
            }
            return EXISTS;
        }
        // Who would replace, but may not, waits next to the owner.
        if (place > 0) {
            name.queue.get(place).flags = flags;
            if (replace) {
                name.queue.add(1, name.queue.remove(place));
            }
        } else {
            add(name, replace ? 1 : name.queue.size(), client, flags);
        }
        return IN_QUEUE;
    }

    private static void add(Name name, int place, Client client, int flags) {
        name.queue.add(place, new Name.Claim(client, flags));
        if (client.names.add(name)) {
            client.account.names++;
        }
    }

    private static void drop(Name name, int place) {
        Client client = name.queue.remove(place).client;
        if (client.names.remove(name)) {
            client.account.names--;
        }
    }

    /**
     * Takes over what the arbiter of all nodes says about a name.
     *
     * @param queue places of clients that are there, the owner's first
     */
    void replace(String text, List<Name.Claim> queue) {
        Name name = getOrMake(text);
        Client before = name.owner();
        // Who stays keeps its place among the names of its own: they go in the order they came.
        Set<Client> staying = new HashSet<>();
        queue.forEach(claim -> staying.add(claim.client));
        for (int i = name.queue.size() - 1; i >= 0; i--) {
            if (!staying.contains(name.queue.get(i).client)) {
                drop(name, i);
            }
        }
        name.queue.clear();
        for (Name.Claim claim : queue) {
            add(name, name.queue.size(), claim.client, claim.flags);
        }
        Client now = name.owner();
        owned += (now == null ? 0 : 1) - (before == null ? 0 : 1);
        if (before != now) {
            changes.onChange(name, before, now);
        }
        forgetIfUnused(name);
    }

    int release(String text, Client client) {
        Name name = get(text);
        if (name == null || name.owner() == null) {
            return NON_EXISTENT;
        }
        return release(name, client) ? RELEASED : NOT_OWNER;
    }

    /** Gives up a name or a place in its queue; whether there was one. */
    boolean release(Name name, Client client) {
        int place = name.placeOf(client);
        if (place < 0) {
            return false;
        }
        drop(name, place);
        if (place == 0) {
            Client now = name.owner();
            if (now == null) {
                owned--;
            }
            changes.onChange(name, client, now);
            forgetIfUnused(name);
        }
        return true;
    }
}
