package headway.bench;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;

/**
 * A report as one page that needs nothing beside it: where it was measured, what became of the promises, pictures, all figures.
 *
 * @param swaps what swaps under load have shown, or null if they were not measured
 */
record Html(Report report, SwapReport swaps) {

    private static final String STYLE = """
            body { font: 15px/1.45 sans-serif; max-width: 1040px; margin: 2em auto; padding: 0 1em; color: #222 }
            table { border-collapse: collapse; font-size: 13px } td, th { padding: 2px 10px; text-align: right }
            td:first-child, th:first-child, td.text { text-align: left } tr:nth-child(even) { background: #f4f4f4 }
            .met { color: #006644 } .not { color: #b03000; font-weight: bold } .none { color: #888 }
            svg { width: 100%; height: auto } pre { background: #f4f4f4; padding: 1em; overflow-x: auto }
            """;

    private static final String CPU_AXIS = "CPU seconds per million messages, all processes";
    private static final String ONE_WAY = "-64";
    private static final String CALL = "-call-64";
    private static final String PACED = "-paced-64";
    private static final Map<String, Integer> SIZES =
            Map.of("-64", 64, "-1k", 1 << 10, "-64k", 64 << 10, "-1m", 1 << 20);
    private static final Map<String, Integer> FAN_OUTS =
            Map.of("-1k", 1, "-1k-to-4", 4, "-1k-to-8", 8, "-1k-to-16", 16);

    /** The whole page. */
    String page() {
        StringBuilder page = new StringBuilder("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<title>Headway, measured</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>Headway beside its peers</h1><p>")
                .append(ZonedDateTime.now(ZoneOffset.UTC)
                        .format(DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)))
                .append(
                        ". Medians of all rounds of one run, taken in turn; figures count as ratios within it only.</p><table>");
        report.machine().forEach((name, value) -> row(page, name, value));
        page.append("</table><h2>Promises</h2><table>");
        for (Promise promise : Target.promises(report.results())) {
            String style = switch (promise.verdict()) {
                case MET -> "met";
                case NOT_MET -> "not";
                case NOT_MEASURED -> "none";
            };
            line(page, style, promise.line());
        }
        report.results().failures().values().forEach(why -> line(page, "not", "failed " + why));
        page.append("</table>");
        pictures()
                .forEach((title, svg) -> page.append("<h2>")
                        .append(escaped(title))
                        .append("</h2>")
                        .append(svg));
        page.append("<h2>All figures</h2><pre>").append(escaped(report.table())).append("</pre>");
        if (swaps != null) {
            page.append("<h2>Swaps under load</h2><pre>")
                    .append(escaped(swaps.table() + System.lineSeparator() + swaps.verdicts()))
                    .append("</pre>");
        }
        return page.append("</body></html>\n").toString();
    }

    private static void row(StringBuilder page, String name, String value) {
        page.append("<tr><td>")
                .append(escaped(name))
                .append("</td><td class=\"text\">")
                .append(escaped(value))
                .append("</td></tr>");
    }

    private static void line(StringBuilder page, String style, String text) {
        page.append("<tr class=\"")
                .append(style)
                .append("\"><td>")
                .append(escaped(text))
                .append("</td></tr>");
    }

    /** All pictures for which there are figures, by title. */
    private Map<String, String> pictures() {
        Map<String, String> all = new LinkedHashMap<>();
        distribution(RoundTrip.class, CALL, "Call and reply, 64 B").ifPresent(svg -> all.put("Round trip", svg));
        bars(Pinned.class, "", Metric.P50, "Call and reply, 64 B, median", "us")
                .ifPresent(svg -> all.put("Round trip where processes have their places", svg));
        distribution(Paced.class, PACED, "Age of messages at 10,000 a second, 64 B, one receiver")
                .ifPresent(svg -> all.put("Latency at a steady pace", svg));
        lines(Picture.bySize("One way, one receiver", "messages a second"), SIZES, Metric.RATE, Picture::place)
                .ifPresent(svg -> all.put("Rate by size", svg));
        lines(Picture.logarithmic("1 KiB to several receivers", "receivers", CPU_AXIS), FAN_OUTS, Metric.CPU, x -> x)
                .ifPresent(svg -> all.put("Cost by fan-out", svg));
        bars(OneWay.class, ONE_WAY, Metric.CPU, "64 B one way", CPU_AXIS)
                .ifPresent(svg -> all.put("What a message costs", svg));
        bars(Crowd.class, "", Metric.P50, "Who owns a name, median", "us")
                .ifPresent(svg -> all.put("A look-up among many names", svg));
        bars(InJvm.class, "", Metric.RATE, "To 8 handlers", "events a second")
                .ifPresent(svg -> all.put("Events in one JVM", svg));
        if (swaps != null && !swaps.runs().isEmpty()) {
            all.put("Pauses of swaps", swaps.pauses());
            for (SwapRun run : swaps.runs()) {
                all.put("Swaps over time, " + run.name(), SwapReport.latency(run));
            }
        }
        return all;
    }

    /** The sides that were measured in such workloads, whose names end like that. */
    private List<String> sides(Class<? extends Workload> type, String ending) {
        return report.workloads().stream()
                .filter(type::isInstance)
                .map(Workload::name)
                .filter(name ->
                        name.endsWith(ending) && !report.results().of(name).isEmpty())
                .map(name -> name.substring(0, name.length() - ending.length()))
                .toList();
    }

    private Optional<String> distribution(Class<? extends Workload> type, String ending, String title) {
        List<String> sides = sides(type, ending);
        if (sides.isEmpty()) {
            return Optional.empty();
        }
        double[] percentiles =
                Metric.PERCENTILES.stream().mapToDouble(Metric::percentile).toArray();
        Picture picture = Picture.distributions(title, "us");
        for (String side : sides) {
            Map<Metric, Series> all = report.results().of(side + ending);
            picture.curve(
                    side,
                    percentiles,
                    Metric.PERCENTILES.stream()
                            .mapToDouble(metric -> Math.max(0.1, all.get(metric).median()))
                            .toArray());
        }
        return Optional.of(picture.svg());
    }

    /** A line for each side of which at least two of the points are known, if there is one. */
    private Optional<String> lines(
            Picture picture, Map<String, Integer> points, Metric metric, IntToDoubleFunction place) {
        boolean any = false;
        List<Map.Entry<String, Integer>> ascending =
                points.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList();
        for (String side : sides(OneWay.class, "-1k")) {
            List<double[]> known = new ArrayList<>();
            for (Map.Entry<String, Integer> point : ascending) {
                OptionalDouble value = report.results().median(side + point.getKey(), metric);
                if (value.isPresent() && value.getAsDouble() > 0) {
                    known.add(new double[] {place.applyAsDouble(point.getValue()), value.getAsDouble()});
                }
            }
            if (known.size() > 1) {
                any = true;
                picture.line(
                        side,
                        known.stream().mapToDouble(each -> each[0]).toArray(),
                        known.stream().mapToDouble(each -> each[1]).toArray());
            }
        }
        return any ? Optional.of(picture.svg()) : Optional.empty();
    }

    /** A bar for each of such workloads, if there is one. */
    private Optional<String> bars(
            Class<? extends Workload> type, String ending, Metric metric, String title, String axis) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (String side : sides(type, ending)) {
            report.results().median(side + ending, metric).ifPresent(value -> values.put(side, value));
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(Picture.bars(title, axis, values));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
