package headway.bench.jmh;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A transport within this JVM that stands between two nodes. At first it passes all frames on, so that they meet as usual.
 * Then each node can be measured alone:
 *
 * <ul>
 *   <li>{@link #swallow}: what the first node sends ends here and is acknowledged as its peer would
 *   <li>{@link #capture}: a data frame as the first node has sent it, to be given to the second with other numbers
 * </ul>
 *
 * <p>It knows four places of the wire layout of {@code headway.core}: kind, sequence, ack, and the header's size.
 */
final class SinkTransport implements Transport {

    static final int HEADER = 40;

    private static final int MTU = 1 << 16;
    private static final int KIND = 2;
    private static final int LENGTH = 4;
    private static final int SEQUENCE = 24;
    private static final int ACK = 32;
    private static final byte KIND_DATA = 2;
    private static final byte KIND_ACK = 3;

    /** A peer acknowledges so many frames at once. */
    private static final int FRAMES_AN_ACK = 32;

    private final List<End> ends = new ArrayList<>();
    private final AtomicLong swallowed = new AtomicLong();
    private volatile boolean swallowing;
    private volatile byte[] data;
    private volatile byte[] ack;

    @Override
    public String name() {
        return "sink";
    }

    @Override
    public Set<Feature> features() {
        return Set.of(Feature.ORDERED, Feature.LOSSLESS);
    }

    @Override
    public synchronized Link open(String bus, LinkListener listener) {
        End end = new End(Address.of(ends.size() + 1L), listener);
        ends.add(end);
        end.thread.start();
        return end;
    }

    private synchronized End end(int index) {
        return ends.get(index);
    }

    private synchronized List<End> others(End sender) {
        List<End> others = new ArrayList<>(ends);
        others.remove(sender);
        return others;
    }

    /** From now on nothing passes; the first node's frames are acknowledged all the same. Data must have passed before. */
    void swallow() {
        if (ack == null || data == null) {
            throw new IllegalStateException("No data frame has passed and been acknowledged yet");
        }
        swallowed.set(longs(data).getLong(SEQUENCE));
        swallowing = true;
    }

    /** Whether data has gone from the first node to the second, and an acknowledgement the other way. */
    boolean isWarm() {
        return ack != null && data != null;
    }

    /** The newest data frame of the first node. */
    byte[] capture() {
        return data.clone();
    }

    /** Gives a frame to the second node, as if the first one had just sent it; on this thread, which must always be the same. */
    void inject(ByteBuffer frame) {
        end(1).listener.onFrame(end(0).local, Credentials.NONE, frame);
        end(1).listener.onPause();
    }

    /** Numbers a data frame. */
    static void number(byte[] frame, long sequence) {
        longs(frame).putLong(SEQUENCE, sequence);
    }

    static long number(byte[] frame) {
        return longs(frame).getLong(SEQUENCE);
    }

    /** Says how long a frame is. */
    static void length(byte[] frame) {
        longs(frame).putInt(LENGTH, frame.length);
    }

    private static ByteBuffer longs(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** One node's link: a thread of its own brings it what the other sent. */
    private final class End implements Link {

        private final Address local;
        private final LinkListener listener;
        private final LinkedBlockingQueue<byte[]> passing = new LinkedBlockingQueue<>();
        private final AtomicBoolean closed = new AtomicBoolean();
        private final Thread thread = new Thread(this::run, "sink");
        private long acknowledged;

        End(Address local, LinkListener listener) {
            this.local = local;
            this.listener = listener;
            thread.setDaemon(true);
        }

        @Override
        public Address local() {
            return local;
        }

        @Override
        public int mtu() {
            return MTU;
        }

        @Override
        public SendResult send(Address to, ByteBuffer frame) {
            if (closed.get()) {
                return SendResult.CLOSED;
            }
            boolean first = local.value() == 1;
            byte kind = frame.get(frame.position() + KIND);
            if (swallowing) {
                if (first && kind == KIND_DATA) {
                    long sequence = frame.getLong(frame.position() + SEQUENCE);
                    swallowed.setRelease(sequence);
                    if (sequence % FRAMES_AN_ACK == 0) {
                        LockSupport.unpark(thread);
                    }
                }
                return SendResult.SENT;
            }
            byte[] copy = new byte[frame.remaining()];
            frame.get(copy);
            if (first && kind == KIND_DATA) {
                data = copy;
            } else if (!first && kind == KIND_ACK) {
                ack = copy;
            }
            others(this).forEach(other -> other.passing.add(copy));
            return others(this).isEmpty() ? SendResult.UNREACHABLE : SendResult.SENT;
        }

        private void run() {
            try {
                while (!closed.get() && !swallowing) {
                    byte[] frame = passing.poll(1, java.util.concurrent.TimeUnit.MILLISECONDS);
                    if (frame != null) {
                        listener.onFrame(others(this).get(0).local, Credentials.NONE, longs(frame));
                        listener.onPause();
                    }
                }
            } catch (InterruptedException e) {
                return;
            }
            if (local.value() == 1) {
                acknowledge();
            }
        }

        /** Takes the peer's place. Allocates nothing, for all of this JVM is measured. */
        private void acknowledge() {
            byte[] bytes = ack.clone();
            ByteBuffer frame = longs(bytes);
            Address from = others(this).get(0).local;
            while (!closed.get()) {
                long sequence = swallowed.getAcquire();
                if (sequence > acknowledged) {
                    acknowledged = sequence;
                    frame.putLong(SEQUENCE, sequence).putLong(ACK, sequence);
                    listener.onFrame(from, Credentials.NONE, frame);
                    listener.onPause();
                    frame.clear();
                } else {
                    LockSupport.parkNanos(this, 1_000_000);
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void join(Address group) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void leave(Address group) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            closed.set(true);
            thread.interrupt();
        }
    }
}
