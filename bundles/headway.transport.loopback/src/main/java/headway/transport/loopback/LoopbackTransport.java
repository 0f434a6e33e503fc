package headway.transport.loopback;

import headway.transport.Address;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.Transport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The transport that works everywhere: AF_UNIX stream sockets in pure Java, between the processes of one user on one
 * machine.
 *
 * <p>Any thread may open links. When the transport stops, all its links end with that cause.
 */
public final class LoopbackTransport implements Transport {

    private static final Pattern BUS = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Path runtime;
    private final Set<Feature> features;
    private final SecureRandom random = new SecureRandom();
    private final Set<LoopbackLink> links = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /**
     * A transport over the sockets in a directory.
     *
     * @param runtime made if it is not there; must belong to this user and be accessible to nobody else
     * @throws IOException why it cannot work here; a sentence for people
     */
    public LoopbackTransport(Path runtime) throws IOException {
        this.runtime = runtime.toAbsolutePath();
        EnumSet<Feature> found = EnumSet.of(Feature.ORDERED, Feature.LOSSLESS, Feature.GUESTS);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            if (PeerUser.askable(channel)) {
                found.add(Feature.CREDENTIALS);
            }
        } catch (UnsupportedOperationException e) {
            throw new IOException("This Java runtime has no AF_UNIX channels on this system.", e);
        }
        features = Collections.unmodifiableSet(found);
        BusDirectory.prepare(this.runtime);
    }

    @Override
    public String name() {
        return "loopback";
    }

    @Override
    public Set<Feature> features() {
        return features;
    }

    @Override
    public Link open(String bus, LinkListener listener) throws IOException {
        Objects.requireNonNull(listener);
        if (!BUS.matcher(bus).matches()) {
            throw new IllegalArgumentException("A bus is named with 1 to 64 of A-Z a-z 0-9 _ -, not \"" + bus + '"');
        }
        if (stopped) {
            throw stopped();
        }
        LoopbackLink link = LoopbackLink.open(
                newAddress(),
                BusDirectory.open(runtime, bus),
                listener,
                features.contains(Feature.CREDENTIALS),
                links::remove);
        links.add(link);
        if (link.isClosed()) {
            links.remove(link);
        }
        if (stopped) {
            link.close();
            throw stopped();
        }
        return link;
    }

    /** 63 random bits: nobody has to keep account for an address never to come twice. */
    private Address newAddress() {
        return Address.of(Math.max(1, random.nextLong() >>> 1));
    }

    /** Ends all links, and opens no more. */
    void stop() {
        stopped = true;
        links.forEach(link -> link.end(stopped()));
    }

    private static IOException stopped() {
        return new IOException("The loopback transport was stopped.");
    }
}
