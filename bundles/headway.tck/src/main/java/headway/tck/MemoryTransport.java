package headway.tck;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A transport within one process.
 *
 * <p>Stepped, nothing happens until somebody calls {@link #step}: each step tells one listener one thing, on the
 * caller's thread. So a whole bus runs on one thread, in an order that only the seed decides. Threaded, each link has a
 * thread of its own, as real transports have.
 *
 * <p>It keeps the promises of a good transport and adds a trap: a frame is overwritten when the listener returns, so
 * that whoever keeps one finds out.
 */
public final class MemoryTransport implements Transport {

    private static final byte POISON = (byte) 0xDD;

    private final Set<Feature> features;
    private final Credentials credentials;
    private final int mtu;
    private final int capacity;
    private final boolean threaded;
    private final SplittableRandom random;

    // Guarded by this transport's monitor, and so is the state of every link.
    private final Map<Address, MemoryLink> links = new LinkedHashMap<>();
    private long lastAddress;
    private long lastEvent;

    private MemoryTransport(Builder builder) {
        EnumSet<Feature> found = EnumSet.of(Feature.ORDERED, Feature.LOSSLESS);
        if (builder.groups) {
            found.add(Feature.GROUPS);
        }
        if (!builder.credentials.equals(Credentials.NONE)) {
            found.add(Feature.CREDENTIALS);
        }
        features = Collections.unmodifiableSet(found);
        credentials = builder.credentials;
        mtu = builder.mtu;
        capacity = builder.capacity;
        threaded = builder.threaded;
        random = builder.seed == null ? null : new SplittableRandom(builder.seed);
    }

    /** A transport that is stepped, in the order things were sent; change what should be different. */
    public static Builder builder() {
        return new Builder();
    }

    /** What can be chosen. */
    public static final class Builder {
        private boolean groups;
        private Credentials credentials = Credentials.NONE;
        private int mtu = 64 * 1024;
        private int capacity = 256 * 1024;
        private boolean threaded;
        private Long seed;

        private Builder() {}

        /** Serve groups; without this, senders must. */
        public Builder groups() {
            groups = true;
            return this;
        }

        /** Vouch for every sender with these. */
        public Builder credentials(Credentials everybody) {
            credentials = everybody;
            return this;
        }

        /** The largest frame, in bytes. */
        public Builder mtu(int bytes) {
            mtu = bytes;
            return this;
        }

        /** How many bytes may be on the way from one link to another; at least one frame always fits. */
        public Builder capacity(int bytes) {
            capacity = bytes;
            return this;
        }

        /** Let each link have its own thread; {@link MemoryTransport#step} is not for these. */
        public Builder threaded() {
            threaded = true;
            return this;
        }

        /** Let a seed decide which link steps next, each still in the order of what it is told. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** The transport. */
        public MemoryTransport build() {
            return new MemoryTransport(this);
        }
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Set<Feature> features() {
        return features;
    }

    @Override
    public synchronized Link open(String bus, LinkListener listener) {
        MemoryLink link = new MemoryLink(bus, Address.of(++lastAddress), Objects.requireNonNull(listener));
        links.put(link.local, link);
        if (threaded) {
            link.start();
        }
        return link;
    }

    /**
     * Tells one listener one thing.
     *
     * @return false if there was nothing to tell
     */
    public boolean step() {
        Event event;
        synchronized (this) {
            MemoryLink next = next();
            if (next == null) {
                return false;
            }
            event = next.events.remove();
        }
        event.what.run();
        return true;
    }

    /**
     * Steps until there is nothing left to tell.
     *
     * @param most give up after so many
     * @return how many
     * @throws IllegalStateException if it does not come to rest
     */
    public int settle(int most) {
        for (int steps = 0; steps < most; steps++) {
            if (!step()) {
                return steps;
            }
        }
        throw new IllegalStateException("Not at rest after " + most + " steps");
    }

    /** Ends a link as if its medium had gone away: its listener is told the cause, its peers that it is gone. */
    public synchronized void end(Link link, Exception cause) {
        MemoryLink ended = (MemoryLink) link;
        if (!ended.closed) {
            ended.detach();
            ended.post(() -> ended.listener.onClosed(cause));
        }
    }

    private MemoryLink next() {
        links.values().removeIf(link -> link.closed && link.events.isEmpty());
        List<MemoryLink> ready = new ArrayList<>();
        for (MemoryLink link : links.values()) {
            if (!link.events.isEmpty()) {
                ready.add(link);
            }
        }
        if (ready.isEmpty()) {
            return null;
        }
        if (random != null) {
            return ready.get(random.nextInt(ready.size()));
        }
        return Collections.min(ready, (a, b) -> Long.compare(a.events.element().order, b.events.element().order));
    }

    /** Something to tell a listener, numbered in the order of all that happens. */
    private record Event(long order, Runnable what) {}

    /** What is on the way from one link to another. */
    private static final class Way {
        int bytes;
        boolean owed;
    }

    private final class MemoryLink implements Link {

        private final String bus;
        private final Address local;
        private final LinkListener listener;
        private final Queue<Event> events = new ArrayDeque<>();
        private final Map<Address, Way> ways = new HashMap<>();
        private final Set<Address> groups = new HashSet<>();
        private boolean closed;

        MemoryLink(String bus, Address local, LinkListener listener) {
            this.bus = bus;
            this.local = local;
            this.listener = listener;
        }

        @Override
        public Address local() {
            return local;
        }

        @Override
        public int mtu() {
            return mtu;
        }

        /**
         * {@inheritDoc}
         *
         * <p>To a group: all who have room get it; {@code FULL} says that nobody had. To {@link Address#EVERYONE}: the
         * same, but {@code FULL} says that at least one had none.
         */
        @Override
        public SendResult send(Address to, ByteBuffer frame) {
            if (!frame.hasRemaining() || frame.remaining() > mtu) {
                throw new IllegalArgumentException("A frame has 1 to " + mtu + " bytes, not " + frame.remaining());
            }
            synchronized (MemoryTransport.this) {
                if (closed) {
                    return SendResult.CLOSED;
                }
                List<MemoryLink> receivers = receivers(to);
                if (receivers.isEmpty()) {
                    return SendResult.UNREACHABLE;
                }
                int taken = 0;
                for (MemoryLink each : receivers) {
                    if (each.hasRoom(local, frame.remaining())) {
                        each.take(local, frame.duplicate());
                        taken++;
                    }
                }
                boolean enough = to.equals(Address.EVERYONE) ? taken == receivers.size() : taken > 0;
                return enough ? SendResult.SENT : SendResult.FULL;
            }
        }

        private List<MemoryLink> receivers(Address to) {
            List<MemoryLink> found = new ArrayList<>();
            for (MemoryLink each : links.values()) {
                boolean meant = each.local.equals(to) || to.equals(Address.EVERYONE) || each.groups.contains(to);
                if (meant && each != this && !each.closed && each.bus.equals(bus)) {
                    found.add(each);
                }
            }
            return found;
        }

        private boolean hasRoom(Address from, int length) {
            Way way = ways.computeIfAbsent(from, unused -> new Way());
            boolean room = way.bytes == 0 || way.bytes + length <= capacity;
            way.owed |= !room;
            return room;
        }

        private void take(Address from, ByteBuffer frame) {
            byte[] copy = new byte[frame.remaining()];
            frame.get(copy);
            ways.get(from).bytes += copy.length;
            post(() -> {
                if (!isClosed()) {
                    listener.onFrame(from, credentials, ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
                    listener.onPause();
                }
                Arrays.fill(copy, POISON);
                synchronized (MemoryTransport.this) {
                    Way way = ways.get(from);
                    if (way != null) {
                        way.bytes -= copy.length;
                        pay(from, way);
                    }
                }
            });
        }

        /** Tells a sender that was told FULL that it need not wait any longer. */
        private void pay(Address from, Way way) {
            MemoryLink sender = links.get(from);
            if (way.owed && sender != null) {
                way.owed = false;
                sender.tell(sender.listener::onWritable);
            }
        }

        private void post(Runnable what) {
            events.add(new Event(++lastEvent, what));
            MemoryTransport.this.notifyAll();
        }

        private void tell(Runnable what) {
            post(() -> {
                if (!isClosed()) {
                    what.run();
                }
            });
        }

        private boolean isClosed() {
            synchronized (MemoryTransport.this) {
                return closed;
            }
        }

        @Override
        public void flush() {}

        @Override
        public void join(Address group) {
            if (needsGroups(group)) {
                synchronized (MemoryTransport.this) {
                    groups.add(group);
                }
            }
        }

        @Override
        public void leave(Address group) {
            if (needsGroups(group)) {
                synchronized (MemoryTransport.this) {
                    groups.remove(group);
                }
            }
        }

        private boolean needsGroups(Address group) {
            if (group.equals(Address.EVERYONE)) {
                return false;
            }
            if (!features.contains(Feature.GROUPS)) {
                throw new UnsupportedOperationException("This transport has no groups; " + group + " is one");
            }
            return true;
        }

        @Override
        public void close() {
            synchronized (MemoryTransport.this) {
                if (!closed) {
                    detach();
                }
            }
        }

        private void detach() {
            closed = true;
            ways.forEach(this::pay);
            ways.clear();
            events.clear();
            for (MemoryLink each : links.values()) {
                if (each != this && !each.closed && each.bus.equals(bus)) {
                    each.tell(() -> each.listener.onGone(local));
                }
            }
            MemoryTransport.this.notifyAll();
        }

        void start() {
            Thread thread = new Thread(this::run, "headway-memory-" + local);
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            while (true) {
                Event event;
                synchronized (MemoryTransport.this) {
                    while (events.isEmpty() && !closed) {
                        try {
                            MemoryTransport.this.wait();
                        } catch (InterruptedException e) {
                            // A listener left it behind; this thread ends with its link only.
                        }
                    }
                    if (events.isEmpty()) {
                        links.remove(local);
                        return;
                    }
                    event = events.remove();
                }
                event.what.run();
            }
        }
    }
}
