package headway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class DashboardTest {

    private static final Tally TALLY = tally();

    private static Tally tally() {
        Histogram latency = Tally.newLatency();
        latency.recordValue(84_000);
        return new Tally(0, 16_204, 0, 0, 0, latency);
    }

    private static double[] values() {
        double[] values = new double[Signal.values().length];
        Arrays.fill(values, Double.NaN);
        values[Signal.SPEED.place()] = 80;
        return values;
    }

    @Test
    void a_panel_shows_gauges_and_what_the_bus_does() {
        List<String> lines = new Dashboard("instrument cluster 1", false)
                .panel(values(), TALLY, "loopback", 1620)
                .lines()
                .toList();

        assertEquals(Dashboard.HEIGHT, lines.size());
        assertTrue(lines.get(0).endsWith("loopback   1,620 messages/s"), lines.get(0));
        assertEquals(" speed       ####################....................      80 km/h", lines.get(2));
        assertTrue(lines.get(3).contains("     - rpm"), "no value yet: " + lines.get(3));
        assertTrue(lines.get(9).startsWith(" delivered 16,204   lost 0"), lines.get(9));
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80), "fits a terminal");
    }

    @Test
    void a_line_has_a_dash_where_there_is_no_value_yet() {
        assertEquals(
                "cluster:  80 km/h     - rpm  coolant - C  intake - C  catalyst - C  fuel - %  netlink  7 messages/s  lost 0",
                new Dashboard("cluster", false).line(values(), TALLY, "netlink", 7));
    }

    @Test
    void a_terminal_that_can_gets_finer_gauges() {
        double[] values = values();
        values[Signal.SPEED.place()] = 82;

        assertTrue(new Dashboard("", true).panel(values, TALLY, "loopback", 1).contains("████▌ "));
    }

    @Test
    void the_last_line_has_all_that_was_counted() {
        assertEquals(
                "published=16204 delivered=16204 lost=0 duplicated=0 reordered=0 transport=loopback p50_us=84 p99_us=84",
                TALLY.line(16_204, "loopback"));
        assertTrue(TALLY.json(16_204, "loopback").startsWith("{\"published\":16204,\"delivered\":16204,\"lost\":0"));
        assertTrue(TALLY.json(16_204, "loopback").endsWith("\"before\":0}"));
    }

    @Test
    void a_tally_travels_over_the_bus_and_adds_up() {
        Tally sum = Tally.sum(List.of(TALLY, Tally.of(Arrays.asList(TALLY.body()))));

        assertEquals(32_408, sum.delivered());
        assertEquals(2, sum.latency().getTotalCount());
    }
}
