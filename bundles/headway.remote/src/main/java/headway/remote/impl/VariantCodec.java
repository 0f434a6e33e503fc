package headway.remote.impl;

import headway.dbus.ObjectPath;
import headway.dbus.Signature;
import headway.dbus.Struct;
import headway.dbus.UnixFd;
import headway.dbus.Variant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Object: a variant of what the value's class says. Lists are {@code av} and maps {@code a{sv}}, because what is in them shows only
 * when it is looked at. Back they come as numbers, text, lists (also for structs) and maps, without variants.
 */
final class VariantCodec extends Codec {

    private static final ByClass<Codec> BY_CLASS = new ByClass<>(type -> new Codecs().of(JavaType.of(type)));

    /** Object. */
    static final VariantCodec ANY = new VariantCodec(false);

    /** {@link Variant} itself, for those who want to say and to know the type. */
    static final VariantCodec AS_IS = new VariantCodec(true);

    private final boolean asIs;

    private VariantCodec(boolean asIs) {
        super("v");
        this.asIs = asIs;
    }

    @Override
    boolean takesVariants() {
        return asIs;
    }

    @Override
    Object encode(Object value, int depth) {
        if (value instanceof Variant) {
            return value;
        }
        if (value instanceof Optional<?> optional) {
            return Variant.of("av", list(optional.stream().toList(), depth));
        }
        if (value instanceof Collection<?> collection) {
            return Variant.of("av", list(collection, depth));
        }
        if (value instanceof Map<?, ?> map) {
            return Variant.of("a{sv}", dictionary(map, depth));
        }
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        Codec basic = type.isEnum() ? null : BasicCodec.of(type);
        Codec codec = basic == null ? BY_CLASS.get(type) : basic;
        return Variant.of(codec.signature(), codec.toWire(value, depth + 1));
    }

    private List<Object> list(Collection<?> values, int depth) {
        List<Object> out = new ArrayList<>(values.size());
        for (Object value : values) {
            out.add(toWire(value, depth + 2));
        }
        return out;
    }

    private Map<String, Object> dictionary(Map<?, ?> map, int depth) {
        Map<String, Object> out = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new IllegalArgumentException("a map where Object is declared has keys other than String");
            }
            out.put(key, toWire(entry.getValue(), depth + 2));
        }
        return out;
    }

    @Override
    Object decode(Object wire) {
        if (!asIs) {
            return plain(wire);
        }
        // Between two parts of one process a value may come without its variant.
        return wire instanceof Variant ? wire : Variant.of(wire);
    }

    private static Object plain(Object wire) {
        if (wire instanceof Variant variant) {
            return plain(variant.value());
        }
        if (wire instanceof Struct struct) {
            return plain(struct.members());
        }
        if (wire instanceof List<?> list) {
            List<Object> out = new ArrayList<>(list.size());
            for (Object each : list) {
                out.add(plain(each));
            }
            return out;
        }
        if (wire instanceof Map<?, ?> map) {
            Map<Object, Object> out = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.put(plain(entry.getKey()), plain(entry.getValue()));
            }
            return out;
        }
        if (wire instanceof ObjectPath || wire instanceof Signature) {
            return wire.toString();
        }
        if (wire instanceof UnixFd) {
            throw new IllegalArgumentException("a descriptor, which stays in its process");
        }
        return wire instanceof byte[] bytes ? bytes.clone() : wire;
    }
}
