package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ContinuityTest {

    private static String check(long count, long... arrivals) {
        Continuity continuity = new Continuity();
        for (long number : arrivals) {
            continuity.arrived(number);
        }
        continuity.ended(count);
        return continuity.lost() + " lost " + continuity.duplicated() + " duplicated " + continuity.reordered()
                + " reordered";
    }

    @Test
    void all_once_and_in_order_is_nothing_wrong() {
        assertEquals("0 lost 0 duplicated 0 reordered", check(3, 1, 2, 3));
    }

    @Test
    void what_never_comes_is_lost_also_at_the_end() {
        assertEquals("2 lost 0 duplicated 0 reordered", check(4, 1, 3));
    }

    @Test
    void what_comes_again_is_duplicated() {
        assertEquals("0 lost 2 duplicated 0 reordered", check(2, 1, 1, 2, 1));
    }

    @Test
    void what_comes_late_is_reordered_and_not_lost() {
        assertEquals("0 lost 0 duplicated 1 reordered", check(3, 1, 3, 2));
    }

    @Test
    void a_loss_beyond_memory_is_counted_all_the_same() {
        assertEquals("4999999 lost 0 duplicated 0 reordered", check(5_000_000, 5_000_000));
    }
}
