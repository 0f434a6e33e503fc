package headway.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A {@link Promise} before it is measured.
 *
 * @param promise in words
 * @param least whether the limit is the least that is good, not the most
 * @param limit the promise
 * @param unit of the limit
 * @param measured how to get the figure from the results
 */
record Target(String promise, boolean least, double limit, String unit, Figure measured) {

    /** Computes one figure from the results. */
    interface Figure {
        OptionalDouble of(Results results);
    }

    /** A {@link headway.bus.Message} over bytes that came: the object's header and seven fields. */
    private static final int MESSAGE_OBJECT_BYTES = 40;

    /** What the receiver itself costs, which decodes the body of each 64th message. */
    private static final int DECODING_SOME_BYTES = 4;

    /** The promises, in the order they are reported. */
    static final List<Target> ALL = List.of(
            atLeast("64 B signals between two processes", 2_000_000, "/s", median("loopback-64", Metric.RATE)),
            atMost(
                    "call and reply, handler DIRECT",
                    1.6,
                    "x jdk-unix",
                    ratio("loopback-call-64", "jdk-unix-call-64", Metric.P50)),
            atMost(
                    "call and reply, handler SERIAL",
                    1.6,
                    "x jdk-unix",
                    ratio("loopback-call-64-serial", "jdk-unix-call-64", Metric.P50)),
            atLeast("64 B signals over netlink", 2_000_000, "/s", median("netlink-64", Metric.RATE)),
            atMost(
                    "call and reply over netlink, handler DIRECT",
                    1.4,
                    "x C seqpacket",
                    ratio("netlink-call-64", "seqpacket-call-64", Metric.P50)),
            atLeast(
                    "1 KiB to 8 over netlink",
                    2.5,
                    "x loopback",
                    ratio("netlink-1k-to-8", "loopback-1k-to-8", Metric.RATE)),
            atMost("allocated per message sent over netlink", 1, "B", median("netlink-64", Metric.SENT_BYTES)),
            atLeast("typed events, 1 to 8 in one JVM", 5, "x Aries", ratio("events", "events-aries", Metric.RATE)),
            atMost("allocated per message sent", 1, "B", median("loopback-64", Metric.SENT_BYTES)),
            atMost(
                    "allocated per message received, over the message as it came and one object",
                    DECODING_SOME_BYTES,
                    "B",
                    receivedBeyondMessage()),
            atLeast("64 B one way, loopback", 20, "x dbus-broker", ratio("loopback-64", "dbus-broker-64", Metric.RATE)),
            atLeast("64 B one way, netlink", 20, "x dbus-broker", ratio("netlink-64", "dbus-broker-64", Metric.RATE)),
            atLeast("64 B one way, loopback", 1, "x JeroMQ", ratio("loopback-64", "jeromq-64", Metric.RATE)),
            atLeast("64 B one way, netlink", 1, "x JeroMQ", ratio("netlink-64", "jeromq-64", Metric.RATE)),
            atMost(
                    "CPU per 64 B message, loopback",
                    0.05,
                    "x dbus-broker",
                    ratio("loopback-64", "dbus-broker-64", Metric.CPU)),
            atMost(
                    "CPU per 64 B message, netlink",
                    0.05,
                    "x dbus-broker",
                    ratio("netlink-64", "dbus-broker-64", Metric.CPU)),
            atMost(
                    "64 B round trip, netlink, on one core",
                    1.3,
                    "x C seqpacket",
                    ratio("netlink-call-64-one-core", "seqpacket-call-64-one-core", Metric.P50)),
            atMost(
                    "64 B round trip, netlink, across cores",
                    1.3,
                    "x C seqpacket",
                    ratio("netlink-call-64-two-cores", "seqpacket-call-64-two-cores", Metric.P50)),
            atMost(
                    "64 B round trip, netlink, on one core",
                    0.4,
                    "x dbus-broker",
                    ratio("netlink-call-64-one-core", "dbus-broker-call-64-one-core", Metric.P50)),
            atMost(
                    "64 B round trip, netlink, across cores",
                    0.85,
                    "x dbus-broker",
                    ratio("netlink-call-64-two-cores", "dbus-broker-call-64-two-cores", Metric.P50)),
            atMost(
                    "64 B round trip, netlink",
                    0.333,
                    "x dbus-java",
                    ratio("netlink-call-64", "dbus-java-call-64", Metric.P50)),
            atLeast(
                    "1 KiB to 8, netlink",
                    10,
                    "x dbus-broker",
                    ratio("netlink-1k-to-8", "dbus-broker-1k-to-8", Metric.RATE)),
            atMost(
                    "CPU of 1 KiB to 8, netlink",
                    0.1,
                    "x dbus-broker",
                    ratio("netlink-1k-to-8", "dbus-broker-1k-to-8", Metric.CPU)),
            atLeast(
                    "1 MiB to 8 who keep nothing, netlink",
                    5,
                    "x dbus-broker",
                    ratio("netlink-1m-to-8-borrowed", "dbus-broker-1m-to-8", Metric.RATE)),
            atMost("the car over loopback, p99", 1000, "us", median("car-loopback", Metric.P99)),
            atMost("the car over netlink, p99", 1000, "us", median("car-netlink", Metric.P99)),
            atMost("the car over loopback, all processes", 10, "% of one core", median("car-loopback", Metric.CORE)),
            atMost("the car over netlink, all processes", 10, "% of one core", median("car-netlink", Metric.CORE)),
            atMost("the car over loopback each 10 ms, p99", 1000, "us", median("car-loopback-10ms", Metric.P99)),
            atMost("the car over netlink each 10 ms, p99", 1000, "us", median("car-netlink-10ms", Metric.P99)),
            atMost(
                    "the car over loopback each 10 ms, all processes",
                    10,
                    "% of one core",
                    median("car-loopback-10ms", Metric.CORE)),
            atMost(
                    "the car over netlink each 10 ms, all processes",
                    10,
                    "% of one core",
                    median("car-netlink-10ms", Metric.CORE)),
            atMost("allocated per typed event in one JVM", 0.5, "B", median("events", Metric.SENT_BYTES)),
            atLeast(
                    "D-Bus signals through the gateway",
                    1,
                    "x dbus-daemon",
                    ratio("gateway-64", "dbus-daemon-64", Metric.RATE)),
            atMost(
                    "D-Bus call through the gateway",
                    1.2,
                    "x dbus-daemon",
                    ratio("gateway-call-64", "dbus-daemon-call-64", Metric.P50)),
            atMost(
                    "D-Bus call to an OSGi service in the node",
                    1,
                    "x client to client, dbus-broker",
                    ratio("service-call-64", "dbus-broker-call-64", Metric.P50)),
            // Logarithmic: the number has twice as many digits, or five for three. Of CPU time, as the time of an
            // answer is decided by whether the scheduler has both sides on one processor.
            atMost(
                    "CPU of a look-up among 10,000 names, gateway",
                    2,
                    "x among 100",
                    ratio("gateway-names-10k", "gateway-names-100", Metric.CPU)),
            atMost(
                    "CPU of a signal past 100,000 match rules, gateway",
                    1.67,
                    "x past 1,000",
                    ratio("gateway-rules-100k", "gateway-rules-1k", Metric.CPU)),
            atMost("start to first message, class path", 0.4, "s", median("start", Metric.SECONDS)),
            atMost("start to first message, distro", 0.4, "s", median("start-distro", Metric.SECONDS)),
            atMost("resident at rest, class path", 64, "MB", median("rest", Metric.RSS)),
            atMost("resident at rest, distro", 64, "MB", median("rest-distro", Metric.RSS)));

