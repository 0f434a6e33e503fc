package headway.remote.impl;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** Maps, as dictionaries; their keys are values without parts. */
final class MapCodec extends Codec {

    private static final Map<Class<?>, Supplier<Map<Object, Object>>> MAPS = Map.of(
            Map.class, LinkedHashMap::new,
            LinkedHashMap.class, LinkedHashMap::new,
            HashMap.class, HashMap::new,
            SortedMap.class, TreeMap::new,
            NavigableMap.class, TreeMap::new,
            TreeMap.class, TreeMap::new,
            ConcurrentMap.class, ConcurrentHashMap::new,
            ConcurrentHashMap.class, ConcurrentHashMap::new);

    private final Codec key;
    private final Codec value;
    private final Supplier<Map<Object, Object>> supplier;

    /** A map of a class it {@link #knows}. */
    MapCodec(Class<?> type, Codec key, Codec value) {
        super("a{" + key.signature() + value.signature() + "}");
        this.key = key;
        this.value = value;
        this.supplier = MAPS.get(type);
    }

    /** Whether values of this class are maps. */
    static boolean knows(Class<?> type) {
        return MAPS.containsKey(type);
    }

    @Override
    Object encode(Object map, int depth) {
        Map<Object, Object> out = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
            out.put(key.toWire(entry.getKey(), depth + 1), value.toWire(entry.getValue(), depth + 1));
        }
        return out;
    }

    @Override
    Object decode(Object wire) {
        if (!(wire instanceof Map<?, ?> map)) {
            throw unfit(wire, "a dictionary");
        }
        Map<Object, Object> values = supplier.get();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            values.put(key.toJava(entry.getKey()), value.toJava(entry.getValue()));
        }
        return values;
    }
}
