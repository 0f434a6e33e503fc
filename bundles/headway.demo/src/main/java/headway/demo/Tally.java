package headway.demo;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What arrived at one receiver, or at several together.
 *
 * @param before messages that were published before it joined; 0 if it was there from the start
 * @param latency nanoseconds from sending to delivery
 */
record Tally(long before, long delivered, long lost, long duplicated, long reordered, Histogram latency) {

    /** Latencies are kept up to a minute, with two digits: within one per cent. */
    static Histogram newLatency() {
        return new Histogram(60_000_000_000L, 2);
    }

    static Tally sum(List<Tally> parts) {
        Tally sum = new Tally(0, 0, 0, 0, 0, newLatency());
        for (Tally part : parts) {
            sum.latency.add(part.latency);
            sum = new Tally(
                    sum.before + part.before,
                    sum.delivered + part.delivered,
                    sum.lost + part.lost,
                    sum.duplicated + part.duplicated,
                    sum.reordered + part.reordered,
                    sum.latency);
        }
        return sum;
    }

    /** Whether everything arrived, once and in order. */
    boolean perfect() {
        return lost == 0 && duplicated == 0 && reordered == 0;
    }

    double micros(double percentile) {
        return latency.getTotalCount() == 0 ? 0 : latency.getValueAtPercentile(percentile) / 1000.0;
    }

    /** The signature of {@link #body}. */
    static final String SIGNATURE = "tttttay";

    /** As values for the bus. */
    Object[] body() {
        ByteBuffer histogram = ByteBuffer.allocate(latency.getNeededByteBufferCapacity());
        byte[] bytes = new byte[latency.encodeIntoByteBuffer(histogram)];
        histogram.flip().get(bytes);
        return new Object[] {before, delivered, lost, duplicated, reordered, bytes};
    }

    static Tally of(List<Object> body) {
        return new Tally(
                (Long) body.get(0),
                (Long) body.get(1),
                (Long) body.get(2),
                (Long) body.get(3),
                (Long) body.get(4),
                Histogram.decodeFromByteBuffer(ByteBuffer.wrap((byte[]) body.get(5)), 0));
    }

    /** In one line, as the demonstration ends with it. */
    String line(long published, String transport) {
        return String.format(
                Locale.ROOT,
                "published=%d delivered=%d lost=%d duplicated=%d reordered=%d transport=%s p50_us=%.0f p99_us=%.0f",
                published,
                delivered,
                lost,
                duplicated,
                reordered,
                transport,
                micros(50),
                micros(99));
    }

    /** As {@link #line}, in JSON; there is nothing here that would need escaping but the transport's name. */
    String json(long published, String transport) {
        return String.format(
                Locale.ROOT,
                "{\"published\":%d,\"delivered\":%d,\"lost\":%d,\"duplicated\":%d,\"reordered\":%d,\"transport\":\"%s\","
                        + "\"p50_us\":%.1f,\"p99_us\":%.1f,\"before\":%d}",
                published,
                delivered,
                lost,
                duplicated,
                reordered,
                transport.replaceAll("[^A-Za-z0-9_.,+-]", "?"),
                micros(50),
                micros(99),
                before);
    }
}
