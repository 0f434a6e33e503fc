package headway.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * What swaps under load have shown, for people, for programs and for the eye.
 *
 * @param cost what the session layer costs beside bare links, all rounds
 */
record SwapReport(Map<String, String> machine, List<SwapRun> runs, Results cost) {

    private static final double MICROS = 1e3;
    private static final double MILLIS = 1e6;

    /** What a receiver may see of a swap, 99 times of 100. */
    private static final double PLANNED_MILLIS = 2;

    private static final double UNPLANNED_MILLIS = 20;

    /** What the session layer may cost. */
    private static final double COST = 0.15;

    /** So many windows are in the picture of the latency: enough to see each swap. */
    private static final int SHOWN_WINDOWS = 24;

    /** Where it was measured. */
    String heading() {
        return Machine.text(machine);
    }

    /** A row for each series of swaps; beside its pauses those of the windows between, where nothing was swapped. */
    String table() {
        Table table = new Table();
        table.add(List.of(
                "swaps",
                "number",
                "moves",
                "published",
                "rate /s",
                "lost",
                "dup",
                "reord",
                "pause p50 ms",
                "p99",
                "most",
                "no swap p50",
                "p99",
                "most",
                "again",
                "kept KiB",
                "of KiB",
                ""));
        for (SwapRun run : runs) {
            Histogram with = run.pauses(true);
            Histogram without = run.pauses(false);
            table.add(List.of(
                    run.name(),
                    grouped(run.swaps()),
                    grouped(run.moves()),
                    grouped(run.sent()),
                    grouped(Math.round(run.rate())),
                    grouped(run.lost()),
                    grouped(run.duplicated()),
                    grouped(run.reordered()),
                    millis(with.getValueAtPercentile(50)),
                    millis(with.getValueAtPercentile(99)),
                    millis(with.getMaxValue()),
                    millis(without.getValueAtPercentile(50)),
                    millis(without.getValueAtPercentile(99)),
                    millis(without.getMaxValue()),
                    grouped(run.replayed()),
                    grouped(run.windowHighest() >> 10),
                    grouped(run.windowLimit() >> 10),
                    run.load().payload() + " B to " + run.load().receivers() + ", "
                            + run.load().media().stream().map(Medium::transport).collect(Collectors.joining(" and "))));
        }
        return table.toString();
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / MILLIS);
    }

    private List<Promise> promises() {
        List<Promise> promises = new ArrayList<>();
        for (SwapRun run : runs) {
            long wrong = run.lost() + run.duplicated() + run.reordered();
            promises.add(atMost(
                    "lost, duplicated or reordered in " + run.swaps() + " " + run.name() + " swaps",
                    "messages",
                    0,
                    OptionalDouble.of((double) wrong)));
            promises.add(atMost(
                    "pause of a receiver, " + run.name() + ", p99",
                    "ms",
                    run.planned() ? PLANNED_MILLIS : UNPLANNED_MILLIS,
                    OptionalDouble.of(run.pauses(true).getValueAtPercentile(99) / MILLIS)));
        }
        for (SessionCost each : SessionCost.ALL) {
            promises.add(atMost(each.description(), "of the bare link", COST, each.of(cost)));
        }
        return promises;
    }

    private static Promise atMost(String text, String unit, double limit, OptionalDouble figure) {
        return new Promise(text, false, limit, unit, figure);
    }

    /** One line for each promise. */
    String verdicts() {
        return promises().stream()
                .map(promise -> promise.line() + System.lineSeparator())
                .collect(Collectors.joining());
    }

    /** Every figure, and the worst pause of each window; as RFC 4180 says. */
    String csv() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("kind", "name", "metric", "unit", "value"));
        machine.forEach((name, value) -> rows.add(List.of("machine", name, value, "", "")));
        for (SwapRun run : runs) {
            Map<String, Number> figures = new LinkedHashMap<>();
            figures.put("SWAPS", run.swaps());
            figures.put("MOVES", run.moves());
            figures.put("PUBLISHED", run.sent());
            figures.put("RATE", run.rate());
            figures.put("LOST", run.lost());
            figures.put("DUPLICATED", run.duplicated());
            figures.put("REORDERED", run.reordered());
            figures.put("REPLAYED", run.replayed());
            figures.put("WINDOW_HIGHEST", run.windowHighest());
            figures.put("WINDOW_LIMIT", run.windowLimit());
            figures.forEach((metric, value) -> rows.add(List.of("figure", run.name(), metric, "", value.toString())));
            for (boolean withSwap : new boolean[] {true, false}) {
                Histogram pauses = run.pauses(withSwap);
                String prefix = withSwap ? "PAUSE" : "PAUSE_WITHOUT_SWAP";
                for (double percentile : new double[] {50, 99, 100}) {
                    rows.add(List.of(
                            "figure",
                            run.name(),
                            prefix + "_P" + (int) percentile,
                            "us",
                            Double.toString(pauses.getValueAtPercentile(percentile) / MICROS)));
                }
            }
            for (long window = run.firstWindow(); window <= run.lastWindow(); window++) {
                rows.add(List.of(
                        SwapLoad.hasSwap(window) ? "swap" : "no swap",
                        run.name(),
                        Long.toString(window - run.firstWindow()),
                        "us",
                        Double.toString(run.worstPause(window) / MICROS)));
            }
        }
        for (Promise promise : promises()) {
            rows.add(List.of("promise", promise.text(), promise.bound(), promise.unit(), promise.value()));
        }
        return Report.csv(rows);
    }

    /** How old messages were when they came, over some windows in the middle, with the swaps marked. */
    static String latency(SwapRun run) {
        long middle = (run.firstWindow() + run.lastWindow()) / 2;
        long first = Math.max(run.firstWindow(), middle - SHOWN_WINDOWS / 2);
        long last = Math.min(run.lastWindow(), first + SHOWN_WINDOWS - 1);
        double windowMillis = run.load().windowNanos() / MILLIS;
        int bins = (int) (last - first + 1) * Timeline.BINS;
        double[] xs = new double[bins];
        double[] worst = new double[bins];
        double[] one = new double[bins];
        for (int i = 0; i < bins; i++) {
            long window = first + i / Timeline.BINS;
            int bin = i % Timeline.BINS;
            xs[i] = (double) i / Timeline.BINS * windowMillis;
            worst[i] = age(run.seen().stream()
                    .mapToLong(timeline -> timeline.worst(window, bin))
                    .max()
                    .orElse(0));
            one[i] = age(run.seen().get(0).worst(window, bin));
        }
        Picture picture = Picture.logarithmic(
                        "Age of the oldest message that came in each " + windowMillis / Timeline.BINS
                                + " ms; vertical: " + run.name() + " swaps",
                        "ms",
                        "ms")
                .line("worst of " + run.seen().size() + " receivers", xs, worst)
                .line("first receiver", xs, one);
        for (long window = first; window <= last; window++) {
            if (SwapLoad.hasSwap(window)) {
                picture.mark((window - first + 0.25) * windowMillis);
            }
        }
        return picture.svg();
    }

    /** Where nothing came there is no age, and a gap in the line. */
    private static double age(long nanos) {
        return nanos == 0 ? Double.NaN : Math.max((double) nanos, MICROS) / MILLIS;
    }

    /** The distributions of all pauses. */
    String pauses() {
        Picture picture = Picture.distributions("Longest pause between two messages at a receiver, per window", "ms");
        for (SwapRun run : runs) {
            picture.curve(run.name() + " swap", run.pauses(true), MILLIS);
            picture.curve("no swap, beside " + run.name(), run.pauses(false), MILLIS);
        }
        return picture.svg();
    }
}
