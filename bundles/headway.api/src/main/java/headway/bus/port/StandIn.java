package headway.bus.port;

import java.util.function.BooleanSupplier;
import org.osgi.annotation.versioning.ConsumerType;

/** Serves the programs of a port while the thread that does so is lent and does not come back, see {@link Port#lend}. */
@ConsumerType
@FunctionalInterface
public interface StandIn {

    /**
     * Serves on this thread.
     *
     * @param enough looked at now and then: whether to return, as the thread that was lent is back
     */
    void serve(BooleanSupplier enough);
}
