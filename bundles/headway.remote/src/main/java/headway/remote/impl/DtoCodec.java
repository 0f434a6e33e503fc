package headway.remote.impl;

import headway.dbus.Variant;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * OSGi DTOs (Core, "Data Transfer Objects"): classes of public fields. They are dictionaries of their fields' names, so that a
 * field may be null (it is left out), may be added later (who does not know it passes it over), and may lead back to the class.
 */
final class DtoCodec extends Codec {

    private record Part(Codec codec, MethodHandle getter, MethodHandle setter) {}

    private final Class<?> type;
    private final MethodHandle maker;

    /** Filled by whoever made it, before anybody else sees it. */
    private final Map<String, Part> parts = new TreeMap<>();

    DtoCodec(Class<?> type) {
        super("a{sv}");
        this.type = type;
        this.maker = Handles.maker(type);
    }

    /** Whether a class has public fields and can be made from nothing. */
    static boolean knows(Class<?> type) {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers()) || type.isRecord()) {
            return false;
        }
        for (Field field : type.getFields()) {
            if (isPart(field)) {
                return Handles.canMake(type);
            }
        }
        return false;
    }

    /** Whether a field belongs to what travels. */
    static boolean isPart(Field field) {
        return (field.getModifiers() & (Modifier.STATIC | Modifier.FINAL)) == 0;
    }

    void add(Field field, Codec codec) {
        parts.put(field.getName(), new Part(codec, Handles.reader(field), Handles.writer(field)));
    }

    @Override
    Object encode(Object value, int depth) {
        Map<String, Object> out = new LinkedHashMap<>();
        parts.forEach((name, part) -> {
            Object each = Handles.get(part.getter, value);
            if (each != null) {
                try {
                    out.put(name, Variant.of(part.codec.signature(), part.codec.toWire(each, depth + 2)));
                } catch (IllegalArgumentException e) {
                    throw in(name, e);
                }
            }
        });
        return out;
    }

    @Override
    Object decode(Object wire) {
        if (!(wire instanceof Map<?, ?> map)) {
            throw unfit(wire, "a dictionary");
        }
        Object made = Handles.make(maker, type);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Part part = entry.getKey() instanceof String name ? parts.get(name) : null;
            if (part != null) {
                try {
                    Handles.set(part.setter, made, part.codec.toJava(entry.getValue()));
                } catch (IllegalArgumentException e) {
                    throw in((String) entry.getKey(), e);
                }
            }
        }
        return made;
    }

    private IllegalArgumentException in(String field, IllegalArgumentException cause) {
        return new IllegalArgumentException(type.getSimpleName() + "." + field + ": " + cause.getMessage(), cause);
    }
}
