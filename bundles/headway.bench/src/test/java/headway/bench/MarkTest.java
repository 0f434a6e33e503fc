package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MarkTest {

    @Test
    void what_one_process_says_another_understands() {
        Mark mark = new Mark(1, 2, 3, 4, 5, List.of(6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L));
        assertEquals(mark, Mark.parse(mark.line()));
    }

    @Test
    void two_marks_make_a_rate_and_what_a_message_costs() {
        Mark from = new Mark(1_000_000_000, 100, 0, 7_000, 5_000, List.of());
        Mark to = new Mark(1_500_000_000, 300, 6_400, 9_000, 6_000, List.of());
        Mark attendant = new Mark(0, 0, 0, 1_000_000, 0, List.of());
        Mark later = new Mark(0, 0, 0, 1_038_000, 0, List.of());
        Span span = new Span(List.of(from, attendant), List.of(to, later));
        assertEquals(400, span.rate(0));
        assertEquals(32, span.wireBytes(0));
        assertEquals(5, span.allocated(0));
        assertEquals(0.2, span.cpuSecondsPerMillion(0));
    }

    @Test
    void percentiles_are_of_the_times_given() {
        Histogram times = new Histogram(3);
        for (int i = 1; i <= 1000; i++) {
            times.recordValue(i * 1000L);
        }
        Span span = new Span(List.of(), List.of(Mark.now(1000, times)));
        assertEquals(500, span.micros(0, Metric.P50), 1);
        assertEquals(990, span.micros(0, Metric.P99), 1);
        assertEquals(999, span.micros(0, Metric.P999), 1);
    }
}
