package headway.remote.impl;

import headway.dbus.Introspection;
import headway.dbus.Names;
import headway.remote.DBusName;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A Java interface as D-Bus has it. Members begin with a capital. Of methods with one name, the one with the fewest parameters keeps
 * it (then the order of their signatures decides); the others get the types of their parameters too, {@code Seek_String}. A call may
 * say the plain name all the same, and its signature which of them it means.
 *
 * <p>A getter is a method like any other, and also a property. One for each interface, while somebody uses it. Immutable.
 */
final class RemoteInterface {

    private static final ByClass<RemoteInterface> KNOWN = new ByClass<>(RemoteInterface::new);

    /** What a call says about which method it means. */
    private record Selector(String member, String signature) {}

    private final Class<?> type;
    private final String name;
    private final List<RemoteMethod> methods = new ArrayList<>();
    private final Map<Selector, RemoteMethod> bySelector = new HashMap<>();
    private final Map<Method, RemoteMethod> byMethod = new HashMap<>();
    private final Map<String, RemoteProperty> properties = new TreeMap<>();
    private final Map<RemoteMethod, RemoteProperty> byAccessor = new HashMap<>();

    /**
     * The D-Bus side of an interface.
     *
     * @throws IllegalArgumentException if something of it has none, saying what and why
     */
    static RemoteInterface of(Class<?> type) {
        return KNOWN.get(type);
    }

    private RemoteInterface(Class<?> type) {
        this.type = type;
        if (!type.isInterface()) {
            throw new IllegalArgumentException(type.getName() + " is a class; D-Bus has interfaces only");
        }
        DBusName annotation = type.getAnnotation(DBusName.class);
        this.name = annotation != null ? annotation.value() : type.getName().replace('$', '.');
        if (!Names.isInterface(name)) {
            throw new IllegalArgumentException("'" + name
                    + "' cannot be the name of a D-Bus interface; headway.dbus.interface or @DBusName says one");
        }
        JavaType.Bindings bindings = JavaType.Bindings.of(type);
        Map<String, List<RemoteMethod>> byBase = new TreeMap<>();
        for (Method method : distinct(type)) {
            String base = baseOf(method);
            byBase.computeIfAbsent(base, unused -> new ArrayList<>()).add(new RemoteMethod(method, base, bindings));
        }
        byBase.forEach((base, overloads) -> addOverloads(base, overloads, bindings));
        for (Method method : type.getMethods()) {
            methods.stream()
                    .filter(known -> sameCall(known.method(), method))
                    .findFirst()
                    .ifPresent(known -> byMethod.put(method, known));
        }
        methods.stream().filter(RemoteMethod::isGetter).forEach(this::addProperty);
    }

