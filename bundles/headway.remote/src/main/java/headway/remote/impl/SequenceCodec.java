package headway.remote.impl;

import java.lang.reflect.Array;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Many values of one type, or none: arrays, lists, sets, and what may be absent. D-Bus has no type for that; an array of one or none
 * keeps the type of what is in it, which a variant would not.
 */
final class SequenceCodec extends Codec {

    private static final Map<Class<?>, Supplier<Collection<Object>>> COLLECTIONS = new HashMap<>();

    static {
        for (Class<?> list : List.of(Iterable.class, Collection.class, List.class, ArrayList.class)) {
            COLLECTIONS.put(list, ArrayList::new);
        }
        COLLECTIONS.put(Queue.class, ArrayDeque::new);
        COLLECTIONS.put(Deque.class, ArrayDeque::new);
        COLLECTIONS.put(ArrayDeque.class, ArrayDeque::new);
        COLLECTIONS.put(Set.class, LinkedHashSet::new);
        COLLECTIONS.put(LinkedHashSet.class, LinkedHashSet::new);
        COLLECTIONS.put(HashSet.class, HashSet::new);
        COLLECTIONS.put(SortedSet.class, TreeSet::new);
        COLLECTIONS.put(NavigableSet.class, TreeSet::new);
        COLLECTIONS.put(TreeSet.class, TreeSet::new);
    }

    private final Codec element;

    /** What of a Java value goes into the array: an array itself, or something to iterate. */
    private final Function<Object, Object> open;

    private final Function<List<Object>, Object> build;

    private SequenceCodec(Codec element, Function<Object, Object> open, Function<List<Object>, Object> build) {
        super("a" + element.signature());
        this.element = element;
        this.open = open;
        this.build = build;
    }

    /** Whether values of this class are a sequence. */
    static boolean knows(Class<?> type) {
        return type.isArray() || COLLECTIONS.containsKey(type) || isOptional(type);
    }

    private static boolean isOptional(Class<?> type) {
        return type == Optional.class
                || type == OptionalInt.class
                || type == OptionalLong.class
                || type == OptionalDouble.class;
    }

    /** What is in it. */
    static JavaType elementOf(JavaType type) {
        if (type.raw() == OptionalInt.class) {
            return JavaType.of(int.class);
        }
        if (type.raw() == OptionalLong.class) {
            return JavaType.of(long.class);
        }
        return type.raw() == OptionalDouble.class ? JavaType.of(double.class) : type.argument(0);
    }

    /** The codec of a class it {@link #knows}. */
    static Codec of(Class<?> type, Codec element) {
        if (type.isArray()) {
            return new SequenceCodec(element, Function.identity(), values -> array(type.getComponentType(), values));
        }
        if (type == Optional.class) {
            return optional(element, value -> ((Optional<?>) value).stream().toList(), Optional.empty(), Optional::of);
        }
        if (type == OptionalInt.class) {
            return optional(
                    element,
                    value -> ((OptionalInt) value).stream().toArray(),
                    OptionalInt.empty(),
                    value -> OptionalInt.of((Integer) value));
        }
        if (type == OptionalLong.class) {
            return optional(
                    element,
                    value -> ((OptionalLong) value).stream().toArray(),
                    OptionalLong.empty(),
                    value -> OptionalLong.of((Long) value));
        }
        if (type == OptionalDouble.class) {
            return optional(
                    element,
                    value -> ((OptionalDouble) value).stream().toArray(),
                    OptionalDouble.empty(),
                    value -> OptionalDouble.of((Double) value));
        }
        Supplier<Collection<Object>> supplier = COLLECTIONS.get(type);
        return new SequenceCodec(element, Function.identity(), values -> {
            Collection<Object> collection = supplier.get();
            collection.addAll(values);
            return collection;
        });
    }

    private static Codec optional(
            Codec element, Function<Object, Object> open, Object none, Function<Object, Object> some) {
        return new SequenceCodec(element, open, values -> switch (values.size()) {
            case 0 -> none;
            case 1 -> some.apply(values.get(0));
            default -> throw new IllegalArgumentException(values.size() + " values where one or none belongs");
        });
    }

    private static Object array(Class<?> component, List<Object> values) {
        Object array = Array.newInstance(component, values.size());
        for (int i = 0; i < values.size(); i++) {
            Array.set(array, i, values.get(i));
        }
        return array;
    }

    @Override
    Object encode(Object value, int depth) {
        Object opened = open.apply(value);
        if (opened instanceof byte[] bytes) {
            return bytes.clone();
        }
        List<Object> out = new ArrayList<>();
        for (Object each : elements(opened)) {
            out.add(element.toWire(each, depth + 1));
        }
        return out;
    }

    @Override
    Object decode(Object wire) {
        if (wire instanceof byte[] bytes && element.signature().equals("y") && isByteArray()) {
            return bytes.clone();
        }
        List<Object> values = new ArrayList<>();
        for (Object each : elements(wire)) {
            values.add(element.toJava(each));
        }
        return build.apply(values);
    }

    private boolean isByteArray() {
        return build.apply(List.of()) instanceof byte[];
    }

    private static Iterable<?> elements(Object sequence) {
        if (sequence instanceof Iterable<?> iterable) {
            return iterable;
        }
        if (!sequence.getClass().isArray()) {
            throw unfit(sequence, "an array");
        }
        return new AbstractList<Object>() {
            @Override
            public Object get(int index) {
                return Array.get(sequence, index);
            }

            @Override
            public int size() {
                return Array.getLength(sequence);
            }
        };
    }
}
