package headway.core;

import headway.transport.Address;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A medium in virtual time, as good or bad as its {@link Quality}. What goes to a group is lost for each member that has no
 * room, and now and then for others, whatever its features promise of what goes to one link.
 */
final class SimMedium implements Transport {

    private static final int CAPACITY = 160 * 1024;
    private static final int GROUP_CAPACITY = 100 * 1024;

    private final Simulation simulation;
    private final String name;
    private final Set<Feature> features;
    private final Map<Address, SimLink> links = new LinkedHashMap<>();
    private Quality quality;
    private UnaryOperator<byte[]> sabotage = frame -> frame;
    private long lastAddress;
    private long groupFrames;
    private long groupBytes;
    private long groupLosses;

    /** Until then nothing that is sent arrives, whatever the features promise. */
    private long silentUntil;

    /** The next frame with messages vanishes. */
    private boolean losesNext;

    /** The process that opens links now. */
    private SimProcess current;

    /**
     * How often things go wrong, each a probability for one frame.
     *
     * @param delay how long a frame is under way at most, in nanoseconds
     */
    record Quality(double lose, double duplicate, double full, long delay) {

        static final Quality PERFECT = new Quality(0, 0, 0, 50_000);
    }

    SimMedium(Simulation simulation, String name, Set<Feature> features) {
        this.simulation = simulation;
        this.name = name;
        this.features = features;
        this.quality = Quality.PERFECT;
    }

    /** From now on. What the features promise holds all the same. */
    void quality(Quality now) {
        quality = now;
    }

    /** Swallows everything for so long. */
    void silence(long nanos) {
        silentUntil = simulation.now() + nanos;
    }

    /** Whether the next frame with messages is swallowed. */
    void loseNext(boolean lose) {
        losesNext = lose;
    }

    /** What is done to each frame on its way: the frame to deliver, or null for none. */
    void sabotage(UnaryOperator<byte[]> how) {
        sabotage = how;
    }

    /** The same medium for a process that may not join groups. */
    Transport withoutGroups() {
        return withoutGroups;
    }

    /** How many frames were sent to groups. */
    long groupFrames() {
        return groupFrames;
    }

    /** How many bytes those had. */
    long groupBytes() {
        return groupBytes;
    }

    /** How often a member of a group missed one. */
    long groupLosses() {
        return groupLosses;
    }

    /** The groups that have a member. */
    Set<Address> groups() {
        Set<Address> all = new HashSet<>();
        links.values().forEach(link -> all.addAll(link.groups));
        return all;
    }

    /** The links that are opened from now on are of that process. */
    void opener(SimProcess process) {
        current = process;
    }

