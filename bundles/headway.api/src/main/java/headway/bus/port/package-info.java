/**
 * The way onto the bus for programs that reach it through a node without being part of it: what gateways and uplinks
 * program against. Applications need {@link headway.bus} only.
 *
 * <p>A <em>participant</em> is somebody on the bus with a unique name {@code :node.n} of its own: the node itself, which is
 * number 1, or somebody behind a gateway. Messages are whole D-Bus messages as bytes, in the byte order they have; nothing
 * is decoded on the way. Descriptors do not travel.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package headway.bus.port;
