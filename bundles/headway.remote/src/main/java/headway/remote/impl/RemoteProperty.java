package headway.remote.impl;

import headway.dbus.Introspection;
import headway.dbus.Signature;
import java.util.List;

/**
 * A getter of a Java interface, and its setter if there is one, as a D-Bus property.
 *
 * @param name what D-Bus calls it
 * @param setter null if it cannot be set
 */
record RemoteProperty(String name, RemoteMethod getter, RemoteMethod setter) {

    /** For introspection; what is said about all properties of an object is said at each, where every tool looks. */
    Introspection.Property toIntrospection(List<Introspection.Annotation> annotations) {
        return new Introspection.Property(
                name,
                Signature.of(getter.answers()),
                setter == null ? Introspection.Access.READ : Introspection.Access.READWRITE,
                annotations);
    }
}