    /**
     * Ends one of the open links by itself. Not of a process that stands still: it lets go of no socket then, and a module
     * that is in use stays; its link ends only with the process, and that is what its peers take it for.
     */
    void endOne() {
        List<SimLink> open = new ArrayList<>(links.values());
        open.removeIf(link -> link.process != null && link.process.isFrozen());
        if (!open.isEmpty()) {
            SimLink link = open.get(simulation.random().nextInt(open.size()));
            link.close();
            simulation.after(1000, () -> link.tell(() -> link.listener.onClosed(new IOException("It went away."))));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Feature> features() {
        return EnumSet.copyOf(features);
    }

    @Override
    public Link open(String bus, LinkListener listener) {
        return open(listener, features.contains(Feature.GROUPS));
    }

    private Link open(LinkListener listener, boolean mayJoin) {
        SimLink link = new SimLink(Address.of(++lastAddress), listener, mayJoin);
        links.put(link.local, link);
        return link;
    }

    private final Transport withoutGroups = new Transport() {
        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<Feature> features() {
            Set<Feature> fewer = EnumSet.copyOf(features);
            fewer.remove(Feature.GROUPS);
            return fewer;
        }

        @Override
        public Link open(String bus, LinkListener listener) {
            return SimMedium.this.open(listener, false);
        }
    };

    /** What is under way from one link to another. */
    private static final class Way {
        private long arrival;
        private int bytes;
        private boolean owed;
    }

    private final class SimLink implements Link {

        private final Address local;
        private final LinkListener listener;
        private final SimProcess process = current;
        private final Map<Address, Way> ways = new HashMap<>();
        private final Set<Address> groups = new HashSet<>();
        private final boolean mayJoin;
        private boolean closed;

        SimLink(Address local, LinkListener listener, boolean mayJoin) {
            this.local = local;
            this.listener = listener;
            this.mayJoin = mayJoin;
        }

        @Override
        public Address local() {
            return local;
        }

        @Override
        public int mtu() {
            return Frame.MAX;
        }

        @Override
        public SendResult send(Address to, ByteBuffer frame) {
            if (closed) {
                return SendResult.CLOSED;
            }
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            if (to.equals(Address.EVERYONE)) {
                links.values().stream().filter(link -> link != this).toList().forEach(link -> sendTo(link, bytes));
                return links.size() > 1 ? SendResult.SENT : SendResult.UNREACHABLE;
            }
            if (to.isGroup()) {
                return sendToGroup(to, bytes);
            }
            SimLink receiver = links.get(to);
            return receiver == null ? SendResult.UNREACHABLE : sendTo(receiver, bytes);
        }

        private SendResult sendTo(SimLink receiver, byte[] bytes) {
            Way way = ways.computeIfAbsent(receiver.local, unused -> new Way());
            if (way.bytes > 0 && way.bytes + bytes.length > CAPACITY) {
                way.owed = true;
                return SendResult.FULL;
            }
            if (simulation.chance(quality.full)) {
                simulation.after(1 + simulation.random().nextLong(1_000_000), this::tellWritable);
                return SendResult.FULL;
            }
            if (!features.contains(Feature.LOSSLESS)) {
                if (simulation.chance(quality.lose)) {
                    return SendResult.SENT;
                }
                if (simulation.chance(quality.duplicate)) {
                    launch(receiver, way, bytes.clone());
                }
            }
            launch(receiver, way, bytes.clone());
            return SendResult.SENT;
        }

        private SendResult sendToGroup(Address group, byte[] bytes) {
            List<SimLink> members = links.values().stream()
                    .filter(link -> link != this && link.groups.contains(group))
                    .toList();
            if (members.isEmpty()) {
                return SendResult.UNREACHABLE;
            }
            if (simulation.chance(quality.full)) {
                simulation.after(1 + simulation.random().nextLong(1_000_000), this::tellWritable);
                return SendResult.FULL;
            }
            groupFrames++;
            groupBytes += bytes.length;
            for (SimLink member : members) {
                Way way = ways.computeIfAbsent(member.local, unused -> new Way());
                if (way.bytes + bytes.length > GROUP_CAPACITY || simulation.chance(quality.lose)) {
                    groupLosses++;
                } else {
                    if (!features.contains(Feature.LOSSLESS) && simulation.chance(quality.duplicate)) {
                        launch(member, way, bytes.clone());
                    }
                    launch(member, way, bytes.clone());
                }
            }
            return SendResult.SENT;
        }

        private void launch(SimLink receiver, Way way, byte[] bytes) {
            byte[] sabotaged = sabotage.apply(bytes);
            if (sabotaged == null || simulation.now() < silentUntil) {
                return;
            }
            if (losesNext && hasMessages(sabotaged)) {
                losesNext = false;
                return;
            }
            long arrival = simulation.now() + 1000 + simulation.random().nextLong(quality.delay);
            if (features.contains(Feature.ORDERED)) {
                arrival = Math.max(arrival, way.arrival);
            }
            way.arrival = Math.max(way.arrival, arrival);
            way.bytes += sabotaged.length;
            simulation.at(arrival, () -> receiver.process.take(() -> arrive(receiver, way, sabotaged)));
        }

        private static boolean hasMessages(byte[] frame) {
            return Frame.check(frame, 0, frame.length) == null
                    && (Frame.kind(frame, 0) == Frame.Kind.DATA || Frame.kind(frame, 0) == Frame.Kind.GROUP);
        }

        private void arrive(SimLink receiver, Way way, byte[] bytes) {
            if (receiver.process.isFrozen()) {
                simulation.at(receiver.process.frozenUntil(), () -> arrive(receiver, way, bytes));
                return;
            }
            way.bytes -= bytes.length;
            if (!receiver.closed) {
                ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                receiver.tell(() -> {
                    receiver.listener.onFrame(local, process.credentials(), frame);
                    receiver.listener.onPause();
                });
                Arrays.fill(bytes, (byte) 0xDD);
            }
            if (way.owed) {
                way.owed = false;
                tellWritable();
            }
        }

        private void tellWritable() {
            if (!closed) {
                tell(listener::onWritable);
            }
        }

        void tell(Runnable what) {
            process.run(() -> {
                // Now, for a process that stands still runs it later; what it opens then is its own.
                current = process;
                what.run();
            });
        }

        @Override
        public void flush() {}

        @Override
        public void join(Address group) {
            checkMayJoin(group);
            groups.add(group);
        }

        @Override
        public void leave(Address group) {
            checkMayJoin(group);
            groups.remove(group);
        }

        private void checkMayJoin(Address group) {
            if (!mayJoin) {
                throw new UnsupportedOperationException("This link has no groups; " + group + " is one");
            }
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            links.remove(local);
            for (SimLink other : links.values()) {
                Way way = ways.get(other.local);
                long last = way == null ? 0 : way.arrival;
                simulation.at(Math.max(last, simulation.now()) + 1000, () -> {
                    if (!other.closed) {
                        other.tell(() -> other.listener.onGone(local));
                    }
                });
            }
        }
    }
}
