package headway.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What is measured; the order is that of the table's columns. */
enum Metric {
    RATE("messages/s", "rate /s", 0),
    CPU("CPU s per million messages", "CPU s/M", 3),
    CORE("% of one core, all processes", "core %", 1),
    P50("us", "p50 us", 1, 50),
    P75("us", "p75 us", 1, 75),
    P90("us", "p90 us", 1, 90),
    P95("us", "p95 us", 1, 95),
    P99("us", "p99 us", 1, 99),
    P995("us", "p99.5 us", 1, 99.5),
    P999("us", "p99.9 us", 1, 99.9),
    P9995("us", "p99.95 us", 1, 99.95),
    P9999("us", "p99.99 us", 1, 99.99),
    MOST("us", "max us", 1, 100),
    SENT_BYTES("bytes allocated per message, sender", "send B", 1),
    RECEIVED_BYTES("bytes allocated per message, receiver", "recv B", 1),
    WIRE_BYTES("bytes per message on the wire", "wire B", 1),
    SECONDS("s", "s", 3),
    RSS("MB", "RSS MB", 1),
    PSS("MB", "PSS MB", 1);

    /** Percentiles of times, ascending; a {@link Mark} has them in this order. */
    static final List<Metric> PERCENTILES =
            Arrays.stream(values()).filter(metric -> metric.percentile > 0).toList();

    private static final Set<Metric> SHOWN_PERCENTILES = EnumSet.of(P50, P99, P999);

    private final String unit;
    private final String heading;
    private final int digits;
    private final double percentile;

    Metric(String unit, String heading, int digits) {
        this(unit, heading, digits, 0);
    }

    Metric(String unit, String heading, int digits, double percentile) {
        this.unit = unit;
        this.heading = heading;
        this.digits = digits;
        this.percentile = percentile;
    }

    /** Which percentile of times it is, or 0 if it is none. */
    double percentile() {
        return percentile;
    }

    /** Whether the table for people has a column for it. */
    boolean isShown() {
        return percentile == 0 || SHOWN_PERCENTILES.contains(this);
    }

    /** In full. */
    String unit() {
        return unit;
    }

    /** Over the table's column. */
    String heading() {
        return heading;
    }

    /** As the table shows it. */
    String format(double value) {
        return String.format(java.util.Locale.ROOT, "%,." + digits + "f", value);
    }
}
