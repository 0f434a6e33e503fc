package headway.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was measured, for people and for programs. */
record Report(Map<String, String> machine, List<Workload> workloads, Results results) {

    /** Where it was measured. */
    String heading() {
        return Machine.text(machine);
    }

    /** One row for each workload: medians, and the spread of the first metric. */
    String table() {
        List<Metric> columns = Arrays.stream(Metric.values())
                .filter(metric -> metric.isShown()
                        && workloads.stream()
                                .anyMatch(
                                        workload -> results.of(workload.name()).containsKey(metric)))
                .toList();
        Table table = new Table();
        List<String> heading = new ArrayList<>(List.of("workload"));
        columns.forEach(metric -> heading.add(metric.heading()));
        heading.addAll(List.of("spread", ""));
        table.add(heading);
        for (Workload workload : workloads) {
            Map<Metric, Series> all = results.of(workload.name());
            if (all.isEmpty()) {
                continue;
            }
            List<String> row = new ArrayList<>(List.of(workload.name()));
            for (Metric metric : columns) {
                Series series = all.get(metric);
                row.add(series == null ? "" : metric.format(series.median()));
            }
            row.add(String.format(
                    Locale.ROOT, "%.0f%%", all.values().iterator().next().spread()));
            row.add(workload.description());
            table.add(row);
        }
        return table.toString();
    }

    /** One line for each promise, and for each workload that failed. */
    String verdicts() {
        Stream<String> failures =
                results.failures().values().stream().map(why -> String.format("%-12s %s", "failed", why));
        return Stream.concat(Target.promises(results).stream().map(Promise::line), failures)
                .collect(Collectors.joining(System.lineSeparator(), "", System.lineSeparator()));
    }

    /** Every figure and every verdict, as RFC 4180 says; the machine stands in rows of its own. */
    String csv() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("kind", "name", "metric", "unit", "median", "least", "most", "rounds", "verdict"));
        machine.forEach((name, value) -> rows.add(List.of("machine", name, value, "", "", "", "", "", "")));
        for (Workload workload : workloads) {
            results.of(workload.name())
                    .forEach((metric, series) -> rows.add(List.of(
                            "figure",
                            workload.name(),
                            metric.name(),
                            metric.unit(),
                            Double.toString(series.median()),
                            Double.toString(series.least()),
                            Double.toString(series.most()),
                            series.values().stream().map(Object::toString).collect(Collectors.joining(" ")),
                            "")));
        }
        results.failures().forEach((name, why) -> rows.add(List.of("failure", name, "", "", "", "", "", "", why)));
        for (Promise promise : Target.promises(results)) {
            rows.add(List.of(
                    "target",
                    promise.text(),
                    promise.bound(),
                    promise.unit(),
                    promise.value(),
                    "",
                    "",
                    "",
                    promise.verdict().toString()));
        }
        return csv(rows);
    }

    /** Rows of cells, as RFC 4180 says. */
    static String csv(List<List<String>> rows) {
        return rows.stream()
                .map(row -> row.stream().map(Report::quoted).collect(Collectors.joining(",")) + "\r\n")
                .collect(Collectors.joining());
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
