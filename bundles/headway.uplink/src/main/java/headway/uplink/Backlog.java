package headway.uplink;

import headway.bus.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What Headway has no room for now, in its order; where it came from is not read on meanwhile. Belongs to the uplink's thread.
 */
final class Backlog {

    private final ArrayDeque<Supplier<Outcome>> waiting = new ArrayDeque<>();
    private final List<Runnable> afterwards = new ArrayList<>();

    /** Gives something to Headway, after what was given before, as soon as there is room. */
    void give(Supplier<Outcome> what) {
        if (!waiting.isEmpty() || what.get() == Outcome.FULL) {
            waiting.add(what);
        }
    }

    /** Does something once all that was given so far has gone. */
    void then(Runnable what) {
        if (waiting.isEmpty()) {
            what.run();
        } else {
            afterwards.add(what);
        }
    }

    /** There may be room. */
    void onRoom() {
        while (!waiting.isEmpty()) {
            if (waiting.peek().get() == Outcome.FULL) {
                return;
            }
            waiting.poll();
        }
        List<Runnable> now = List.copyOf(afterwards);
        afterwards.clear();
        now.forEach(Runnable::run);
    }
}
