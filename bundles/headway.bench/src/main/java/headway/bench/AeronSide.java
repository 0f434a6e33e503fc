package headway.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** Messages have an eighth of a term at most. */
    private static final int TERMS_A_MESSAGE = 8;

    private static final int USUAL_TERM = 4 << 20;
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
        Path memory = AeronDriver.directory(children.directory());
        List<String> command = opened(Child.java(plan, AeronDriver.class));
        command.add(memory.toString());
        children.attend(plan, "the media driver", command, Map.of(), () -> Files.exists(memory.resolve("cnc.dat")));
    }

    private static String channel(int payload) {
        return "aeron:ipc?term-length=" + Math.max(USUAL_TERM, 2 * TERMS_A_MESSAGE * Integer.highestOneBit(payload));
    }

    private static Aeron join(Path meeting) {
        return Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(AeronDriver.directory(meeting).toString()));
    }

    /** Takes what comes, on a thread of its own. */
    private Poller poll(Aeron aeron, Subscription subscription, FragmentHandler each) {
        FragmentHandler whole = new FragmentAssembler(each);
        IdleStrategy strategy = idle.get();
        return new Poller(() -> strategy.idle(subscription.poll(whole, AT_ONCE)), aeron::close);
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
        Subscription subscription = aeron.addSubscription(channel(payload), THERE);
        return poll(aeron, subscription, (buffer, offset, length, header) -> tally.take(buffer.getLong(offset)))::close;
    }

    @Override
    public Sender send(Path meeting, int receivers, int payload) throws InterruptedException {
        Aeron aeron = join(meeting);
        ExclusivePublication publication = aeron.addExclusivePublication(channel(payload), THERE);
        while (!publication.isConnected()) {
            Thread.sleep(1);
        }
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[payload]);
        IdleStrategy strategy = idle.get();
        return Sender.of(
                number -> {
                    bytes.putLong(0, number);
                    offer(publication, bytes, payload, strategy);
                },
                aeron::close);
    }

    @Override
    public Closeable serve(Path meeting, int payload) {
        Aeron aeron = join(meeting);
        Subscription calls = aeron.addSubscription(channel(payload), THERE);
        ExclusivePublication replies = aeron.addExclusivePublication(channel(payload), BACK);
        IdleStrategy strategy = idle.get();
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[payload]);
        return poll(aeron, calls, (buffer, offset, length, header) -> {
            buffer.getBytes(offset, bytes, 0, length);
            try {
                offer(replies, bytes, length, strategy);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public Caller call(Path meeting, int payload) throws InterruptedException {
        Aeron aeron = join(meeting);
        ExclusivePublication calls = aeron.addExclusivePublication(channel(payload), THERE);
        Subscription replies = aeron.addSubscription(channel(payload), BACK);
        while (!calls.isConnected() || !replies.isConnected()) {
            Thread.sleep(1);
        }
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[payload]);
        IdleStrategy strategy = idle.get();
        int[] arrived = new int[1];
        FragmentHandler each = new FragmentAssembler((buffer, offset, length, header) -> arrived[0]++);
        return Caller.of(
                () -> {
                    arrived[0] = 0;
                    offer(calls, bytes, payload, strategy);
                    while (arrived[0] == 0) {
                        strategy.idle(replies.poll(each, AT_ONCE));
                    }
                },
                aeron::close);
    }
}
