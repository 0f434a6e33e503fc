package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Gap;
import headway.bus.Gap.Cause;
import org.junit.jupiter.api.Test;

class GapRecordTest {

    private final GapRecord record = new GapRecord("t/*");

    @Test
    void losses_of_one_topic_and_sender_become_one_gap() {
        record.add(new Gap("t/a", ":a.1", 3, 4, 2, Cause.SLOW_NODE));
        record.add(new Gap("t/a", ":a.1", 9, 9, 1, Cause.SLOW_SUBSCRIBER));
        assertEquals(3, record.count());
        assertEquals(new Gap("t/a", ":a.1", 3, 9, 3, Cause.SLOW_SUBSCRIBER), record.take());
        assertTrue(record.isEmpty());
    }

    @Test
    void a_loss_that_nobody_has_counted_is_one_and_counted_ones_do_not_hide_it() {
        Gap unknown = new Gap("t/*", ":a.1", 5, 0, 0, Cause.GIVEN_UP);
        record.add(unknown);
        assertFalse(record.isEmpty());
        assertEquals(unknown, record.take());
        assertTrue(record.isEmpty());
        record.add(unknown);
        record.add(new Gap("t/*", ":a.1", 2, 3, 2, Cause.SLOW_NODE));
        assertEquals(new Gap("t/*", ":a.1", 5, 0, 2, Cause.GIVEN_UP), record.take());
    }

    @Test
    void people_read_how_many_are_lost_or_that_nobody_knows() {
        assertEquals("3", new Gap("t", "", 1, 3, 3, Cause.SLOW_NODE).howMany());
        assertEquals("an unknown number", new Gap("t", "", 1, 0, 0, Cause.GIVEN_UP).howMany());
        assertEquals("2 or more", new Gap("t", "", 1, 0, 2, Cause.GIVEN_UP).howMany());
    }

    @Test
    void several_topics_become_the_pattern_and_several_senders_nobody() {
        record.add(new Gap("t/a", ":a.1", 1, 1, 1, Cause.SLOW_NODE));
        record.add(new Gap("t/b", ":b.1", 7, 7, 1, Cause.SLOW_NODE));
        assertEquals(new Gap("t/*", "", 1, 7, 2, Cause.SLOW_NODE), record.take());
        record.add(new Gap("t/b", ":b.1", 8, 8, 1, Cause.SLOW_NODE));
        assertEquals(new Gap("t/b", ":b.1", 8, 8, 1, Cause.SLOW_NODE), record.take());
    }
}
