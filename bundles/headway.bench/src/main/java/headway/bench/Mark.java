package headway.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * How far a process was at one moment; two of them make a {@link Span}.
 *
 * @param nanos when, by the clock that all processes of the machine share
 * @param count messages sent, received or answered so far
 * @param bytes that came on the wire so far, where that is counted
 * @param cpuNanos CPU time of the whole process so far
 * @param allocated bytes that the threads which live now have allocated so far
 * @param times {@link Metric#PERCENTILES} of the times measured since the mark before, in nanoseconds; 0 if none are measured
 */
record Mark(long nanos, long count, long bytes, long cpuNanos, long allocated, List<Long> times) {

    static final Histogram NO_TIMES = new Histogram(1);

    /** This process now. */
    static Mark now(long count, long bytes) {
        return now(count, bytes, NO_TIMES);
    }

    /** This process now, and the times it has measured since the mark before. */
    static Mark now(long count, Histogram times) {
        return now(count, 0, times);
    }

    /** Another process now, with its children: only its CPU time is known, to a hundredth of a second. */
    static Mark ofProcess(long pid) throws IOException {
        long ticks = Proc.ticks(pid);
        for (ProcessHandle each : ProcessHandle.of(pid)
                .map(handle -> handle.descendants().toList())
                .orElse(List.of())) {
            ticks += Proc.ticks(each.pid());
        }
        return new Mark(
                System.nanoTime(), 0, 0, ticks * (1_000_000_000L / Proc.TICKS_A_SECOND), 0, percentiles(NO_TIMES));
    }

    /** This process now, what came, and the times it has measured since the mark before. */
    static Mark now(long count, long bytes, Histogram times) {
        return new Mark(
                System.nanoTime(),
                count,
                bytes,
                ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime(),
                allocatedBytes(),
                percentiles(times));
    }

    private static List<Long> percentiles(Histogram times) {
        return Metric.PERCENTILES.stream()
                .map(metric -> times.getValueAtPercentile(metric.percentile()))
                .toList();
    }

    private static long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    /** As one process tells another. */
    String line() {
        return Stream.concat(Stream.of(nanos, count, bytes, cpuNanos, allocated), times.stream())
                .map(Object::toString)
                .collect(Collectors.joining(" "));
    }

    /** The opposite of {@link #line}. */
    static Mark parse(String line) {
        List<Long> n = Arrays.stream(line.split(" ", -1)).map(Long::valueOf).toList();
        return new Mark(n.get(0), n.get(1), n.get(2), n.get(3), n.get(4), n.subList(5, n.size()));
    }
}
