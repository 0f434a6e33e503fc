/** What operators read: plain data about a running node, taken at one moment, safe to keep and to print. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package headway.bus.dto;
