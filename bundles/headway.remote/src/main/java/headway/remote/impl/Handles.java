package headway.remote.impl;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/** Ways to methods, fields and constructors, looked up once and then as quick as a call. */
final class Handles {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);
    private static final MethodType SETTER = MethodType.methodType(void.class, Object.class, Object.class);

    private Handles() {}

    /** Whether a class can be made from nothing. */
    static boolean canMake(Class<?> type) {
        try {
            return Modifier.isPublic(type.getDeclaredConstructor().getModifiers());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /** What makes an object of an array of values. */
    static MethodHandle maker(Class<?> type, Class<?>... parameters) {
        try {
            Constructor<?> constructor = open(type.getDeclaredConstructor(parameters));
            return LOOKUP.unreflectConstructor(constructor)
                    .asSpreader(Object[].class, parameters.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getName() + " cannot be made: " + e.getMessage(), e);
        }
    }

    /** What calls a method of an object with an array of values. */
    static MethodHandle caller(Method method) {
        try {
            return LOOKUP.unreflect(open(method))
                    .asFixedArity()
                    .asSpreader(Object[].class, method.getParameterCount())
                    .asType(MethodType.methodType(Object.class, Object.class, Object[].class));
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(method + " cannot be called: " + e.getMessage(), e);
        }
    }

    static MethodHandle getter(Method accessor) {
        try {
            return LOOKUP.unreflect(open(accessor)).asType(GETTER);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(accessor + " cannot be called: " + e.getMessage(), e);
        }
    }

    static MethodHandle reader(Field field) {
        try {
            return LOOKUP.unreflectGetter(open(field)).asType(GETTER);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(field + " cannot be read: " + e.getMessage(), e);
        }
    }

    static MethodHandle writer(Field field) {
        try {
            return LOOKUP.unreflectSetter(open(field)).asType(SETTER);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(field + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** What a {@link #getter} or {@link #reader} gives. */
    static Object get(MethodHandle getter, Object whole) {
        try {
            return (Object) getter.invokeExact(whole);
        } catch (Throwable failure) {
            throw unchecked(failure);
        }
    }

    static void set(MethodHandle setter, Object whole, Object value) {
        try {
            setter.invokeExact(whole, value);
        } catch (Throwable failure) {
            throw unchecked(failure);
        }
    }

    /**
     * What a {@link #maker} makes.
     *
     * @throws IllegalArgumentException if the constructor refuses the values
     */
    static Object make(MethodHandle maker, Class<?> type, Object... values) {
        try {
            return (Object) maker.invokeExact(values);
        } catch (RuntimeException refused) {
            throw new IllegalArgumentException("no " + type.getSimpleName() + ": " + refused.getMessage(), refused);
        } catch (Throwable failure) {
            throw unchecked(failure);
        }
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }

    /** Public things of the Java platform need not be opened, and cannot be. */
    private static <T extends AccessibleObject & Member> T open(T member) {
        boolean isPublic = Modifier.isPublic(member.getModifiers())
                && Modifier.isPublic(member.getDeclaringClass().getModifiers());
        if (!isPublic) {
            member.setAccessible(true);
        }
        return member;
    }
}
