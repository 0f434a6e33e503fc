package headway.remote.impl;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Java type with nothing left open: type variables have become what they stand for, wildcards their bounds.
 *
 * @param raw the class; that of an array for an array
 * @param arguments its type arguments, empty if it has none or does not say; the component for an array
 */
record JavaType(Class<?> raw, List<JavaType> arguments) {

    private static final JavaType OBJECT = new JavaType(Object.class, List.of());

    /** What type variables stand for. */
    static final class Bindings {
        private final Map<TypeVariable<?>, JavaType> known = new HashMap<>();
        private final List<TypeVariable<?>> asked = new ArrayList<>();

        /** Those of an interface and all that it extends. */
        static Bindings of(Class<?> interfaceType) {
            Bindings bindings = new Bindings();
            bindings.inherit(interfaceType);
            return bindings;
        }

        private void inherit(Class<?> type) {
            for (Type parent : type.getGenericInterfaces()) {
                if (parent instanceof ParameterizedType p) {
                    put((Class<?>) p.getRawType(), JavaType.of(p, this).arguments);
                    inherit((Class<?>) p.getRawType());
                } else {
                    inherit((Class<?>) parent);
                }
            }
        }

        private void put(Class<?> generic, List<JavaType> arguments) {
            TypeVariable<?>[] variables = generic.getTypeParameters();
            for (int i = 0; i < Math.min(variables.length, arguments.size()); i++) {
                known.put(variables[i], arguments.get(i));
            }
        }

        private JavaType get(TypeVariable<?> variable) {
            JavaType bound = known.get(variable);
            if (bound != null) {
                return bound;
            }
            // A variable may be bounded by itself: T extends Comparable<T>.
            if (asked.contains(variable)) {
                return OBJECT;
            }
            asked.add(variable);
            try {
                return JavaType.of(variable.getBounds()[0], this);
            } finally {
                asked.remove(variable);
            }
        }
    }

    /** A class without arguments; what it is generic in is what its bounds say. */
    static JavaType of(Class<?> type) {
        return of(type, new Bindings());
    }

    /** A type as it stands somewhere in a declaration. */
    static JavaType of(Type type, Bindings bindings) {
        if (type instanceof Class<?> c) {
            return c.isArray()
                    ? new JavaType(c, List.of(of(c.getComponentType(), bindings)))
                    : new JavaType(c, List.of());
        }
        if (type instanceof ParameterizedType p) {
            List<JavaType> arguments = Arrays.stream(p.getActualTypeArguments())
                    .map(argument -> of(argument, bindings))
                    .toList();
            return new JavaType((Class<?>) p.getRawType(), arguments);
        }
        if (type instanceof GenericArrayType array) {
            JavaType component = of(array.getGenericComponentType(), bindings);
            return new JavaType(component.raw.arrayType(), List.of(component));
        }
        if (type instanceof WildcardType wildcard) {
            return of(wildcard.getUpperBounds()[0], bindings);
        }
        return bindings.get((TypeVariable<?>) type);
    }

    /** Its argument at a place; Object if it does not say. */
    JavaType argument(int index) {
        return index < arguments.size() ? arguments.get(index) : OBJECT;
    }

    /** What the variables of its class stand for. */
    Bindings bindings() {
        Bindings bindings = new Bindings();
        bindings.put(raw, arguments);
        return bindings;
    }

    /** As in a source file. */
    @Override
    public String toString() {
        if (raw.isArray()) {
            return arguments.get(0) + "[]";
        }
        return arguments.isEmpty()
                ? raw.getName()
                : raw.getName()
                        + arguments.stream().map(JavaType::toString).collect(Collectors.joining(", ", "<", ">"));
    }
}
