package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * One series of swaps under load, and what its receivers saw.
 *
 * @param planned whether another transport was asked for; else links were closed under the sessions
 * @param load what was published meanwhile
 * @param swaps how many there were
 * @param sent messages published, from the first to the last
 * @param rate messages published a second while links were swapped
 * @param moves how often a receiver was reached over another transport than before
 * @param lost messages that a receiver never got, all receivers together
 * @param duplicated messages that a receiver got again
 * @param reordered messages that a receiver got late
 * @param replayed frames sent again
 * @param windowHighest the most bytes kept at any time to send them again to one receiver
 * @param windowLimit their bound
 * @param firstWindow the first window with a swap
 * @param lastWindow the last one
 * @param seen what each receiver saw over time
 */
record SwapRun(
        boolean planned,
        SwapLoad load,
        int swaps,
        long sent,
        double rate,
        long moves,
        long lost,
        long duplicated,
        long reordered,
        long replayed,
        long windowHighest,
        long windowLimit,
        long firstWindow,
        long lastWindow,
        List<Timeline> seen) {

    private static final int WARM_SWAPS = 10;

    /** Many processes compile on few cores before they run as fast as they will. */
    private static final int WARM_TIMES = 5;

    private static final long LOOK_MILLIS = 100;
    private static final long ARRIVAL_NANOS = 20_000_000_000L;
    private static final long AFTERMATH_MILLIS = 100;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    /** In the table. */
    String name() {
        return planned ? "planned" : "unplanned";
    }

    /** Starts the processes, lets them run warm, swaps so often, and asks everybody. */
    static SwapRun measure(Plan plan, SwapLoad load, boolean planned, int swaps)
            throws IOException, InterruptedException {
        List<Child> receivers = new ArrayList<>();
        try (Meeting meeting = Meeting.arrange()) {
            Child publisher = null;
            try {
                for (int i = 0; i < load.receivers(); i++) {
                    receivers.add(start(plan, SwapStation.RECEIVE, meeting, load, i));
                }
                publisher = start(plan, SwapStation.PUBLISH, meeting, load, load.receivers());
                series(publisher, planned, WARM_SWAPS);
                List<Long> pids = new ArrayList<>(List.of(publisher.pid()));
                receivers.forEach(child -> pids.add(child.pid()));
                Warmth.await(pids, plan.warmUp().multipliedBy(WARM_TIMES));
                return measure(meeting, publisher, receivers, load, planned, swaps);
            } finally {
                if (publisher != null) {
                    publisher.close();
                }
                receivers.forEach(Child::close);
            }
        }
    }

    private static Child start(Plan plan, String part, Meeting meeting, SwapLoad load, int place)
            throws IOException, InterruptedException {
        return Child.ready(
                "swap " + part, plan.placed(place, SwapStation.command(plan, part, meeting.directory(), load)));
    }

    /** Has the publisher swap so often; returns the first and the last window with a swap. */
    private static long[] series(Child publisher, boolean planned, int swaps) throws IOException, InterruptedException {
        publisher.ask((planned ? "planned " : "unplanned ") + swaps);
        long[] left;
        do {
            Thread.sleep(LOOK_MILLIS);
            left = numbers(publisher.ask("left"));
        } while (left[0] > 0);
        Thread.sleep(LOOK_MILLIS);
        return left;
    }

    private static SwapRun measure(
            Meeting meeting, Child publisher, List<Child> receivers, SwapLoad load, boolean planned, int swaps)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long[] before = numbers(publisher.ask("state"));
        long[] windows = series(publisher, planned, swaps);
        long[] after = numbers(publisher.ask("state"));
        double seconds = (System.nanoTime() - begin) / 1e9;
        long sent = Long.parseLong(publisher.ask("stop"));
        awaitAll(receivers, sent);
        long[] wrong = new long[3];
        List<Timeline> seen = new ArrayList<>();
        for (int i = 0; i < receivers.size(); i++) {
            Path file = meeting.directory().resolve("timeline-" + i);
            long[] counted = numbers(receivers.get(i).ask("report " + sent + " " + file));
            for (int k = 0; k < wrong.length; k++) {
                wrong[k] += counted[k + 1];
            }
            seen.add(Timeline.read(load.windowNanos(), file));
        }
        return new SwapRun(
                planned,
                load,
                swaps,
                sent,
                (after[0] - before[0]) / seconds,
                after[1] - before[1],
                wrong[0],
                wrong[1],
                wrong[2],
                after[2] - before[2],
                after[3],
                after[4],
                windows[1],
                windows[2],
                seen);
    }

    private static long[] numbers(String line) {
        return Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    }

    /** Waits until every receiver has as many as were sent, but not for ever; what is missing then is lost. */
    private static void awaitAll(List<Child> receivers, long sent) throws IOException, InterruptedException {
        long until = System.nanoTime() + ARRIVAL_NANOS;
        for (Child receiver : receivers) {
            while (Long.parseLong(receiver.ask("count")) < sent && System.nanoTime() < until) {
                Thread.sleep(1);
            }
        }
        Thread.sleep(AFTERMATH_MILLIS);
    }

    /** The longest pause of each receiver in each window with a swap, or without one: how long, in nanoseconds. */
    Histogram pauses(boolean withSwap) {
        Histogram pauses = new Histogram(LONGEST_NANOS, 3);
        for (long window = firstWindow; window <= lastWindow; window++) {
            if (SwapLoad.hasSwap(window) == withSwap) {
                for (Timeline timeline : seen) {
                    pauses.recordValue(Math.min(LONGEST_NANOS, timeline.pause(window)));
                }
            }
        }
        return pauses;
    }

    /** The longest pause of any receiver in a window, in nanoseconds. */
    long worstPause(long window) {
        return seen.stream().mapToLong(timeline -> timeline.pause(window)).max().orElse(0);
    }

    /** Whether every message came everywhere, once and in order. */
    boolean isPerfect() {
        return lost == 0 && duplicated == 0 && reordered == 0;
    }
}
