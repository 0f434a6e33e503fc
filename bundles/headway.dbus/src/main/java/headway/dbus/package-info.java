/**
 * The D-Bus message format, as the D-Bus Specification 0.43 has it: types, signatures, marshalling in both byte orders,
 * messages, names, match rules and introspection data.
 *
 * <p>Nothing here owns a thread, a socket or a file. What comes from outside is checked before it is believed: a bad
 * message is refused with one {@link headway.dbus.InvalidMessageException}, nothing is read beyond the bytes given, and
 * nothing is allocated because a length claims so. What goes out is always a valid message; a value that cannot be
 * marshalled is the caller's mistake and an {@link IllegalArgumentException}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package headway.dbus;
