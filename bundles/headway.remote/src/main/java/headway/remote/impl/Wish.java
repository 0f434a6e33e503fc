package headway.remote.impl;

import headway.dbus.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.ServiceReference;

/**
 * What a service's properties ask for: to be a D-Bus object, where and how (OSGi Compendium 8, 100.5). Two equal ones ask for the
 * same.
 *
 * @param interfaces the Java interfaces it is exported under
 * @param name the well-known name, or null: that of its first interface
 * @param path the object path, or null: the first interface's name, with '/' for '.'
 * @param interfaceName what D-Bus calls its only interface, or null: what Java does
 * @param execution where calls run
 * @param emits what is known of changes of its properties
 */
record Wish(List<String> interfaces, String name, String path, String interfaceName, Execution execution, Emits emits) {

    /** The configuration type of everything here. */
    static final String CONFIG = "headway.dbus";

    static final String NAME = CONFIG + ".name";
    static final String PATH = CONFIG + ".path";
    static final String INTERFACE = CONFIG + ".interface";
    static final String EXECUTION = CONFIG + ".execution";
    static final String EMITS = CONFIG + ".emits";

    static final String EXPORTED_INTERFACES = "service.exported.interfaces";
    static final String EXPORTED_CONFIGS = "service.exported.configs";
    static final String INTENTS = "service.intents";

    /** What calls through the bus may count on: their arguments' types, and asynchronous results. */
    static final Set<String> SUPPORTED_INTENTS = Set.of("osgi.basic", "osgi.async");

    /** Where the calls of an object run. */
    enum Execution {
        /** One at a time, in order. */
        SERIAL(1),
        /** Several at a time. */
        PARALLEL(16),
        /** On the thread that received the call; for services that never block. */
        DIRECT(0);

        private final int width;

        Execution(int width) {
            this.width = width;
        }

        /** How many run at the same time; 0 for those on the receiving thread. */
        int width() {
            return width;
        }
    }

    /** What introspection says about PropertiesChanged (D-Bus specification, {@code EmitsChangedSignal}). */
    enum Emits {
        /** It comes when a change is found, and nobody promises that all are. */
        FOUND("false"),
        /** It comes for every change: the service tells of those that no call makes. */
        TRUE("true"),
        /** As TRUE, without the values. */
        INVALIDATES("invalidates"),
        /** Nothing ever changes. */
        CONST("const"),
        /** It never comes. */
        FALSE("false");

        private final String annotation;

        Emits(String annotation) {
            this.annotation = annotation;
        }

        /** The value of the annotation. */
        String annotation() {
            return annotation;
        }

        /** Whether to look for changes. */
        boolean looks() {
            return this == FOUND || this == TRUE || this == INVALIDATES;
        }
    }

    /**
     * What a service asks for; null if it does not ask us.
     *
     * @throws IllegalArgumentException if its properties make no sense, or ask for what is not there
     */
    static Wish of(ServiceReference<?> reference) {
        List<String> configs = strings(reference, EXPORTED_CONFIGS);
        if (!configs.isEmpty() && !configs.contains(CONFIG)) {
            return null;
        }
        List<String> asked = strings(reference, EXPORTED_INTERFACES);
        if (asked.isEmpty()) {
            return null;
        }
        checkIntents(reference);
        List<String> types = Arrays.asList((String[]) reference.getProperty("objectClass"));
        List<String> interfaces = asked.contains("*") ? types : asked;
        for (String each : interfaces) {
            if (!types.contains(each)) {
                throw new IllegalArgumentException(
                        EXPORTED_INTERFACES + " has " + each + ", under which the service is not registered");
            }
        }
        String interfaceName = string(reference, INTERFACE);
        if (interfaceName != null) {
            Names.checkInterface(interfaceName);
        }
        String name = string(reference, NAME);
        if (name != null && !Names.isWellKnownName(name)) {
            throw new IllegalArgumentException(NAME + " is '" + name + "', which is no well-known name");
        }
        String path = string(reference, PATH);
        if (path != null) {
            Names.checkObjectPath(path);
        }
        return new Wish(
                List.copyOf(interfaces),
                name,
                path,
                interfaceName,
                constant(Execution.class, reference, EXECUTION, Execution.SERIAL),
                constant(Emits.class, reference, EMITS, Emits.FOUND));
    }

    private static void checkIntents(ServiceReference<?> reference) {
        Set<String> missing = new TreeSet<>();
        for (String property : List.of("service.exported.intents", "service.exported.intents.extra", INTENTS)) {
            missing.addAll(strings(reference, property));
        }
        missing.removeAll(SUPPORTED_INTENTS);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("it asks for intents that are not supported: " + missing);
        }
    }

    /** A service property of type {@code String+}; empty if it is not there. */
    static List<String> strings(ServiceReference<?> reference, String property) {
        Object value = reference.getProperty(property);
        Collection<?> values = value instanceof Object[] array
                ? Arrays.asList(array)
                : value instanceof Collection<?> collection
                        ? collection
                        : value == null ? List.of() : Arrays.asList(value);
        List<String> strings = new ArrayList<>();
        for (Object each : values) {
            if (!(each instanceof String s)) {
                throw new IllegalArgumentException(property + " has a value that is no String: " + each);
            }
            strings.add(s);
        }
        return strings;
    }

    private static String string(ServiceReference<?> reference, String property) {
        List<String> values = strings(reference, property);
        if (values.size() > 1) {
            throw new IllegalArgumentException(property + " has several values: " + values);
        }
        return values.isEmpty() ? null : values.get(0);
    }

    private static <E extends Enum<E>> E constant(
            Class<E> type, ServiceReference<?> reference, String property, E otherwise) {
        String text = string(reference, property);
        if (text == null) {
            return otherwise;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(property + " is '" + text + "'; it may be one of "
                + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
    }
}
