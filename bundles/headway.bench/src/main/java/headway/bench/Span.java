package headway.bench;

import java.util.List;

/**
 * What the processes of a measurement did between two moments.
 *
 * @param from how far each was, in the order they were started; then what ran beside them, of which only CPU time is known
 * @param to the same, later
 */
record Span(List<Mark> from, List<Mark> to) {

    /** Messages that a process sent, received or answered. */
    long count(int process) {
        return to.get(process).count() - from.get(process).count();
    }

    /** Nanoseconds between a process's two marks. */
    long nanos(int process) {
        return to.get(process).nanos() - from.get(process).nanos();
    }

    /** Messages a second of a process. */
    double rate(int process) {
        return count(process) * 1e9 / nanos(process);
    }

    /** Bytes on the wire for each message of a process; 0 where they are not counted. */
    double wireBytes(int process) {
        return each(to.get(process).bytes() - from.get(process).bytes(), process);
    }

    /** Bytes that a process allocated for each of its messages; 0 where that is not known. */
    double allocated(int process) {
        return each(to.get(process).allocated() - from.get(process).allocated(), process);
    }

    private double each(long sum, int process) {
        return (double) sum / Math.max(1, count(process));
    }

    /** CPU time of all processes together, in nanoseconds. */
    long cpuNanos() {
        long sum = 0;
        for (int i = 0; i < from.size(); i++) {
            sum += to.get(i).cpuNanos() - from.get(i).cpuNanos();
        }
        return sum;
    }

    /** CPU seconds of all processes together for a million messages of one of them. */
    double cpuSecondsPerMillion(int process) {
        return cpuNanos() / 1e3 / count(process);
    }

    /** One percentile of the times that a process has measured, in microseconds. */
    double micros(int process, Metric percentile) {
        return to.get(process).times().get(Metric.PERCENTILES.indexOf(percentile)) / 1e3;
    }
}
