package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReportTest {

    private final Results results = new Results();
    private final List<Workload> workloads = List.of(
            Workloads.named("loopback-64"), Workloads.named("jdk-unix-call-64"), Workloads.named("loopback-call-64"));
    private final Report report = new Report(Map.of("cpu", "one, or \"two\""), workloads, results);

    @BeforeEach
    void measure() {
        for (double rate : new double[] {1_900_000, 2_500_000, 2_400_000}) {
            results.add(workloads.get(0), Map.of(Metric.RATE, rate, Metric.CPU, 0.5));
        }
        results.add(workloads.get(1), Map.of(Metric.P50, 10.0));
        results.add(workloads.get(2), Map.of(Metric.P50, 17.0));
    }

    @Test
    void the_table_has_medians_and_the_spread_of_the_first_metric() {
        List<String> lines = report.table().lines().toList();
        assertEquals(4, lines.size());
        assertTrue(lines.get(0).matches("workload +rate /s +CPU s/M +p50 us +spread"), lines.get(0));
        assertTrue(lines.get(1).matches("loopback-64 +2,400,000 +0.500 +25% +Headway over loopback"), lines.get(1));
        assertTrue(lines.get(2).startsWith("jdk-unix-call-64 "), lines.get(2));
    }

    @Test
    void every_promise_has_a_verdict() {
        List<String> lines = report.verdicts().lines().toList();
        assertEquals(Target.ALL.size(), lines.size());
        assertEquals(
                "met          64 B signals between two processes: 2,400,000 /s, promised at least 2,000,000 /s",
                lines.get(0));
        assertEquals(
                "not met      call and reply, handler DIRECT: 1.70 x jdk-unix, promised at most 1.60 x jdk-unix",
                lines.get(1));
        assertTrue(lines.get(2).startsWith("not measured"), lines.get(2));
    }

    @Test
    void the_csv_has_every_round_and_quotes_what_must_be_quoted() {
        List<String> lines = report.csv().lines().toList();
        assertEquals("kind,name,metric,unit,median,least,most,rounds,verdict", lines.get(0));
        assertEquals("machine,cpu,\"one, or \"\"two\"\"\",,,,,,", lines.get(1));
        assertEquals(
                "figure,loopback-64,RATE,messages/s,2400000.0,1900000.0,2500000.0,1900000.0 2500000.0 2400000.0,",
                lines.get(2));
        assertEquals(1 + 1 + 4 + Target.ALL.size(), lines.size());
        assertTrue(report.csv().endsWith(",not measured\r\n"));
    }
}
