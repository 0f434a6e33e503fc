package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
                "car-loopback",
                "car-seqpacket",
                "car-dbus-broker-10ms",
                "service-call-64",
                "seqpacket-call-64-two-cores",
                "dbus-broker-names-100",
                "dbus-daemon-rules-1k",
                "event-admin-felix"
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
    void measured_JVMs_have_the_flags_of_a_bus() throws Exception {
        String script = Files.readString(Path.of("../../distro/headway"));
        String shipped = script.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("flags=") || line.startsWith("*\" bus \"*)"))
                .collect(Collectors.joining(" "));
        Set<String> flags = new HashSet<>(List.of(shipped.split("[\" ]+|=(?=-)")));
        assertTrue(flags.containsAll(Plan.USUAL_FLAGS), shipped);
    }

    private interface Measuring {
        Map<Metric, Double> with(Plan plan) throws IOException;
    }

    private static Workload fake(String name, Measuring measuring) {
        return new Workload() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String description() {
                return "measures nothing";
            }

            @Override
            public Map<Metric, Double> measure(Plan plan) throws IOException {
                return measuring.with(plan);
            }
        };
    }

    @Test
    void what_fails_is_told_and_does_not_keep_others_from_being_measured() throws Exception {
        Workload broken = fake("broken", plan -> {
            throw new IOException("a message was lost");
        });
        Workload works = fake("works", plan -> Map.of(Metric.RSS, 1.0));
        Report report = ProcessBench.measure(TINY.withRounds(2), List.of(broken, works));
        assertEquals(
                Map.of("broken", "broken: a message was lost"), report.results().failures());
        assertEquals(2, report.results().of("works").get(Metric.RSS).values().size());
        assertTrue(report.verdicts().contains("failed       broken: a message was lost"), report::verdicts);
    }

    @Test
    void a_star_in_a_name_stands_for_anything() {
        assertEquals(Workloads.ALL, Workloads.matching("*"));
        assertEquals(9, Workloads.matching("*-names-*").size());
        assertThrows(IllegalArgumentException.class, () -> Workloads.matching("loopback.64"));
    }

    @Test
    void wrong_usage_is_told_by_the_exit_code() throws Exception {
        for (String wrong : new String[] {"--rounds=0", "--cpus=4711", "--only=nothing", "--measure=-1", "more"}) {
            assertEquals(2, new ProcessBench().run(wrong), wrong);
        }
    }

    @Test
    void CPUs_are_listed_as_the_kernel_does() {
        assertEquals(List.of(0, 1, 2, 5), Pinned.numbers("0-2,5"));
        assertEquals(
                List.of("taskset", "-c", "0,1", "x"),
                TINY.withCpus(List.of(0, 1)).besides(List.of("x")));
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
