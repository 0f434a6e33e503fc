package headway.remote.impl;

import headway.dbus.Introspection;

/**
 * A getter of a Java interface, and its setter if there is one, as a D-Bus property.
 *
 * @param name what D-Bus calls it
 * @param setter null if it cannot be set
 */
record RemoteProperty(String name, RemoteMethod getter, RemoteMethod setter) {

    /** For introspection. */
    Introspection.Property toIntrospection() {
        return new Introspection.Property(
                name, getter.answers(), setter == null ? Introspection.Access.READ : Introspection.Access.READWRITE);
    }
}
