package headway.bench;

import headway.core.RunningNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is published while links are swapped, and when that happens. Time is cut into windows, alike in all processes of the
 * machine because they share the clock; in every other window there is one swap, a quarter of it after its beginning.
 *
 * @param media over which links every process has; the first one is preferred at the start
 * @param rate messages published a second
 * @param payload bytes of each
 * @param receivers how many processes get all of them
 * @param windowNanos length of a window
 * @param tickNanos how often the publisher looks what is due
 */
record SwapLoad(List<Medium> media, int rate, int payload, int receivers, long windowNanos, long tickNanos) {

    static final String TOPIC = "bench/swap";

    /** Where a message says when it was due. */
    static final int DUE_AT = Long.BYTES;

    /** A message's number and when it was due. */
    static final int LEAST_PAYLOAD = 2 * Long.BYTES;

    private static final long LEAST_WINDOW = 1_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    SwapLoad {
        if (payload < LEAST_PAYLOAD
                || rate < 1
                || receivers < 1
                || media.size() < 2
                || windowNanos < LEAST_WINDOW
                || tickNanos < 1) {
            throw new IllegalArgumentException("A load has at least " + LEAST_PAYLOAD
                    + " bytes, one message a second, one receiver, two transports, windows of 1 ms and ticks");
        }
        media = List.copyOf(media);
    }

    /** As one process tells another. */
    String line() {
        return media.stream().map(Enum::name).collect(Collectors.joining("+")) + "," + rate + "," + payload + ","
                + receivers + "," + windowNanos + "," + tickNanos;
    }

    /** The opposite of {@link #line}. */
    static SwapLoad parse(String line) {
        String[] words = line.split(",", -1);
        return new SwapLoad(
                Arrays.stream(words[0].split("\\+", -1)).map(Medium::valueOf).toList(),
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]));
    }

    /** Whether there is a swap in that window. */
    static boolean hasSwap(long window) {
        return window % 2 == 0;
    }

    /** When the swap of a window is due. */
    long swapAt(long window) {
        return window * windowNanos + windowNanos / 4;
    }

    /** A node with a link over each of the media. */
    RunningNode join(Path meeting) throws IOException, InterruptedException {
        // Netlink and AF_BUS have no directory, so the bus's name keeps benchmarks apart.
        RunningNode node = RunningNode.start(
                "bench-" + Integer.toHexString(meeting.toAbsolutePath().hashCode()));
        for (Medium medium : media) {
            node.add(medium.open(meeting), 0);
        }
        node.awaitJoined(PATIENCE);
        node.linkControl().prefer(media.get(0).transport());
        return node;
    }
}
