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
    void two_marks_make_a_rate() {
        Mark from = new Mark(1_000_000_000, 100, 0, 0, 5_000, List.of());
        Mark to = new Mark(1_500_000_000, 300, 6_400, 0, 6_000, List.of());
        assertEquals(400, to.rateSince(from));
        assertEquals(32, to.bytesEachSince(from));
        assertEquals(5, to.allocatedEachSince(from));
    }

    @Test
    void percentiles_are_of_the_times_given() {
        Histogram times = new Histogram(3);
        for (int i = 1; i <= 1000; i++) {
            times.recordValue(i * 1000L);
        }
        Mark mark = Mark.now(1000, times);
        assertEquals(500, mark.micros(Metric.P50), 1);
        assertEquals(990, mark.micros(Metric.P99), 1);
        assertEquals(999, mark.micros(Metric.P999), 1);
    }
}
