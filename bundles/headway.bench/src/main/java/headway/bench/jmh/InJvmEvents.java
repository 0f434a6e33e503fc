package headway.bench.jmh;

import headway.bench.EventJvm;
import headway.bench.Meeting;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
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

/** Events in one JVM, to eight handlers; an event counts when all of them have had it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
public class InJvmEvents {

    private static final int EVENTS = 2_000;
    private static final int HANDLERS = 8;

    @Param({"HEADWAY", "ARIES", "HEADWAY_ADMIN", "FELIX_ADMIN"})
    private String service;

    private Meeting meeting;
    private EventJvm jvm;

    /** Starts a framework with the event service. */
    @Setup(Level.Trial)
    public void start() throws IOException, InterruptedException {
        meeting = Meeting.arrange();
        jvm = EventJvm.start(service, meeting.directory(), HANDLERS);
    }

    /** Many events, and the wait until they have arrived. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void publish() throws IOException {
        jvm.publish(EVENTS);
    }

    /** Stops it. */
    @TearDown(Level.Trial)
    public void stop() throws IOException {
        jvm.close();
        meeting.close();
    }
}
