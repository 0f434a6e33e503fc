package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
    void several_topics_become_the_pattern_and_several_senders_nobody() {
        record.add(new Gap("t/a", ":a.1", 1, 1, 1, Cause.SLOW_NODE));
        record.add(new Gap("t/b", ":b.1", 7, 7, 1, Cause.SLOW_NODE));
        assertEquals(new Gap("t/*", "", 1, 7, 2, Cause.SLOW_NODE), record.take());
        record.add(new Gap("t/b", ":b.1", 8, 8, 1, Cause.SLOW_NODE));
        assertEquals(new Gap("t/b", ":b.1", 8, 8, 1, Cause.SLOW_NODE), record.take());
    }
}
