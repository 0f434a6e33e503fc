package headway.events;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.osgi.framework.Version;

/**
 * The named values of a class: the components of a record, the public fields of a DTO (OSGi Core, "Data Transfer
 * Objects"; methods, statics and other fields are ignored, 157.2.1), or else the properties of a bean.
 *
 * <p>One per class, for as long as the class lives. Immutable.
 */
final class Shape {

    /** One named value. */
    private record Part(String name, Type type, Class<?> rawType, Member member) {

        Object of(Object whole) throws ReflectiveOperationException {
            return member instanceof Field field ? field.get(whole) : ((Method) member).invoke(whole);
        }
    }

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return new Shape(type);
        }
    };

    private final Class<?> owner;
    private final boolean isBean;
    private final List<Part> parts;

    /** Makes a new one: from all parts for a record, from nothing for a DTO; null if that cannot be done. */
    private final Constructor<?> constructor;

    private Shape(Class<?> type) {
        owner = type;
        List<Part> found = new ArrayList<>();
        Constructor<?> maker = null;
        if (type.isRecord()) {
            for (RecordComponent c : type.getRecordComponents()) {
                found.add(new Part(c.getName(), c.getGenericType(), c.getType(), open(c.getAccessor())));
            }
            maker = constructor(type, found.stream().map(Part::rawType).toArray(Class<?>[]::new));
        } else if (isComposable(type)) {
            for (Field f : type.getFields()) {
                if (!Modifier.isStatic(f.getModifiers())) {
                    found.add(new Part(f.getName(), f.getGenericType(), f.getType(), open(f)));
                }
            }
            maker = found.isEmpty() || Modifier.isAbstract(type.getModifiers()) ? null : constructor(type);
        }
        isBean = found.isEmpty() && !type.isRecord();
        if (isBean && isComposable(type)) {
            addProperties(type, found);
        }
        parts = List.copyOf(found);
        constructor = maker;
    }

    static Shape of(Class<?> type) {
        return SHAPES.get(type);
    }

    /** Whether values of the class are data with named parts wherever they occur: a record or a DTO. */
    boolean isComposite() {
        return !isBean;
    }

    /** Whether the class has no named values at all, so that it cannot be an event for others. */
    boolean isEmpty() {
        return isBean && parts.isEmpty();
    }

    /** Whether {@link #build} can be asked. */
    boolean isBuildable() {
        return isComposite() && constructor != null;
    }

    int size() {
        return parts.size();
    }

    String name(int index) {
        return parts.get(index).name;
    }

    /**
     * One value of an object of this class.
     *
     * @throws IllegalArgumentException if it does not tell
     */
    Object get(int index, Object whole) {
        try {
            return parts.get(index).of(whole);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(owner.getName() + "." + name(index) + " failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(owner.getName() + "." + name(index) + " cannot be read", e);
        }
    }

    /**
     * A new object with these values. Without a value a field of a DTO keeps what its class gives it, and a component of a
     * record is null, zero or false. Values without a part are ignored.
     *
     * @param convert makes a value fit the type of its part
     * @throws IllegalArgumentException if the class does not take them
     */
    Object build(Map<?, ?> values, BiFunction<Object, Type, Object> convert) {
        try {
            if (owner.isRecord()) {
                Object[] arguments = new Object[parts.size()];
                for (int i = 0; i < arguments.length; i++) {
                    Part part = parts.get(i);
                    Object value = values.get(part.name);
                    arguments[i] = value == null ? nothing(part.rawType) : convert.apply(value, part.type);
                }
                return constructor.newInstance(arguments);
            }
            Object whole = constructor.newInstance();
            for (Part part : parts) {
                Object value = values.get(part.name);
                if (value != null && !Modifier.isFinal(part.member.getModifiers())) {
                    ((Field) part.member).set(whole, convert.apply(value, part.type));
                }
            }
            return whole;
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(owner.getName() + " does not take " + values.keySet(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(owner.getName() + " cannot be made", e);
        }
    }

    /** What is data by itself has no parts, whatever it shows to the public. */
    private static boolean isComposable(Class<?> type) {
        return !type.isPrimitive()
                && !type.isArray()
                && !type.isEnum()
                && type != Version.class
                && !type.getName().startsWith("java.")
                && !Map.class.isAssignableFrom(type)
                && !Iterable.class.isAssignableFrom(type);
    }

    private static void addProperties(Class<?> type, List<Part> found) {
        Method[] methods = type.getMethods();
        Arrays.sort(methods, (a, b) -> a.getName().compareTo(b.getName()));
        for (Method m : methods) {
            String property = property(m);
            if (property != null && found.stream().noneMatch(p -> p.name.equals(property))) {
                found.add(new Part(property, m.getGenericReturnType(), m.getReturnType(), open(m)));
            }
        }
    }

    private static String property(Method m) {
        if (m.getParameterCount() > 0
                || Modifier.isStatic(m.getModifiers())
                || m.getDeclaringClass() == Object.class
                || m.getReturnType() == void.class) {
            return null;
        }
        String name = m.getName();
        int prefix = name.startsWith("get") ? 3 : name.startsWith("is") && m.getReturnType() == boolean.class ? 2 : 0;
        if (prefix == 0 || name.length() == prefix || !Character.isUpperCase(name.charAt(prefix))) {
            return null;
        }
        return name.substring(prefix, prefix + 1).toLowerCase(Locale.ROOT) + name.substring(prefix + 1);
    }

    private static Constructor<?> constructor(Class<?> type, Class<?>... parameters) {
        try {
            return open(type.getDeclaredConstructor(parameters));
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    /** Parts of a class that is not public are as good as others. */
    private static <M extends AccessibleObject> M open(M member) {
        member.trySetAccessible();
        return member;
    }

    private static Object nothing(Class<?> type) {
        if (!type.isPrimitive()) {
            return null;
        }
        // The element of a new array is what Java itself takes for nothing.
        return Array.get(Array.newInstance(type, 1), 0);
    }
}