    private static Target atLeast(String promise, double limit, String unit, Figure measured) {
        return new Target(promise, true, limit, unit, measured);
    }

    private static Target atMost(String promise, double limit, String unit, Figure measured) {
        return new Target(promise, false, limit, unit, measured);
    }

    private static Figure median(String workload, Metric metric) {
        return results -> results.median(workload, metric);
    }

    private static Figure ratio(String ours, String theirs, Metric metric) {
        return results -> {
            OptionalDouble a = results.median(ours, metric);
            OptionalDouble b = results.median(theirs, metric);
            return a.isPresent() && b.isPresent()
                    ? OptionalDouble.of(a.getAsDouble() / b.getAsDouble())
                    : OptionalDouble.empty();
        };
    }

    private static Figure receivedBeyondMessage() {
        return results -> {
            OptionalDouble allocated = results.median("loopback-64", Metric.RECEIVED_BYTES);
            OptionalDouble wire = results.median("loopback-64", Metric.WIRE_BYTES);
            return allocated.isPresent() && wire.isPresent()
                    ? OptionalDouble.of(allocated.getAsDouble() - wire.getAsDouble() - MESSAGE_OBJECT_BYTES)
                    : OptionalDouble.empty();
        };
    }

    /** The promise, and what the results say of it. */
    Promise of(Results results) {
        return new Promise(promise, least, limit, unit, measured.of(results));
    }

    /** All promises, and what the results say of them. */
    static List<Promise> promises(Results results) {
        return ALL.stream().map(target -> target.of(results)).toList();
    }
}
