/**
 * OSGi Remote Services (OSGi Compendium 8, chapter 100) over the bus, configuration type {@code headway.dbus}.
 *
 * <p>In the order of reading: {@code JavaType} and {@code Codec} say what a value is on the bus, {@code RemoteInterface} and
 * {@code RemoteMethod} what a Java interface is; {@code Exports} and {@code ExportedObject} make objects of services, {@code
 * Imports} and {@code Proxies} services of objects; {@code Remote} is the life of it all.
 */
package headway.remote.impl;
