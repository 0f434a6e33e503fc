package headway.demo;

import java.util.List;

/**
 * A drive: what all signals were, second after second.
 *
 * @param rows one row for each second; in a row, one value for each {@link Signal} in its order
 */
record Drive(List<double[]> rows) {

    /**
     * @throws IllegalArgumentException if there is no row, or one of another length
     */
    Drive {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("A drive has at least one row");
        }
        for (double[] row : rows) {
            if (row.length != Signal.values().length) {
                throw new IllegalArgumentException(
                        "A row has " + Signal.values().length + " values, not " + row.length);
            }
        }
        rows = List.copyOf(rows);
    }

    double value(int second, Signal signal) {
        return rows.get(second)[signal.place()];
    }
}
