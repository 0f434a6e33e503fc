/**
 * What an application may say about its remote services, where the defaults do not fit; most need nothing of it.
 *
 * <p>A service with {@code service.exported.interfaces} is a D-Bus object, and a D-Bus object that somebody asks for is a
 * service (OSGi Compendium 8, chapter 100).
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package headway.remote;
