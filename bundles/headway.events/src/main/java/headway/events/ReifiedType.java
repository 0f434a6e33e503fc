package headway.events;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import org.osgi.service.typedevent.TypedEventHandler;

/** Finds what a class wrote for the {@code T} of {@link TypedEventHandler} (157.4.1), also through its supertypes. */
final class ReifiedType {

    private ReifiedType() {}

    /** The type, a class or a parameterized class, or null if the class does not say, as a lambda does not. */
    static Type of(Class<?> handler) {
        Type type = search(handler, Map.of());
        return EventData.raw(type) == null ? null : type;
    }

    private static Type search(Type type, Map<TypeVariable<?>, Type> known) {
        Class<?> raw = EventData.raw(type);
        if (raw == null || !TypedEventHandler.class.isAssignableFrom(raw)) {
            return null;
        }
        Map<TypeVariable<?>, Type> here = new HashMap<>();
        if (type instanceof ParameterizedType p) {
            TypeVariable<?>[] variables = raw.getTypeParameters();
            for (int i = 0; i < variables.length; i++) {
                Type argument = p.getActualTypeArguments()[i];
                here.put(variables[i], known.getOrDefault(argument, argument));
            }
        }
        if (raw == TypedEventHandler.class) {
            return here.get(raw.getTypeParameters()[0]);
        }
        for (Type supertype : raw.getGenericInterfaces()) {
            Type found = search(supertype, here);
            if (found != null) {
                return found;
            }
        }
        return raw.getGenericSuperclass() == null ? null : search(raw.getGenericSuperclass(), here);
    }
}
