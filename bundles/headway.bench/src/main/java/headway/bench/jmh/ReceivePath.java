package headway.bench.jmh;

import headway.bus.Delivery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One message from the link's {@code onFrame} until the subscriber has had it. A frame carries {@value #MESSAGES} messages of
 * 64 B, as under load.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
public class ReceivePath {

    private static final int MESSAGES = 256;
    private static final int PAYLOAD = 64;

    @Param({"direct", "queued"})
    String delivery;

    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final AtomicLong received = new AtomicLong();
    private NodePair pair;
    private byte[] frame;
    private ByteBuffer view;
    private long sequence;
    private long expected;

    /** Meets, and makes a frame out of one that was really sent. */
    @Setup(Level.Trial)
    public void start() throws IOException, InterruptedException {
        Delivery contract =
                delivery.equals("direct") ? Delivery.onReceivingThread() : Delivery.block(Duration.ofSeconds(10));
        pair = new NodePair(PAYLOAD, contract, message -> received.setRelease(received.getPlain() + 1));
        byte[] sent = pair.transport().capture();
        pair.transport().swallow();
        int length = headway.dbus.Message.length(sent, SinkTransport.HEADER, sent.length - SinkTransport.HEADER);
        int aligned = (length + 7) & -8;
        frame = Arrays.copyOf(sent, SinkTransport.HEADER + MESSAGES * aligned);
        for (int i = 1; i < MESSAGES; i++) {
            System.arraycopy(frame, SinkTransport.HEADER, frame, SinkTransport.HEADER + i * aligned, length);
        }
        SinkTransport.length(frame);
        view = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        sequence = SinkTransport.number(sent);
        expected = received.get();
    }

    /** One frame full of messages. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long receive() {
        sequence++;
        SinkTransport.number(frame, sequence);
        expected += MESSAGES;
        pair.transport().inject(view.clear());
        long begin = System.nanoTime();
        while (received.getAcquire() < expected) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new IllegalStateException(received + " of " + expected + " messages arrived");
            }
            Thread.onSpinWait();
        }
        return expected;
    }

    /** Parts. */
    @TearDown(Level.Trial)
    public void stop() {
        pair.close();
    }
}
