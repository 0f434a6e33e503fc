package headway.events;

import headway.bus.Message;
import java.util.Map;

/**
 * The data of the last few messages as maps, so that several handlers of one event convert it once. Bounded, and racy on
 * purpose: the worst that can happen is that two threads convert the same.
 */
final class Recent {

    private static final int SLOTS = 32;

    private record Known(Message message, Map<String, Object> data) {}

    private final Known[] slots = new Known[SLOTS];

    /**
     * The event that a message carries.
     *
     * @throws IllegalArgumentException if it has no named values or is no tree
     */
    Map<String, Object> dataOf(Message message) {
        int slot = System.identityHashCode(message) & SLOTS - 1;
        Known known = slots[slot];
        if (known == null || known.message != message) {
            known = new Known(message, EventData.asMap(message));
            slots[slot] = known;
        }
        return known.data;
    }
}
