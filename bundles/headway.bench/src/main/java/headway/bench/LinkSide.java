package headway.bench;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A transport's links as they are, without sessions: what there is to lose. A message is a frame; whoever has no room is
 * waited for, so that on a lossless transport nothing is missed.
 *
 * @param medium over which transport
 */
record LinkSide(Medium medium) implements Side {

    private static final String BUS = "bench-link";
    private static final int TOGETHER = 64;
    private static final long GREETING_NANOS = 10_000_000;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    /** How long to wait for room before it is tried again in any case. */
    private static final long NAP_NANOS = 1_000_000;

    /** Shorter than any frame that is measured. */
    private static final int GREETING = 1;

    @Override
    public String name() {
        return "link-" + medium.transport();
    }

    @Override
    public String description() {
        return "a bare link over " + medium.transport() + ", a frame for each";
    }

    @Override
    public String obstacle(Plan plan) {
        return medium.obstacle();
    }

    /** One end of a link: knows whom it has met, and lets a sender sleep until there is room. */
    private abstract static class End implements LinkListener, Closeable {

        private final List<Address> met = new CopyOnWriteArrayList<>();
        private final boolean answers;
        private Link link;
        private volatile Thread sleeper;

        /**
         * @param answers whether it answers greetings; one who asks does not
         */
        End(boolean answers) {
            this.answers = answers;
        }

        /** Opens the link; frames may come before this returns. */
        final void open(Medium medium, Path meeting) throws IOException {
            // Netlink and AF_BUS have no directory, so the bus's name keeps benchmarks apart.
            String bus =
                    BUS + "-" + Integer.toHexString(meeting.toAbsolutePath().hashCode());
            Link opened = medium.open(meeting).open(bus, this);
            synchronized (this) {
                link = opened;
                notifyAll();
            }
        }

        final synchronized Link link() {
            while (link == null) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("Interrupted while the link was opened", e);
                }
            }
            return link;
        }

        /** Says hello to everybody until so many have answered; returns the first. */
        final Address meet(int others) throws IOException, InterruptedException {
            long until = System.nanoTime() + PATIENCE_NANOS;
            while (met.size() < others) {
                if (System.nanoTime() > until) {
                    throw new IOException("Only " + met.size() + " of " + others + " were met over the link");
                }
                SendResult ignored = link().send(Address.EVERYONE, ByteBuffer.allocate(GREETING));
                link().flush();
                LockSupport.parkNanos(GREETING_NANOS);
            }
            return met.get(0);
        }

        /** Sends, however long it takes. */
        final void send(Address to, ByteBuffer frame, int size) throws IOException {
            while (true) {
                SendResult result = link().send(to, frame.limit(size).position(0));
                if (result == SendResult.SENT) {
                    return;
                }
                if (result != SendResult.FULL) {
                    throw new IOException("The other end is " + result);
                }
                link().flush();
                sleeper = Thread.currentThread();
                LockSupport.parkNanos(NAP_NANOS);
                sleeper = null;
            }
        }

        abstract void take(Address from, ByteBuffer frame);

        @Override
        public final void onFrame(Address from, Credentials credentials, ByteBuffer frame) {
            if (frame.remaining() > GREETING) {
                take(from, frame);
            } else if (!met.contains(from)) {
                met.add(from);
                if (answers) {
                    SendResult ignored = link().send(from, ByteBuffer.allocate(GREETING));
                    link().flush();
                }
            }
        }

        @Override
        public final void onWritable() {
            LockSupport.unpark(sleeper);
        }

        @Override
        public void onGone(Address peer) {}

        @Override
        public final void onClosed(Exception cause) {
            Station.fail(cause);
        }

        @Override
        public final void close() {
            link().close();
        }
    }

    private static ByteBuffer frame(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public Receiver receive(Path meeting, int index, int payload, Tally tally) throws IOException {
        AtomicLong bytes = new AtomicLong();
        End end = new End(true) {
            @Override
            void take(Address from, ByteBuffer frame) {
                bytes.setPlain(bytes.getPlain() + frame.remaining());
                tally.take(frame.getLong(frame.position()));
            }
        };
        end.open(medium, meeting);
        return new Receiver() {
            @Override
            public long bytes() {
                return bytes.get();
            }

            @Override
            public void close() {
                end.close();
            }
        };
    }

    @Override
    public Sender send(Path meeting, int receivers, int payload) throws IOException, InterruptedException {
        if (receivers != 1) {
            throw new IllegalArgumentException("A link is measured with one receiver, not " + receivers);
        }
        End end = new End(false) {
            @Override
            void take(Address from, ByteBuffer frame) {
                throw new IllegalStateException("Nobody was asked anything");
            }
        };
        end.open(medium, meeting);
        Address to = end.meet(receivers);
        byte[] bytes = new byte[payload];
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        return new Sender() {
            @Override
            public void send(long number) throws IOException {
                Numbered.write(bytes, number);
                end.send(to, frame, payload);
                if (number % TOGETHER == 0) {
                    end.link().flush();
                }
            }

            @Override
            public int together() {
                return TOGETHER;
            }

            @Override
            public void close() {
                end.close();
            }
        };
    }

    @Override
    public Closeable serve(Path meeting, int payload) throws IOException {
        ByteBuffer answer = frame(payload);
        End end = new End(true) {
            @Override
            void take(Address from, ByteBuffer frame) {
                try {
                    send(from, answer.clear().put(frame), payload);
                } catch (IOException e) {
                    Station.fail(e);
                }
                link().flush();
            }
        };
        end.open(medium, meeting);
        return end;
    }

    /** Asks, and takes in the answer on the thread that waits for it, where the transport lets it. */
    private static final class Asking extends End implements Caller {

        private final byte[] bytes;
        private final ByteBuffer frame;
        private Address to;
        private volatile Thread asker;
        private volatile long answered;
        private long asked;

        Asking(int payload) {
            super(false);
            bytes = new byte[payload];
            frame = ByteBuffer.wrap(bytes);
        }

        @Override
        void take(Address from, ByteBuffer answer) {
            answered = answer.getLong(answer.position());
            LockSupport.unpark(asker);
        }

        private boolean isAnswered() {
            return answered == asked;
        }

        @Override
        public void call() throws IOException {
            asked++;
            Numbered.write(bytes, asked);
            asker = Thread.currentThread();
            send(to, frame, bytes.length);
            link().flush();
            boolean ignored = link().receive(this::isAnswered, PATIENCE_NANOS);
            long until = System.nanoTime() + PATIENCE_NANOS;
            while (!isAnswered()) {
                LockSupport.parkNanos(NAP_NANOS);
                if (System.nanoTime() > until) {
                    throw new IOException("Frame " + asked + " was not answered, "
                            + Arrays.toString(new long[] {answered}) + " was the last that was");
                }
            }
        }
    }

    @Override
    public Caller call(Path meeting, int payload) throws IOException, InterruptedException {
        Asking asking = new Asking(payload);
        asking.open(medium, meeting);
        asking.to = asking.meet(1);
        return asking;
    }
}
