package headway.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What one receiver saw over time, in windows that all processes of the machine cut alike, because they share the clock:
 * the longest pause between two arrivals, and how old messages were when they came. One thread records.
 */
final class Timeline {

    /** A window is cut into so many bins for the latency. */
    static final int BINS = 25;

    private static final int FIRST_WINDOWS = 1 << 12;

    private final long windowNanos;
    private long first = -1;
    private int used;
    private long[] pauses = new long[FIRST_WINDOWS];
    private long[] worst = new long[FIRST_WINDOWS * BINS];
    private long last;

    Timeline(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    /** A message arrived. */
    void arrived(long now, long ageNanos) {
        long window = now / windowNanos;
        if (first < 0) {
            first = window;
            last = now;
        }
        int at = (int) (window - first);
        makeRoom(at);
        long pause = now - last;
        // A pause belongs to every window that it touches.
        for (int i = (int) Math.max(0, last / windowNanos - first); i <= at; i++) {
            pauses[i] = Math.max(pauses[i], pause);
        }
        last = now;
        int bin = at * BINS + (int) (now % windowNanos * BINS / windowNanos);
        worst[bin] = Math.max(worst[bin], ageNanos);
    }

    private void makeRoom(int window) {
        used = Math.max(used, window + 1);
        if (used > pauses.length) {
            pauses = Arrays.copyOf(pauses, 2 * used);
            worst = Arrays.copyOf(worst, 2 * used * BINS);
        }
    }

    /** The longest pause that touched a window, in nanoseconds; 0 if nothing arrived in it. */
    long pause(long window) {
        long at = window - first;
        return at < 0 || at >= used ? 0 : pauses[(int) at];
    }

    /** How old the oldest message was that came in a bin of a window, in nanoseconds; 0 if none came. */
    long worst(long window, int bin) {
        long at = window - first;
        return at < 0 || at >= used ? 0 : worst[(int) at * BINS + bin];
    }

    /** For another process to {@link #read}. */
    void write(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * (2 + used * (1 + BINS)));
        bytes.asLongBuffer().put(first).put(used).put(pauses, 0, used).put(worst, 0, used * BINS);
        Files.write(file, bytes.array());
    }

    /** What {@link #write} has written. */
    static Timeline read(long windowNanos, Path file) throws IOException {
        LongBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).asLongBuffer();
        Timeline read = new Timeline(windowNanos);
        read.first = all.get();
        read.used = (int) all.get();
        read.pauses = new long[read.used];
        read.worst = new long[read.used * BINS];
        all.get(read.pauses).get(read.worst);
        return read;
    }
}
