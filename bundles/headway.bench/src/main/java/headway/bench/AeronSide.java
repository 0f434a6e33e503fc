package headway.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Aeron IPC: shared memory, and a media driver beside the two ends.
 *
 * @param name in the table
 * @param idle how an end waits: spinning, which takes a core whether there is something to do or not, or backing off
 */
record AeronSide(String name, Supplier<IdleStrategy> idle) implements Side {

    private static final String CHANNEL = "aeron:ipc?term-length=4m";
    private static final int THERE = 1001;
    private static final int BACK = 1002;
    private static final int AT_ONCE = 64;

    static AeronSide backingOff() {
        return new AeronSide("aeron", BackoffIdleStrategy::new);
    }

    static AeronSide spinning() {
        return new AeronSide("aeron-busy", BusySpinIdleStrategy::new);
    }

    @Override
    public String description() {
        return "Aeron IPC" + (name.endsWith("busy") ? ", busy spinning" : ", backing off");
    }

    /** Agrona looks into the JDK. */
    private static List<String> opened(List<String> command) {
        List<String> with = new ArrayList<>(command);
        with.addAll(1, List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        return with;
    }

    @Override
    public List<String> command(Plan plan, Workload workload, String part, Path meeting, Load load) {
        return opened(Side.super.command(plan, workload, part, meeting, load));
    }

    @Override
    public void prepare(Plan plan, Children children) throws IOException, InterruptedException {
        List<String> command = opened(Child.java(plan, AeronDriver.class));
        command.add(AeronDriver.directory(children.directory()));
        children.attend(Child.ready("the media driver", command));
    }

    private static Aeron join(Path meeting) {
        return Aeron.connect(new Aeron.Context().aeronDirectoryName(AeronDriver.directory(meeting)));
    }

    /** Takes what comes, on a thread of its own. */
    private final class Poller implements Closeable {

        private final Thread thread;
        private volatile boolean over;

        Poller(Aeron aeron, Subscription subscription, FragmentHandler handler) {
            IdleStrategy strategy = idle.get();
            thread = new Thread(
                    () -> {
                        while (!over) {
                            strategy.idle(subscription.poll(handler, AT_ONCE));
                        }
                        aeron.close();
                    },
                    name);
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() {
            over = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void offer(Publication publication, UnsafeBuffer bytes, int length, IdleStrategy strategy)
            throws IOException {
        long result = publication.offer(bytes, 0, length);
        while (result < 0) {
            if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
                throw new IOException("Aeron took no message: " + result);
            }
            strategy.idle(0);
            result = publication.offer(bytes, 0, length);
        }
        strategy.reset();
    }

    @Override
    public Receiver receive(Path meeting, int index, int payload, Tally tally) {
        Aeron aeron = join(meeting);
        Subscription subscription = aeron.addSubscription(CHANNEL, THERE);
        FragmentHandler each = (buffer, offset, length, header) -> tally.take(buffer.getLong(offset));
        Poller poller = new Poller(aeron, subscription, new io.aeron.FragmentAssembler(each));
        return new Receiver() {
            @Override
            public long bytes() {
                return 0;
            }

            @Override
            public void close() {
                poller.close();
            }
        };
    }

    @Override
    public Sender send(Path meeting, int receivers, int payload) throws InterruptedException {
        Aeron aeron = join(meeting);
        ExclusivePublication publication = aeron.addExclusivePublication(CHANNEL, THERE);
        while (!publication.isConnected()) {
            Thread.sleep(1);
        }
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[payload]);
        IdleStrategy strategy = idle.get();
        return new Sender() {
            @Override
            public void send(long number) throws IOException {
                bytes.putLong(0, number);
                offer(publication, bytes, payload, strategy);
            }

            @Override
            public void close() {
                aeron.close();
            }
        };
    }

    @Override
    public Closeable serve(Path meeting, int payload) {
        Aeron aeron = join(meeting);
        Subscription calls = aeron.addSubscription(CHANNEL, THERE);
        ExclusivePublication replies = aeron.addExclusivePublication(CHANNEL, BACK);
        IdleStrategy strategy = idle.get();
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[payload]);
        return new Poller(aeron, calls, new io.aeron.FragmentAssembler((buffer, offset, length, header) -> {
            buffer.getBytes(offset, bytes, 0, length);
            try {
                offer(replies, bytes, length, strategy);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }));
    }

    @Override
    public Caller call(Path meeting, int payload) throws InterruptedException {
        Aeron aeron = join(meeting);
        ExclusivePublication calls = aeron.addExclusivePublication(CHANNEL, THERE);
        Subscription replies = aeron.addSubscription(CHANNEL, BACK);
        while (!calls.isConnected() || !replies.isConnected()) {
            Thread.sleep(1);
        }
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[payload]);
        IdleStrategy strategy = idle.get();
        int[] arrived = new int[1];
        FragmentHandler each = new io.aeron.FragmentAssembler((buffer, offset, length, header) -> arrived[0]++);
        return new Caller() {
            @Override
            public void call() throws IOException {
                arrived[0] = 0;
                offer(calls, bytes, payload, strategy);
                while (arrived[0] == 0) {
                    strategy.idle(replies.poll(each, AT_ONCE));
                }
            }

            @Override
            public void close() {
                aeron.close();
            }
        };
    }
}
