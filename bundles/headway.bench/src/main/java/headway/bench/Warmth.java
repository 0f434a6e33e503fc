package headway.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Waits until processes are warm: until their Java compilers have come to rest. What a program costs is not what it costs to compile
 * it, and eight processes on two processors are long at that.
 */
final class Warmth {

    private static final long LOOK_MILLIS = 1000;

    /** In hundredths of a processor, all compilers together. */
    private static final long REST_TICKS = 4;

    /** After so many times what it takes at least they are measured as they are. */
    private static final int MOST_TIMES = 5;

    private Warmth() {}

    /** Returns when they are warm, but not sooner than after that, nor later than after five times as long. */
    static void await(List<Long> pids, Duration least) throws IOException, InterruptedException {
        long lastLook = System.nanoTime() + MOST_TIMES * least.toNanos() - LOOK_MILLIS * 1_000_000;
        Thread.sleep(least.toMillis());
        long before = compiling(pids);
        while (before > 0 && System.nanoTime() - lastLook < 0) {
            Thread.sleep(LOOK_MILLIS);
            long now = compiling(pids);
            if (now - before < REST_TICKS) {
                return;
            }
            before = now;
        }
    }

    private static long compiling(List<Long> pids) throws IOException {
        long sum = 0;
        for (long pid : pids) {
            sum += Proc.ticks(pid, name -> name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler"));
        }
        return sum;
    }
}
