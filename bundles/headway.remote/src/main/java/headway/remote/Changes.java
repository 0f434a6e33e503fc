package headway.remote;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Where an exported service tells that what its getters give has changed. What a call from the bus changed is found without;
 * this is for what changes by itself. An OSGi service, there while the bus is. Any thread; never waits.
 */
@ProviderType
public interface Changes {

    /**
     * The getters of this service may give other values now: they are asked, and {@code PropertiesChanged} tells the bus of those that
     * do. A service that is not exported is passed over.
     *
     * @param service the service object, as it was registered or as its factory made it
     */
    void changed(Object service);
}
