package headway.transport;

import java.io.IOException;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A medium that works on this machine, registered as an OSGi service exactly while it works.
 *
 * <p>A transport that cannot work here (no native code, no kernel module, no permission) fails in its activation with the
 * reason and is never registered. Among several, {@code service.ranking} says which is preferred.
 */
@ConsumerType
public interface Transport {

    /** The short name people type and read: {@code loopback}, {@code netlink}, {@code afbus}. Never changes. */
    String name();

    /** What links of this transport promise. Never changes. */
    Set<Feature> features();

    /**
     * Attaches to the bus of that name.
     *
     * <p>The listener may be called before this method returns. Several links to one bus may be open in one process.
     *
     * @param bus the name of the bus, {@code [A-Za-z0-9_-]{1,64}}
     * @param listener told of frames and of the end; called by one thread at a time
     * @return a link that works
     * @throws IllegalArgumentException if the name is malformed
     * @throws IOException why the medium cannot be used now; a sentence for people
     */
    Link open(String bus, LinkListener listener) throws IOException;
}
