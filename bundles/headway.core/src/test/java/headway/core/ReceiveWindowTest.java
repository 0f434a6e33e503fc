package headway.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.core.ReceiveWindow.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReceiveWindowTest {

    private static Arrival arrive(ReceiveWindow window, long sequence, boolean held) {
        byte[] bytes = new byte[100];
        Bytes.putLong(bytes, 8, sequence);
        return window.arrive(sequence, bytes, 0, bytes.length, held);
    }

    @Test
    void any_shuffle_with_doubles_comes_out_once_and_in_order() {
        for (long seed = 1; seed <= 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ReceiveWindow window = new ReceiveWindow(1 << 20);
            List<Long> sent = new ArrayList<>();
            for (long i = 1; i <= 50; i++) {
                sent.add(random.nextInt(sent.size() + 1), i);
                if (random.nextInt(3) == 0) {
                    sent.add(random.nextInt(sent.size() + 1), i);
                }
            }
            List<Long> got = new ArrayList<>();
            for (long sequence : sent) {
                boolean held = random.nextInt(4) == 0;
                if (arrive(window, sequence, held) == Arrival.NEXT) {
                    got.add(sequence);
                }
                byte[] early;
                while (!held && (early = window.takeNext()) != null) {
                    got.add(Bytes.getLong(early, 8));
                }
                assertEquals(got.size(), window.ack());
                assertTrue(window.have() >= window.ack());
            }
            byte[] early;
            while ((early = window.takeNext()) != null) {
                got.add(Bytes.getLong(early, 8));
            }
            for (int i = 0; i < 50; i++) {
                assertEquals(i + 1, got.get(i));
            }
            assertEquals(50, got.size());
            assertFalse(window.isMissingSome());
        }
    }

    @Test
    void what_comes_too_early_is_kept_up_to_the_limit_only() {
        ReceiveWindow window = new ReceiveWindow(250);
        assertEquals(Arrival.EARLY, arrive(window, 2, false));
        assertEquals(Arrival.EARLY, arrive(window, 4, false));
        assertEquals(Arrival.NO_ROOM, arrive(window, 5, false));
        assertEquals(Arrival.NEXT, arrive(window, 1, false));
        assertEquals(2, window.have());
        assertArrayEquals(new long[] {1, 2}, new long[] {window.ack(), Bytes.getLong(window.takeNext(), 8)});
        assertNull(window.takeNext());
        assertTrue(window.isMissingSome());
        assertEquals(Arrival.DUPLICATE, arrive(window, 4, false));
        assertEquals(Arrival.EARLY, arrive(window, 5, false));
    }

    @Test
    void the_next_one_waits_while_its_predecessor_is_held() {
        ReceiveWindow window = new ReceiveWindow(1000);
        assertEquals(Arrival.EARLY, arrive(window, 1, true));
        assertFalse(window.isMissingSome());
        assertEquals(1, window.have());
        assertEquals(0, window.ack());
    }
}
