package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MarkTest {

    @Test
    void what_one_process_says_another_understands() {
        Mark mark = new Mark(1, 2, 3, 4, 5, 6, 7, 8);
        assertEquals(mark, Mark.parse(mark.line()));
    }

    @Test
    void two_marks_make_a_rate() {
        Mark from = new Mark(1_000_000_000, 100, 0, 0, 5_000, 0, 0, 0);
        Mark to = new Mark(1_500_000_000, 300, 6_400, 0, 6_000, 0, 0, 0);
        assertEquals(400, to.rateSince(from));
        assertEquals(32, to.bytesEachSince(from));
        assertEquals(5, to.allocatedEachSince(from));
    }

    @Test
    void percentiles_are_of_the_times_given() {
        Histogram times = new Histogram(3);
        for (int i = 1; i <= 1000; i++) {
            times.recordValue(i);
        }
        Mark mark = Mark.now(1000, times);
        assertEquals(500, mark.p50());
        assertEquals(990, mark.p99());
        assertEquals(999, mark.p999());
    }
}
