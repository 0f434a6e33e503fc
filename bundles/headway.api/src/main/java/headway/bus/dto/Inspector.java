package headway.bus.dto;

import org.osgi.annotation.versioning.ProviderType;

/** Shows a node from outside: an OSGi service beside every {@link headway.bus.Bus}. */
@ProviderType
public interface Inspector {

    /** What is so now. May be called by any thread; waits for the bus's owner for some microseconds. */
    NodeView view();
}
