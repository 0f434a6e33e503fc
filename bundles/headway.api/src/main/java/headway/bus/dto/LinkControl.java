package headway.bus.dto;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Changes over which links a node reaches others, while it runs: an OSGi service beside every {@link headway.bus.Bus}. What
 * applications do is not touched by it: nothing is lost, doubled or reordered. May be called by any thread.
 */
@ProviderType
public interface LinkControl {

    /**
     * From now on that transport is better than all others, whatever its rank. Each peer that it reaches is sent to over it as
     * soon as it has answered a check over it; if it does not, nothing has changed for that peer, and it is tried again later.
     *
     * @param transport the name of a transport; empty: the rank decides alone again
     * @return whether a link of that transport is open here; if not, nothing has changed
     */
    boolean prefer(String transport);

    /**
     * Closes the links over that transport, without a word to those who use them, and opens others: a drill.
     *
     * @return whether there were any
     * @throws IOException why no other could be opened
     */
    boolean fail(String transport) throws IOException;
}
