package headway.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What all rounds have shown. */
final class Results {

    private final Map<String, Map<Metric, List<Double>>> values = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    /** Adds one round of one workload. */
    void add(Workload workload, Map<Metric, Double> round) {
        Map<Metric, List<Double>> metrics = values.computeIfAbsent(workload.name(), name -> new TreeMap<>());
        round.forEach((metric, value) ->
                metrics.computeIfAbsent(metric, unused -> new ArrayList<>()).add(value));
    }

    /** Notes that a workload could not be measured. */
    void fail(Workload workload, IOException reason) {
        String why = reason.getMessage();
        String name = workload.name();
        failures.put(name, why.startsWith(name) ? why : name + ": " + why);
    }

    /** Why a workload could not be measured to the end, a sentence that begins with its name, by its name. */
    Map<String, String> failures() {
        return failures;
    }

    /** All metrics of a workload; empty if it was not measured. */
    Map<Metric, Series> of(String workload) {
        Map<Metric, Series> series = new TreeMap<>();
        values.getOrDefault(workload, Map.of()).forEach((metric, rounds) -> series.put(metric, new Series(rounds)));
        return series;
    }

    /** The median of one metric of a workload, if it was measured. */
    OptionalDouble median(String workload, Metric metric) {
        Series series = of(workload).get(metric);
        return series == null ? OptionalDouble.empty() : OptionalDouble.of(series.median());
    }
}
