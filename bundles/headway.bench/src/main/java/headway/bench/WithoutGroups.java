package headway.bench;

import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.Transport;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** A transport whose groups nobody knows of. */
record WithoutGroups(Transport transport) implements Transport {

    @Override
    public String name() {
        return transport.name();
    }

    @Override
    public Set<Feature> features() {
        EnumSet<Feature> features = EnumSet.copyOf(transport.features());
        features.remove(Feature.GROUPS);
        return features;
    }

    @Override
    public Link open(String bus, LinkListener listener) throws IOException {
        return transport.open(bus, listener);
    }
}
