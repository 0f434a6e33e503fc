package headway.bus;

import org.osgi.annotation.versioning.ConsumerType;

/** Writes one kind of Java value as the body of a D-Bus message. Stateless: any thread may call it, also at the same time. */
@ConsumerType
public interface Marshaller<T> {

    /** The D-Bus signature of what {@link #marshal} writes; never changes. */
    String signature();

    /** Writes the value, exactly as {@link #signature} says. */
    void marshal(T value, BodyWriter out);
}
