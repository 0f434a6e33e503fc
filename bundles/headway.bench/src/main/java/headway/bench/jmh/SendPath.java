package headway.bench.jmh;

import headway.bus.Delivery;
import headway.bus.Outcome;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One message from {@code Publication.send} until the link has it, the acknowledgements included; the medium costs nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
public class SendPath {

    @Param({"64", "1024"})
    int payload;

    private NodePair pair;
    private byte[] bytes;

    /** Meets. */
    @Setup(Level.Trial)
    public void start() throws IOException, InterruptedException {
        bytes = new byte[payload];
        pair = new NodePair(payload, Delivery.onReceivingThread(), message -> {});
        pair.transport().swallow();
    }

    /** One message. */
    @Benchmark
    public Outcome send() {
        return pair.publication().send(bytes);
    }

    /** Parts. */
    @TearDown(Level.Trial)
    public void stop() {
        pair.close();
    }
}
