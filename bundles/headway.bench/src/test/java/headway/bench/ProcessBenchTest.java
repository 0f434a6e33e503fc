package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That it works, not how fast: real processes, a fifth of a second. */
class ProcessBenchTest {

    private static final Plan TINY =
            new Plan(Duration.ofMillis(100), Duration.ofMillis(200), 1, Plan.USUAL_FLAGS, null, List.of());

    @Test
    void messages_go_from_one_process_to_another() throws Exception {
        Report report = ProcessBench.measure(TINY, List.of(Workloads.named("loopback-64-read")));
        assertTrue(report.results().median("loopback-64-read", Metric.RATE).orElseThrow() > 0);
    }

    @Test
    void calls_are_answered_by_another_process() throws Exception {
        Report report = ProcessBench.measure(TINY, List.of(Workloads.named("loopback-call-64")));
        assertTrue(report.results().median("loopback-call-64", Metric.P50).orElseThrow() > 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aeron-64",
                "jeromq-call-64",
                "dbus-broker-64",
                "dbus-java-call-64",
                "mosquitto-64",
                "seqpacket-64",
                "loopback-paced-64",
                "car-loopback"
            })
    void peers_and_paces_are_measured_like_the_others(String name) throws Exception {
        Workload workload = Workloads.named(name);
        assumeTrue(workload.obstacle(TINY) == null, () -> "left out: " + workload.obstacle(TINY));
        Report report = ProcessBench.measure(TINY, List.of(workload));
        assertTrue(report.results().median(name, Metric.RATE).orElseThrow() > 0);
        assertTrue(report.results().median(name, Metric.CPU).orElseThrow() > 0);
        String page = new Html(report, null).page();
        assertTrue(page.contains(name) && page.endsWith("</html>\n"));
    }

    @Test
    void a_car_sends_2750_messages_a_second() throws Exception {
        double perSecond = Cycle.all().stream()
                .mapToDouble(cycle -> 1000.0 / cycle.millis())
                .sum();
        assertEquals(2750, perSecond, 1);
    }

    @Test
    void the_floor_in_C_is_measured_like_the_others() throws Exception {
        Workload floor = Workloads.named("seqpacket-call-64");
        assumeTrue(floor.obstacle(TINY) == null, () -> "left out: " + floor.obstacle(TINY));
        Report report = ProcessBench.measure(TINY, List.of(floor));
        double median = report.results().median("seqpacket-call-64", Metric.P50).orElseThrow();
        assertTrue(median > 0
                && median
                        < report.results()
                                .median("seqpacket-call-64", Metric.P999)
                                .orElseThrow());
    }

    @Test
    void processes_are_placed_in_turn_on_the_CPUs_that_were_named() {
        Plan plan = TINY.withCpus(List.of(3, 1));
        assertEquals(List.of("taskset", "-c", "3", "x"), plan.placed(0, List.of("x")));
        assertEquals(List.of("taskset", "-c", "1", "x"), plan.placed(1, List.of("x")));
        assertEquals(List.of("taskset", "-c", "3", "x"), plan.placed(2, List.of("x")));
        assertEquals(List.of("x"), TINY.placed(0, List.of("x")));
    }

    @Test
    void every_workload_has_a_name_of_its_own() {
        Set<String> names = new HashSet<>();
        Workloads.ALL.forEach(workload -> names.add(workload.name()));
        assertEquals(Workloads.ALL.size(), names.size());
    }
}
