package headway.tck;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A transport that misbehaves on purpose, over one that does not.
 *
 * <p>What goes wrong is decided by a seed, for each link in the order they were opened: the same sends meet the same
 * faults. It has no threads and no timers: what is delayed leaves with later sends or with {@link #release}, which also
 * tells listeners what they are still to hear.
 *
 * <p>Listeners are called by the threads of the transport below and of whoever calls {@link #release} or {@link #end},
 * one at a time. Any thread may call any method.
 */
public final class FaultyTransport implements Transport {

    /** What can go wrong. */
    public enum Fault {
        LOST,
        DUPLICATED,
        REORDERED,
        DELAYED,
        FULL,
        CLOSED
    }

    private final Transport below;
    private final Set<Feature> features;
    private final SplittableRandom seeds;
    private final List<FaultyLink> links = new ArrayList<>();
    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    private volatile Faults faults;

    /**
     * A transport over another. It promises neither {@link Feature#ORDERED} nor {@link Feature#LOSSLESS}.
     *
     * @param below what really carries the frames
     * @param seed decides what goes wrong
     * @param faults how often
     */
    public FaultyTransport(Transport below, long seed, Faults faults) {
        this(below, seed, faults, without(below.features(), Feature.ORDERED, Feature.LOSSLESS, Feature.GUESTS));
    }

    /** The same, with other promises than it should make. */
    public FaultyTransport(Transport below, long seed, Faults faults, Set<Feature> features) {
        this.below = below;
        this.seeds = new SplittableRandom(seed);
        this.faults = faults;
        this.features = Set.copyOf(features);
    }

    private static Set<Feature> without(Set<Feature> all, Feature... broken) {
        Set<Feature> left = EnumSet.noneOf(Feature.class);
        left.addAll(all);
        List.of(broken).forEach(left::remove);
        return left;
    }

    /** Changes how often things go wrong, from now on. */
    public void faults(Faults now) {
        faults = now;
    }

    /** How often each fault has happened. */
    public Map<Fault, Long> counts() {
        synchronized (counts) {
            return Collections.unmodifiableMap(new EnumMap<>(counts));
        }
    }

    private void count(Fault fault) {
        synchronized (counts) {
            counts.merge(fault, 1L, Long::sum);
        }
    }

    /** Sends all that is delayed, and tells listeners that there is room again or that their link ended. */
    public void release() {
        snapshot().forEach(FaultyLink::release);
    }

    /** Ends all links that are open now, as if the medium had gone away; their listeners are told before this returns. */
    public void end(Exception cause) {
        snapshot().forEach(link -> link.end(cause));
        release();
    }

    private List<FaultyLink> snapshot() {
        synchronized (links) {
            return List.copyOf(links);
        }
    }

    @Override
    public String name() {
        return below.name();
    }

    @Override
    public Set<Feature> features() {
        return features;
    }

    @Override
    public Link open(String bus, LinkListener listener) throws IOException {
        FaultyLink link;
        synchronized (links) {
            link = new FaultyLink(listener, seeds.split());
        }
        link.below = below.open(bus, link);
        synchronized (links) {
            links.add(link);
        }
        return link;
    }

    /** A frame that leaves after so many more sends. */
    private static final class Held {
        final Address to;
        final ByteBuffer frame;
        int sends;

        Held(Address to, ByteBuffer frame, int sends) {
            this.to = to;
            this.frame = ByteBuffer.allocate(frame.remaining()).put(frame).flip();
            this.sends = sends;
        }
    }

    private final class FaultyLink implements Link, LinkListener {

        private final LinkListener listener;
        private final SplittableRandom random;
        private final Object telling = new Object();
        /** Set right after the constructor. */
        private volatile Link below;

        // Guarded by this link's monitor.
        private final List<Held> held = new ArrayList<>();
        private boolean owesWritable;
        private boolean closed;
        private Exception owedCause;

        FaultyLink(LinkListener listener, SplittableRandom random) {
            this.listener = listener;
            this.random = random;
        }

        @Override
        public Address local() {
            return below.local();
        }

        @Override
        public int mtu() {
            return below.mtu();
        }

        @Override
        public synchronized SendResult send(Address to, ByteBuffer frame) {
            int length = frame.remaining();
            if (length == 0 || length > below.mtu()) {
                throw new IllegalArgumentException("A frame has 1 to " + below.mtu() + " bytes, not " + length);
            }
            if (closed) {
                return SendResult.CLOSED;
            }
            Faults now = faults;
            // Always the same number of draws, so that one fault more or less does not change all that follows.
            boolean close = random.nextDouble() < now.close();
            boolean full = random.nextDouble() < now.full();
            boolean lose = random.nextDouble() < now.lose();
            boolean delay = random.nextDouble() < now.delay();
            boolean reorder = random.nextDouble() < now.reorder();
            boolean duplicate = random.nextDouble() < now.duplicate();
            int sends = 1 + random.nextInt(now.delaySends());
            if (close) {
                count(Fault.CLOSED);
                end(new IOException("The link ended on purpose."));
                return SendResult.CLOSED;
            }
            if (full) {
                count(Fault.FULL);
                owesWritable = true;
                return SendResult.FULL;
            }
            SendResult result = SendResult.SENT;
            List<Held> due = due();
            if (lose) {
                count(Fault.LOST);
            } else if (delay) {
                count(Fault.DELAYED);
                held.add(new Held(to, frame, sends));
            } else if (reorder) {
                count(Fault.REORDERED);
                held.add(new Held(to, frame, 1));
            } else {
                Held twin = duplicate ? new Held(to, frame.duplicate(), 0) : null;
                result = below.send(to, frame);
                if (twin != null && result == SendResult.SENT) {
                    count(Fault.DUPLICATED);
                    below.send(to, twin.frame);
                }
            }
            launch(due);
            return result;
        }

        private List<Held> due() {
            List<Held> due = new ArrayList<>();
            for (Iterator<Held> each = held.iterator(); each.hasNext(); ) {
                Held frame = each.next();
                if (--frame.sends <= 0) {
                    each.remove();
                    due.add(frame);
                }
            }
            return due;
        }

        private void launch(List<Held> frames) {
            for (Held each : frames) {
                if (below.send(each.to, each.frame.duplicate()) == SendResult.FULL) {
                    held.add(each);
                }
            }
        }

        void release() {
            Exception cause;
            boolean writable;
            synchronized (this) {
                List<Held> all = List.copyOf(held);
                held.clear();
                if (!closed) {
                    launch(all);
                    below.flush();
                }
                writable = owesWritable && !closed;
                owesWritable = false;
                cause = owedCause;
                owedCause = null;
            }
            if (writable) {
                onWritable();
            }
            if (cause != null) {
                synchronized (telling) {
                    listener.onClosed(cause);
                }
            }
        }

        synchronized void end(Exception cause) {
            if (!closed) {
                close();
                owedCause = cause;
            }
        }

        @Override
        public void flush() {
            below.flush();
        }

        @Override
        public void join(Address group) {
            below.join(group);
        }

        @Override
        public void leave(Address group) {
            below.leave(group);
        }

        @Override
        public synchronized void close() {
            closed = true;
            held.clear();
            below.close();
        }

        private synchronized boolean isClosed() {
            return closed;
        }

        // ---- What the link below tells.

        @Override
        public void onFrame(Address from, Credentials credentials, ByteBuffer frame) {
            synchronized (telling) {
                if (!isClosed()) {
                    listener.onFrame(from, credentials, frame);
                }
            }
        }

        @Override
        public void onPause() {
            synchronized (telling) {
                if (!isClosed()) {
                    listener.onPause();
                }
            }
        }

        @Override
        public void onWritable() {
            synchronized (telling) {
                if (!isClosed()) {
                    listener.onWritable();
                }
            }
        }

        @Override
        public void onGone(Address peer) {
            synchronized (telling) {
                if (!isClosed()) {
                    listener.onGone(peer);
                }
            }
        }

        @Override
        public void onClosed(Exception cause) {
            synchronized (telling) {
                boolean first;
                synchronized (this) {
                    first = !closed;
                    closed = true;
                    held.clear();
                }
                if (first) {
                    listener.onClosed(cause);
                }
            }
        }
    }
}
