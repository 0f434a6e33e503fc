package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That it works, not how fast: real processes, a fifth of a second. */
class ProcessBenchTest {

    private static final Plan TINY =
            new Plan(Duration.ofMillis(100), Duration.ofMillis(200), 1, Plan.USUAL_FLAGS, null);

    @Test
    void messages_go_from_one_process_to_another() throws Exception {
        Report report = ProcessBench.measure(TINY, List.of(Workloads.named("one-way-64-read")));
        assertTrue(report.results().median("one-way-64-read", Metric.RATE).orElseThrow() > 0);
    }

    @Test
    void calls_are_answered_by_another_process() throws Exception {
        Report report = ProcessBench.measure(TINY, List.of(Workloads.named("call-direct")));
        assertTrue(report.results().median("call-direct", Metric.P50).orElseThrow() > 0);
    }

    @Test
    void every_workload_has_a_name_of_its_own() {
        Set<String> names = new HashSet<>();
        Workloads.ALL.forEach(workload -> names.add(workload.name()));
        assertEquals(Workloads.ALL.size(), names.size());
    }
}