    /** What can be called: of methods that override each other, the most special one. */
    private static List<Method> distinct(Class<?> type) {
        List<Method> found = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (Modifier.isStatic(method.getModifiers()) || method.isBridge() || isOfObject(method)) {
                continue;
            }
            Method other = found.stream()
                    .filter(each -> sameCall(each, method))
                    .findFirst()
                    .orElse(null);
            if (other == null) {
                found.add(method);
            } else if (isMoreSpecial(method, other)) {
                found.remove(other);
                found.add(method);
            }
        }
        return found;
    }

    private static boolean isMoreSpecial(Method method, Method other) {
        return other.getReturnType() == method.getReturnType()
                ? other.getDeclaringClass().isAssignableFrom(method.getDeclaringClass())
                : other.getReturnType().isAssignableFrom(method.getReturnType());
    }

    private static boolean sameCall(Method one, Method other) {
        return one.getName().equals(other.getName())
                && Arrays.equals(one.getParameterTypes(), other.getParameterTypes());
    }

    private static boolean isOfObject(Method method) {
        try {
            return Modifier.isPublic(Object.class
                    .getDeclaredMethod(method.getName(), method.getParameterTypes())
                    .getModifiers());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static String baseOf(Method method) {
        DBusName annotation = method.getAnnotation(DBusName.class);
        String javaName = method.getName();
        String base = annotation != null
                ? annotation.value()
                : Character.toUpperCase(javaName.charAt(0)) + javaName.substring(1);
        if (!Names.isMember(base)) {
            throw new IllegalArgumentException(RemoteMethod.describe(method) + " cannot be called '" + base
                    + "' on D-Bus; @DBusName says another name");
        }
        return base;
    }

    private void addOverloads(String base, List<RemoteMethod> overloads, JavaType.Bindings bindings) {
        overloads.sort(
                Comparator.comparingInt((RemoteMethod each) -> each.method().getParameterCount())
                        .thenComparing(RemoteMethod::signature)
                        .thenComparing(each -> RemoteMethod.describe(each.method())));
        Set<String> taken = new HashSet<>();
        for (RemoteMethod each : overloads) {
            RemoteMethod named = each;
            if (!taken.isEmpty()) {
                named = new RemoteMethod(each.method(), base + "_" + parameters(each.method()), bindings);
            }
            if (!taken.add(named.member())
                    || !Names.isMember(named.member())
                    || bySelector.putIfAbsent(new Selector(named.member(), named.signature()), named) != null) {
                throw new IllegalArgumentException("there are several methods " + RemoteMethod.describe(each.method())
                        + " for D-Bus; @DBusName says another name");
            }
            bySelector.putIfAbsent(new Selector(base, named.signature()), named);
            methods.add(named);
        }
    }

    private static String parameters(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(parameter -> parameter.getSimpleName().replace("[]", "Array"))
                .collect(Collectors.joining("_"));
    }

    private void addProperty(RemoteMethod getter) {
        String property = propertyName(getter);
        if (property == null || properties.containsKey(property)) {
            return;
        }
        RemoteMethod setter = methods.stream()
                .filter(each -> each.isSetter()
                        && baseOf(each.method()).equals("Set" + property)
                        && each.signature().equals(getter.answers()))
                .findFirst()
                .orElse(null);
        RemoteProperty made = new RemoteProperty(property, getter, setter);
        properties.put(property, made);
        byAccessor.put(getter, made);
        if (setter != null) {
            byAccessor.put(setter, made);
        }
    }

    /** The name of the property that a method gives, or null. */
    private static String propertyName(RemoteMethod getter) {
        String javaName = getter.method().getName();
        boolean get = javaName.length() > 3 && javaName.startsWith("get");
        boolean is = javaName.length() > 2
                && javaName.startsWith("is")
                && getter.answers().equals("b");
        String member = getter.member();
        String prefix = get ? "Get" : "Is";
        if (!get && !is) {
            return null;
        }
        String property = member.startsWith(prefix) ? member.substring(prefix.length()) : member;
        return Names.isMember(property) && !Character.isLowerCase(property.charAt(0)) ? property : null;
    }

    /** The Java interface. */
    Class<?> type() {
        return type;
    }

    /** What D-Bus calls it, unless a service says otherwise. */
    String name() {
        return name;
    }

    /** The method that a call means, or null. */
    RemoteMethod find(String member, String signature) {
        return bySelector.get(new Selector(member, signature));
    }

    /** What the calls of a member may look like, for people; empty if there is no such member. */
    String signaturesOf(String member) {
        return bySelector.keySet().stream()
                .filter(selector -> selector.member.equals(member))
                .map(selector -> "(" + selector.signature + ")")
                .sorted()
                .collect(Collectors.joining(" or "));
    }

    /** How this method is called, or null if it is not one of those. */
    RemoteMethod find(Method method) {
        return byMethod.get(method);
    }

    /** The member that a call of a method says: the plain name where it is enough. */
    String memberOf(RemoteMethod method) {
        String base = baseOf(method.method());
        return find(base, method.signature()) == method ? base : method.member();
    }

    Collection<RemoteProperty> properties() {
        return properties.values();
    }

    /** The property of this name, or null. */
    RemoteProperty property(String property) {
        return properties.get(property);
    }

    /** The property that this method gets or sets, or null. */
    RemoteProperty propertyOf(RemoteMethod accessor) {
        return byAccessor.get(accessor);
    }

    /** For introspection. */
    Introspection.Interface toIntrospection(String asName, List<Introspection.Annotation> ofProperties) {
        return new Introspection.Interface(
                asName,
                methods.stream().map(RemoteMethod::toIntrospection).toList(),
                List.of(),
                properties.values().stream()
                        .map(property -> property.toIntrospection(ofProperties))
                        .toList());
    }
}
