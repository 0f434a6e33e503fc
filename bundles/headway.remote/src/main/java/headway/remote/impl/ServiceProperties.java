package headway.remote.impl;

import headway.bus.Call;
import headway.bus.CallException;
import headway.bus.Message;
import headway.dbus.Introspection;
import headway.dbus.Introspection.Argument;
import headway.dbus.Introspection.Interface;
import headway.dbus.Variant;
import java.lang.System.Logger.Level;
import java.lang.reflect.Array;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.ServiceReference;

/**
 * The properties of an exported service, as they travel (OSGi Compendium 8, 100.5.1): every exported object has the interface {@value
 * #INTERFACE}, whose method {@code Properties} gives them and whose signal {@code Changed} says that they are others now. An import
 * asks for them, and its service has them too.
 *
 * <p>Arrays stay arrays, collections are {@code av} and come back as lists. Names that begin with a dot are private; those about the
 * service's place in its own framework, about exporting and importing, and what has no D-Bus form, stay here too.
 */
final class ServiceProperties {

    static final String INTERFACE = "org.headway.Service";
    static final String MEMBER = "Properties";
    static final String CHANGED = "Changed";

    /** Where {@link #CHANGED} is heard, of every object. */
    static final String CHANGED_TOPIC = "org/headway/Service/Changed";

    static final Interface DESCRIPTION = new Interface(
            INTERFACE,
            List.of(new Introspection.Method(MEMBER, Argument.out("properties", "a{sv}"))),
            List.of(new Introspection.Signal(CHANGED)),
            List.of());

    private static final System.Logger LOG = System.getLogger(ServiceProperties.class.getName());

    private static final Set<String> ONLY_HERE =
            Set.of("objectclass", "service.id", "service.bundleid", "service.scope", "endpoint.id");

    /** Of these arrays are arrays again. */
    private static final Map<String, Class<?>> ARRAYS = Map.of(
            "ab", boolean.class,
            "an", short.class,
            "ai", int.class,
            "ax", long.class,
            "ad", double.class,
            "as", String.class);

    private ServiceProperties() {}

    /** Answers what it is asked of a service. */
    static void answer(Call call, ServiceReference<?> reference) throws CallException {
        String asked = call.message().member() + "(" + call.message().signature() + ")";
        if (!asked.equals(MEMBER + "()")) {
            throw new CallException(CallException.UNKNOWN_METHOD, "There is " + MEMBER + "() only, not " + asked);
        }
        Answers.reply(call, "a{sv}", toWire(reference));
    }

    private static Map<String, Object> toWire(ServiceReference<?> reference) {
        Map<String, Object> wire = new LinkedHashMap<>();
        for (String name : reference.getPropertyKeys()) {
            if (travels(name)) {
                try {
                    wire.put(name, VariantCodec.ANY.toWire(reference.getProperty(name)));
                } catch (IllegalArgumentException e) {
                    LOG.log(
                            Level.DEBUG,
                            () -> "The property " + name + " of the " + Exports.describe(reference) + " stays here",
                            e);
                }
            }
        }
        return wire;
    }

    /** What an object answered: its service's properties. They differ in more than the case of letters, as OSGi wants it. */
    static Map<String, Object> toJava(Message reply) {
        Map<String, Object> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (reply.body().size() == 1 && reply.body().get(0) instanceof Map<?, ?> wire) {
            wire.forEach((name, value) -> {
                if (name instanceof String key && travels(key)) {
                    try {
                        properties.put(key, toJava(value));
                    } catch (IllegalArgumentException e) {
                        LOG.log(Level.DEBUG, () -> "No service property " + key, e);
                    }
                }
            });
        }
        return properties;
    }

    private static Object toJava(Object wire) {
        Object value = VariantCodec.ANY.toJava(wire);
        Class<?> component =
                wire instanceof Variant v ? ARRAYS.get(v.signature().toString()) : null;
        if (component == null || !(value instanceof List<?> list)) {
            return value;
        }
        Object array = Array.newInstance(component, list.size());
        for (int i = 0; i < list.size(); i++) {
            Array.set(array, i, list.get(i));
        }
        return array;
    }

    /** Asked on both sides: what another process says is not to make an import an export. */
    private static boolean travels(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !lower.isEmpty()
                && !lower.startsWith(".")
                && !lower.startsWith("service.exported.")
                && !lower.startsWith("service.imported")
                && !lower.startsWith(Wish.CONFIG + ".")
                && !ONLY_HERE.contains(lower);
    }
}
