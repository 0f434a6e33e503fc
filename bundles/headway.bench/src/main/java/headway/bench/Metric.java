package headway.bench;

/** What is measured; the order is that of the table's columns. */
enum Metric {
    RATE("messages/s", "rate /s", 0),
    CPU("CPU s per million messages", "CPU s/M", 3),
    P50("us", "p50 us", 1),
    P99("us", "p99 us", 1),
    P999("us", "p99.9 us", 1),
    SENT_BYTES("bytes allocated per message, sender", "send B", 1),
    RECEIVED_BYTES("bytes allocated per message, receiver", "recv B", 1),
    WIRE_BYTES("bytes per message on the wire", "wire B", 1),
    SECONDS("s", "s", 3),
    RSS("MB", "RSS MB", 1),
    PSS("MB", "PSS MB", 1);

    private final String unit;
    private final String heading;
    private final int digits;

    Metric(String unit, String heading, int digits) {
        this.unit = unit;
        this.heading = heading;
        this.digits = digits;
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
