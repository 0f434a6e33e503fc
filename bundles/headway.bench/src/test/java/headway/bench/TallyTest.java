package headway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class TallyTest {

    private final Tally tally = new Tally();

    @Test
    void messages_in_order_are_fine() {
        tally.take(1);
        tally.takeUnread();
        tally.take(3);
        assertEquals(3, tally.count());
        assertNull(tally.failure());
    }

    @Test
    void a_lost_message_is_noticed() {
        tally.take(1);
        tally.take(3);
        assertEquals("message 3 came where 2 was due", tally.failure());
    }

    @Test
    void a_doubled_message_is_noticed_by_the_next_one_that_is_read() {
        tally.takeUnread();
        tally.takeUnread();
        tally.take(2);
        assertEquals("message 2 came where 3 was due", tally.failure());
    }

    @Test
    void the_first_failure_is_kept() {
        tally.take(7);
        tally.take(2);
        tally.fail("a gap");
        assertEquals("message 7 came where 1 was due", tally.failure());
    }
}
