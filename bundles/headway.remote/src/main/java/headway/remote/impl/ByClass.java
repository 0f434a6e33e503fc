package headway.remote.impl;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

/**
 * What is known of each class, kept while somebody uses it. Neither the classes of others nor, in their classes, this bundle's are
 * held: both may be updated. (A {@link ClassValue} would keep this bundle's old class loader for as long as the class lives, String for ever.)
 * Any thread.
 */
final class ByClass<V> {

    private final Function<Class<?>, V> make;

    /** Guarded by itself. */
    private final Map<Class<?>, WeakReference<V>> known = new WeakHashMap<>();

    /**
     * Knows nothing yet.
     *
     * @param make makes it, perhaps twice; what it throws the asker gets
     */
    ByClass(Function<Class<?>, V> make) {
        this.make = make;
    }

    V get(Class<?> type) {
        synchronized (known) {
            WeakReference<V> reference = known.get(type);
            V value = reference == null ? null : reference.get();
            if (value != null) {
                return value;
            }
        }
        V made = make.apply(type);
        synchronized (known) {
            known.put(type, new WeakReference<>(made));
        }
        return made;
    }
}
