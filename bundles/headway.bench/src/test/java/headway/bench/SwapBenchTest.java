package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That it works and counts right, not how well: three processes, a few swaps of each kind. */
class SwapBenchTest {

    private static final int SWAPS = 4;
    private static final Plan TINY =
            new Plan(Duration.ofMillis(100), Duration.ofMillis(200), 1, Plan.USUAL_FLAGS, null, List.of());
    private static final SwapLoad LOAD =
            new SwapLoad(List.of(Medium.NETLINK, Medium.LOOPBACK), 2000, 64, 2, 50_000_000, 500_000);

    @Test
    void every_message_comes_to_every_receiver_once_and_in_order_whatever_is_swapped() throws Exception {
        SwapReport report = SwapBench.measure(TINY, LOAD, SWAPS, List.of("planned", "unplanned"));
        assertEquals(2, report.runs().size());
        for (SwapRun run : report.runs()) {
            assertTrue(run.isPerfect(), run::toString);
            assertTrue(run.moves() > 0, run::toString);
            assertEquals(2 * SWAPS - 1, run.lastWindow() - run.firstWindow() + 1);
            assertEquals((long) SWAPS * LOAD.receivers(), run.pauses(true).getTotalCount());
            assertTrue(run.windowHighest() > 0 && run.windowHighest() <= run.windowLimit(), run::toString);
            assertTrue(SwapReport.latency(run).startsWith("<svg"));
        }
        List<String> table = report.table().lines().toList();
        assertTrue(table.get(1).startsWith("planned "), table::toString);
        assertTrue(report.csv().contains("figure,unplanned,LOST,,0\r\n"), report::csv);
        assertTrue(report.pauses().contains("unplanned swap"));
        assertTrue(report.verdicts().startsWith("met "), report::verdicts);
    }

    @Test
    void a_load_is_understood_by_another_process() {
        assertEquals(LOAD, SwapLoad.parse(LOAD.line()));
    }
}
