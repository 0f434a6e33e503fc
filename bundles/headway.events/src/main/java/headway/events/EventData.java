package headway.events;

import headway.bus.Message;
import headway.dbus.ObjectPath;
import headway.dbus.Signature;
import headway.dbus.Struct;
import headway.dbus.UnixFd;
import headway.dbus.Variant;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.util.converter.Converter;
import org.osgi.util.converter.ConverterFunction;
import org.osgi.util.converter.Converters;

/**
 * Event data in its three forms: an object of an event class, a map of named values (157.2.2), and the body of a D-Bus
 * message. The README has the table of types.
 *
 * <p>Conversion is that of the OSGi Converter (chapter 707), to which records and classes with both public fields and
 * methods are added. All methods may be called by any thread.
 */
final class EventData {

    /**
     * How deep data may nest to be converted: less than the 64 containers of D-Bus, of which a map needs three, and enough
     * to tell data that is no tree from data that is.
     */
    static final int MAX_DEPTH = 20;

    /** The interface of the signals that published messages are. */
    private static final String PUBLISHED = "org.headway.Topic";

    private static final Converter CONVERTER = Converters.newConverterBuilder()
            .rule((ConverterFunction) EventData::convertComposite)
            .build();

    private EventData() {}

    /**
     * An event as a map that nobody can change.
     *
     * @param event a record, DTO, bean or map, or a message that carries an event
     * @throws IllegalArgumentException if it has no named values or is no tree
     */
    static Map<String, Object> asMap(Object event) {
        if (event instanceof Message message) {
            Object published = message.handedOver();
            return published != null
                    ? asMap(published)
                    : isSignal(message) ? ofSignal(message) : ofBody(message.body());
        }
        if (event instanceof Map<?, ?> map) {
            return Collections.unmodifiableMap(ofEntries(map, 0));
        }
        Shape shape = shapeOfEvent(event);
        return Collections.unmodifiableMap(ofParts(shape, event, 0));
    }

    /** Whether a message carries an event: the values of one, or the arguments of a D-Bus signal. */
    static boolean isEvent(Message message) {
        return EventMarshaller.SIGNATURE.equals(message.signature()) || isSignal(message);
    }

    /** Whether it is a D-Bus signal of some object, and nothing that was published to a topic. */
    private static boolean isSignal(Message message) {
        return !PUBLISHED.equals(message.interfaceName());
    }

    /** The arguments of a signal as {@code arg0}, {@code arg1} and so on, and who emitted it. */
    private static Map<String, Object> ofSignal(Message message) {
        Map<String, Object> data = new LinkedHashMap<>();
        for (Object argument : message.body()) {
            data.put("arg" + data.size(), ofWire(argument));
        }
        data.put("path", message.path());
        data.put("sender", message.sender().uniqueName());
        return Collections.unmodifiableMap(data);
    }

    /**
     * The named values of an event's class.
     *
     * @throws IllegalArgumentException if it has none
     */
    static Shape shapeOfEvent(Object event) {
        Shape shape = Shape.of(event.getClass());
        if (shape.isEmpty()) {
            throw new IllegalArgumentException(
                    event.getClass().getName() + " is no event: it is no record, DTO, bean or map with named values");
        }
        return shape;
    }

    /** An event from the body of a message of signature {@code a{sv}}, as a map that nobody can change. */
    static Map<String, Object> ofBody(List<Object> body) {
        return Collections.unmodifiableMap(ofWireMap((Map<?, ?>) body.get(0)));
    }

    /**
     * Event data as an object of another type (157.4.1).
     *
     * @throws org.osgi.util.converter.ConversionException if it does not fit
     */
    static Object convert(Map<String, Object> data, Type type) {
        return CONVERTER.convert(data).to(type);
    }

    /**
     * What stands for a value in a message, unless it is a container: String, Boolean, Byte, Short, Integer, Long or Double;
     * null for null.
     */
    static Object simple(Object value) {
        if (value == null
                || value instanceof String
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Double
                || value instanceof Short
                || value instanceof Byte) {
            return value;
        }
        if (value instanceof Float f) {
            return f.doubleValue();
        }
        if (value instanceof Enum<?> e) {
            return e.name();
        }
        return text(value);
    }

    /** The text of a value that has no D-Bus type of its own; the Converter reads the same text back. */
    static String text(Object value) {
        boolean known = value.getClass().getName().startsWith("java.");
        String text = known ? CONVERTER.convert(value).to(String.class) : value.toString();
        return String.valueOf(text);
    }

    /** The value itself, or what is inside an Optional; null for nothing. */
    static Object unwrap(Object value) {
        return value instanceof Optional<?> optional ? optional.orElse(null) : value;
    }

