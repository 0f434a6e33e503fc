package headway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SequenceCheckTest {

    private static String check(long count, long... arrivals) {
        SequenceCheck check = new SequenceCheck(false);
        LongStream.of(arrivals).forEach(check::arrived);
        check.ended(count);
        return check.delivered() + " delivered " + check.lost() + " lost " + check.duplicated() + " duplicated "
                + check.reordered() + " reordered";
    }

    @Test
    void all_in_order_is_perfect() {
        assertEquals("3 delivered 0 lost 0 duplicated 0 reordered", check(3, 1, 2, 3));
    }

    @Test
    void one_that_never_comes_is_lost() {
        assertEquals("2 delivered 1 lost 0 duplicated 0 reordered", check(3, 1, 3));
        assertEquals("2 delivered 1 lost 0 duplicated 0 reordered", check(3, 1, 2));
        assertEquals("0 delivered 3 lost 0 duplicated 0 reordered", check(3));
    }

    @Test
    void one_that_comes_again_is_duplicated() {
        assertEquals("3 delivered 0 lost 2 duplicated 0 reordered", check(3, 1, 2, 2, 3, 1));
    }

    @Test
    void one_that_comes_late_is_reordered_and_not_lost() {
        assertEquals("3 delivered 0 lost 0 duplicated 1 reordered", check(3, 1, 3, 2));
        assertEquals("3 delivered 0 lost 1 duplicated 1 reordered", check(3, 1, 3, 2, 2));
    }

    @Test
    void a_number_from_nowhere_costs_no_memory() {
        assertEquals((1L << 40) - 1 + " lost", lostAfter(1L << 40) + " lost");
    }

    private static long lostAfter(long sequence) {
        SequenceCheck check = new SequenceCheck(false);
        check.arrived(sequence);
        return check.lost();
    }

    @Test
    void who_joins_late_misses_what_was_before_and_counts_from_there() {
        SequenceCheck check = new SequenceCheck(true);
        for (long number : new long[] {5, 6, 8}) {
            check.arrived(number);
        }
        check.ended(9);
        assertEquals(4, check.before());
        assertEquals(3, check.delivered());
        assertEquals(2, check.lost());
    }

    @Test
    void who_joins_after_the_last_has_lost_nothing() {
        SequenceCheck check = new SequenceCheck(true);
        check.ended(9);
        assertEquals(9, check.before());
        assertEquals(0, check.lost());
    }
}
