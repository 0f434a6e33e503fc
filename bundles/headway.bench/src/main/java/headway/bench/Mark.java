package headway.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * How far a process was at one moment; two of them make a measurement.
 *
 * @param nanos when, by the clock that all processes of the machine share
 * @param count messages sent, received or answered so far
 * @param bytes that came on the wire so far, where that is counted
 * @param cpuNanos CPU time of the whole process so far
 * @param allocated bytes that the threads which live now have allocated so far
 * @param p50 median of the times measured since the mark before, in nanoseconds; 0 if no times are measured
 * @param p99 99 of 100 of them were shorter
 * @param p999 999 of 1000 of them were shorter
 */
record Mark(long nanos, long count, long bytes, long cpuNanos, long allocated, long p50, long p99, long p999) {

    private static final Histogram NO_TIMES = new Histogram(1);

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
        return new Mark(System.nanoTime(), 0, 0, ticks * (1_000_000_000L / Proc.TICKS_A_SECOND), 0, 0, 0, 0);
    }

    private static Mark now(long count, long bytes, Histogram times) {
        return new Mark(
                System.nanoTime(),
                count,
                bytes,
                ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime(),
                allocatedBytes(),
                times.getValueAtPercentile(50),
                times.getValueAtPercentile(99),
                times.getValueAtPercentile(99.9));
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
        return String.format(
                Locale.ROOT, "%d %d %d %d %d %d %d %d", nanos, count, bytes, cpuNanos, allocated, p50, p99, p999);
    }

    /** The opposite of {@link #line}. */
    static Mark parse(String line) {
        String[] n = line.split(" ", -1);
        return new Mark(
                Long.parseLong(n[0]),
                Long.parseLong(n[1]),
                Long.parseLong(n[2]),
                Long.parseLong(n[3]),
                Long.parseLong(n[4]),
                Long.parseLong(n[5]),
                Long.parseLong(n[6]),
                Long.parseLong(n[7]));
    }

    /** Messages since an earlier mark. */
    long countSince(Mark earlier) {
        return count - earlier.count;
    }

    /** Messages a second since an earlier mark. */
    double rateSince(Mark earlier) {
        return countSince(earlier) * 1e9 / (nanos - earlier.nanos);
    }

    /** Bytes on the wire for each message since an earlier mark. */
    double bytesEachSince(Mark earlier) {
        return (double) (bytes - earlier.bytes) / Math.max(1, countSince(earlier));
    }

    /** Bytes allocated for each message since an earlier mark. */
    double allocatedEachSince(Mark earlier) {
        return (double) (allocated - earlier.allocated) / Math.max(1, countSince(earlier));
    }
}
