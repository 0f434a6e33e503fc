package headway.core;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Virtual time and everything that is still to happen in it: one thread, one seed, one order. */
final class Simulation {

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
    private final SplittableRandom random;
    private final SimMemory memory = new SimMemory();
    private long now = 1_000_000_000;
    private long lastOrder;
    private long count;

    /** No schedule needs so many; one that does runs in circles. */
    private static final long MOST = 300_000;

    private record Event(long time, long order, Runnable what) {}

    Simulation(long seed) {
        random = new SplittableRandom(seed);
    }

    SplittableRandom random() {
        return random;
    }

    /** What its processes share. */
    SimMemory memory() {
        return memory;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    long now() {
        return now;
    }

    /** How much has happened. */
    long count() {
        return count;
    }

    /** Lets something happen after so many nanoseconds. */
    void after(long nanos, Runnable what) {
        at(now + nanos, what);
    }

    void at(long time, Runnable what) {
        events.add(new Event(Math.max(now, time), ++lastOrder, what));
    }

    /** Lets happen what happens in that time. */
    void run(long nanos) {
        long until = now + nanos;
        while (!events.isEmpty() && events.peek().time() <= until) {
            Event event = events.remove();
            now = event.time();
            count++;
            if (count > MOST) {
                throw new IllegalStateException("It does not come to rest");
            }
            event.what().run();
        }
        now = until;
    }
}
