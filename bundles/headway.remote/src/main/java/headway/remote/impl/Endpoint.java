package headway.remote.impl;

import headway.dbus.Names;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A D-Bus object that is wanted as a service.
 *
 * @param interfaces the Java interfaces it shall have; at least one
 * @param name its well-known name
 * @param path its path
 * @param interfaceName what D-Bus calls its only interface, or null: what Java does
 * @param deadline how long its callers wait for an answer
 */
record Endpoint(List<String> interfaces, String name, String path, String interfaceName, Duration deadline) {

    /** OSGi Compendium 8, 100.6: how long to wait for a call, in milliseconds. */
    static final String TIMEOUT = "osgi.basic.timeout";

    /**
     * A wanted object; what is null or empty is as for an exported service that says nothing of it.
     *
     * @throws IllegalArgumentException if a name is malformed
     */
    Endpoint {
        interfaces = List.copyOf(interfaces);
        if (interfaces.isEmpty()) {
            throw new IllegalArgumentException("no Java interface is named");
        }
        if (interfaceName != null && interfaces.size() > 1) {
            throw new IllegalArgumentException(Wish.INTERFACE + " names one interface, and there are " + interfaces);
        }
        String first =
                interfaceName == null ? interfaces.get(0).replace('$', '.') : Names.checkInterface(interfaceName);
        name = name == null ? first : name;
        path = path == null ? Exports.pathOf(first) : Names.checkObjectPath(path);
        if (!Names.isWellKnownName(name)) {
            throw new IllegalArgumentException("'" + name + "' is no well-known name");
        }
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("Callers wait for more than " + deadline);
        }
    }

    /**
     * What its service says about itself (OSGi Compendium 8, 100.5).
     *
     * @param said what the exporting side says; what this side says comes first
     */
    @SuppressWarnings("JdkObsolete") // the service registry wants it
    Hashtable<String, Object> properties(Map<String, Object> said) {
        Map<String, Object> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        properties.put("service.imported", true);
        properties.put("service.imported.configs", new String[] {Wish.CONFIG});
        properties.put(Wish.INTENTS, Wish.SUPPORTED_INTENTS.stream().sorted().toArray(String[]::new));
        properties.put("endpoint.id", name + path);
        properties.put(TIMEOUT, deadline.toMillis());
        properties.put(Wish.NAME, name);
        properties.put(Wish.PATH, path);
        if (interfaceName != null) {
            properties.put(Wish.INTERFACE, interfaceName);
        }
        said.forEach(properties::putIfAbsent);
        return new Hashtable<>(properties);
    }

    @Override
    public String toString() {
        return name + path + " as " + String.join(", ", interfaces);
    }
}
