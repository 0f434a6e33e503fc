/**
 * The transport cut: what a medium must do to carry the bus, and nothing more.
 *
 * <p>A transport knows bytes, addresses, groups, readiness and who the kernel says sent something. It knows nothing of
 * topics, sequence numbers, retries, matching or codecs; those live above, once, for every medium.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package headway.transport;
