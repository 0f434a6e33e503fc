package headway.bus.port;

import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/** Opens ports of this node: an OSGi service, there from the moment the node starts, before it has joined. */
@ProviderType
public interface Ports {

    /**
     * Opens one.
     *
     * @param executor runs what brings messages and changes to the listener; while it does not run it, what comes waits, and
     *     then those who send wait
     * @param listener is called by that executor only, one call at a time
     */
    Port open(Executor executor, PortListener listener);
}