    /**
     * Says no to data without end.
     *
     * @throws IllegalArgumentException if that is too deep
     */
    static void checkDepth(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "The event nests deeper than " + MAX_DEPTH + " levels, or its data is no tree");
        }
    }

    private static Map<String, Object> ofParts(Shape shape, Object whole, int depth) {
        checkDepth(depth);
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < shape.size(); i++) {
            put(map, shape.name(i), shape.get(i, whole), depth);
        }
        return map;
    }

    private static Map<String, Object> ofEntries(Map<?, ?> entries, int depth) {
        checkDepth(depth);
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            put(map, String.valueOf(simple(entry.getKey())), entry.getValue(), depth);
        }
        return map;
    }

    private static void put(Map<String, Object> map, String name, Object value, int depth) {
        Object mapped = untyped(unwrap(value), depth + 1);
        if (mapped != null) {
            map.put(name, mapped);
        }
    }

    /** A value as untyped data may have it: without records and DTOs, otherwise as it is. */
    private static Object untyped(Object value, int depth) {
        if (value instanceof Map<?, ?> map) {
            return ofEntries(map, depth);
        }
        if (value instanceof Collection<?> || value instanceof Object[]) {
            checkDepth(depth);
            Collection<?> elements = value instanceof Object[] array ? Arrays.asList(array) : (Collection<?>) value;
            List<Object> list = new ArrayList<>(elements.size());
            for (Object element : elements) {
                list.add(untyped(unwrap(element), depth + 1));
            }
            return list;
        }
        if (value != null && Shape.of(value.getClass()).isComposite()) {
            return ofParts(Shape.of(value.getClass()), value, depth);
        }
        return value;
    }

    private static Map<String, Object> ofWireMap(Map<?, ?> wire) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : wire.entrySet()) {
            map.put(String.valueOf(ofWire(entry.getKey())), ofWire(entry.getValue()));
        }
        return map;
    }

    private static Object ofWire(Object value) {
        if (value instanceof Variant variant) {
            return ofWire(variant.value());
        }
        if (value instanceof Map<?, ?> map) {
            return ofWireMap(map);
        }
        if (value instanceof List<?> list) {
            List<Object> elements = new ArrayList<>(list.size());
            for (Object element : list) {
                elements.add(ofWire(element));
            }
            return elements;
        }
        if (value instanceof Struct struct) {
            return ofWire(struct.members());
        }
        if (value instanceof ObjectPath path) {
            return path.path();
        }
        if (value instanceof Signature signature) {
            // D-Bus has no null; in a list, where leaving it out would move the others, an empty signature stands for
            // it.
            return signature.length() == 0 ? null : signature.toString();
        }
        if (value instanceof UnixFd fd) {
            return fd.index();
        }
        return value;
    }

    /** What the Converter asks before its own rules, also for nested values. */
    private static Object convertComposite(Object value, Type type) {
        Class<?> raw = raw(type);
        if (raw == null) {
            return ConverterFunction.CANNOT_HANDLE;
        }
        if (raw == Optional.class) {
            Type inner = type instanceof ParameterizedType p ? p.getActualTypeArguments()[0] : Object.class;
            return value instanceof Optional<?> ? value : Optional.ofNullable(fit(value, inner));
        }
        if (raw.isInstance(value) && Shape.of(raw).isComposite()) {
            return value;
        }
        boolean fromComposite = Shape.of(value.getClass()).isComposite();
        if (Map.class.isAssignableFrom(raw) && fromComposite) {
            return CONVERTER.convert(asMap(value)).to(type);
        }
        if (Shape.of(raw).isBuildable() && (value instanceof Map<?, ?> || fromComposite)) {
            Map<?, ?> values = value instanceof Map<?, ?> map ? map : asMap(value);
            return Shape.of(raw).build(values, EventData::fit);
        }
        if (raw.isEnum() && value instanceof String name) {
            // The Converter cannot see an enum that is not public.
            return constant(raw, name);
        }
        if (raw == char[].class && value instanceof Collection<?> letters) {
            return letters(letters);
        }
        return ConverterFunction.CANNOT_HANDLE;
    }

    private static Object fit(Object value, Type type) {
        // What the variable of a generic event class stands for is not known to it.
        return type instanceof TypeVariable<?>
                ? value
                : CONVERTER.convert(value).to(type);
    }

    private static Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        return ConverterFunction.CANNOT_HANDLE;
    }

    private static char[] letters(Collection<?> strings) {
        char[] letters = new char[strings.size()];
        int i = 0;
        for (Object letter : strings) {
            letters[i++] = String.valueOf(letter).charAt(0);
        }
        return letters;
    }

    /** The class behind a type, or null if it is none. */
    static Class<?> raw(Type type) {
        if (type instanceof Class<?> c) {
            return c;
        }
        return type instanceof ParameterizedType p ? raw(p.getRawType()) : null;
    }
}
