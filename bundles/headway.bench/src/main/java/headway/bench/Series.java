package headway.bench;

import java.util.List;

/** One metric of one workload over all rounds. */
record Series(List<Double> values) {

    Series {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("There is no round");
        }
        values = List.copyOf(values);
    }

    /** The round in the middle; the mean of the two in the middle if their number is even. */
    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double least() {
        return values.stream().min(Double::compare).orElseThrow();
    }

    double most() {
        return values.stream().max(Double::compare).orElseThrow();
    }

    /** How far the rounds lie apart, in percent of the median. */
    double spread() {
        double median = median();
        return median == 0 ? 0 : (most() - least()) / median * 100;
    }
}
