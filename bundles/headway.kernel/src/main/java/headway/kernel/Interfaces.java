package headway.kernel;

import headway.kernel.KernelEvent.NetAddress;
import headway.kernel.KernelEvent.NetLink;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All interfaces and addresses as far as the kernel has told: passes on what changes, once. After a gap the kernel is asked for
 * everything; what it names is compared, and what it no longer names is gone. One thread.
 */
final class Interfaces {

    /** An address of an interface, whatever becomes of it. */
    private record Key(int index, String address, int prefix) {}

    private final Consumer<KernelEvent> changed;
    private final Map<Integer, NetLink> links = new LinkedHashMap<>();
    private final Map<Key, NetAddress> addresses = new LinkedHashMap<>();

    /** What was named since everything was asked for. */
    private final Set<Object> named = new HashSet<>();

    /**
     * Nothing is known yet.
     *
     * @param changed told of each change
     */
    Interfaces(Consumer<KernelEvent> changed) {
        this.changed = changed;
    }

    void take(NetLink link) {
        named.add(link.index());
        NetLink before = link.present() ? links.put(link.index(), link) : links.remove(link.index());
        if (link.present() ? !link.equals(before) : before != null) {
            changed.accept(link);
        }
    }

    void take(NetAddress address) {
        Key key = new Key(address.index(), address.address(), address.prefix());
        named.add(key);
        NetAddress before = address.present() ? addresses.put(key, address) : addresses.remove(key);
        if (address.present() ? !address.equals(before) : before != null) {
            changed.accept(address);
        }
    }

    /** Everything has been asked for; {@link #endOfAll} follows. */
    void beginOfAll() {
        named.clear();
    }

    /** Everything has been named: what was not is gone. */
    void endOfAll() {
        for (Iterator<NetAddress> all = addresses.values().iterator(); all.hasNext(); ) {
            NetAddress each = all.next();
            if (!named.contains(new Key(each.index(), each.address(), each.prefix()))) {
                all.remove();
                changed.accept(new NetAddress(each.index(), each.address(), each.prefix(), false));
            }
        }
        for (Iterator<NetLink> all = links.values().iterator(); all.hasNext(); ) {
            NetLink each = all.next();
            if (!named.contains(each.index())) {
                all.remove();
                changed.accept(new NetLink(each.index(), each.name(), false, false, false));
            }
        }
        named.clear();
    }
}
