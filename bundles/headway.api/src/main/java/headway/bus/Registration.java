package headway.bus;

import org.osgi.annotation.versioning.ProviderType;

/** Something that lasts until it is closed; closing it again does nothing. */
@ProviderType
public interface Registration extends AutoCloseable {

    @Override
    void close();
}
