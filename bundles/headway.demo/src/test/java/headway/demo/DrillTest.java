package headway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What was asked for and did not take place is said, or a drive would show what it did not try. */
class DrillTest {

    private static final long HOUR = 3_600_000;

    @Test
    void a_drill_that_nobody_asked_for_is_not_missed() {
        try (LinkDrill links = new LinkDrill(null, null, 0, 0);
                ReceiverDrill receivers = new ReceiverDrill(new Children(List.of()), 0, 0)) {
            links.begin();
            receivers.begin();
            assertEquals(List.of(), links.idle());
            assertEquals(List.of(), receivers.idle());
        }
    }

    @Test
    void a_drill_whose_time_did_not_come_is_named_by_its_flag() {
        try (LinkDrill links = new LinkDrill(null, null, HOUR, HOUR)) {
            links.begin();
            assertEquals(2, links.idle().size());
            assertTrue(links.idle().get(0).startsWith("--swap-every: "));
            assertTrue(links.idle().get(1).startsWith("--kill-link: "));
        }
        try (ReceiverDrill receivers = new ReceiverDrill(new Children(List.of()), 0, HOUR)) {
            receivers.begin();
            assertEquals(1, receivers.idle().size());
            assertTrue(receivers.idle().get(0).startsWith("--kill-receiver: "));
        }
    }
}
