package headway.remote.impl;

import headway.dbus.Struct;
import headway.dbus.Variant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Values as message bodies have them, compared by what is in them: arrays of bytes too. */
final class WireValues {

    private WireValues() {}

    /** Whether two values are the same on the bus. */
    static boolean same(Object one, Object other) {
        if (one instanceof Variant a && other instanceof Variant b) {
            return a.signature().equals(b.signature()) && same(a.value(), b.value());
        }
        if (one instanceof Struct a && other instanceof Struct b) {
            return same(a.members(), b.members());
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            return sameList(a, b);
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return sameMap(a, b);
        }
        return Objects.deepEquals(one, other);
    }

    private static boolean sameList(List<?> one, List<?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        Iterator<?> others = other.iterator();
        for (Object each : one) {
            if (!same(each, others.next())) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameMap(Map<?, ?> one, Map<?, ?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (Map.Entry<?, ?> each : one.entrySet()) {
            if (!other.containsKey(each.getKey()) || !same(each.getValue(), other.get(each.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
