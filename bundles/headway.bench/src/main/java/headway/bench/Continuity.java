package headway.bench;

import java.util.HashSet;
import java.util.Set;

/**
 * Whether the numbers 1, 2, 3... arrive, each once and in order. A number that comes late was reordered, one that comes again
 * duplicated, one that never comes lost. One thread counts.
 */
final class Continuity {

    /** So many missing numbers are remembered, in case they come late; more are lost at once. */
    private static final int MEMORY = 1 << 20;

    private final Set<Long> missing = new HashSet<>();
    private long forgotten;
    private long next = 1;
    private long duplicated;
    private long reordered;

    /** One has arrived. */
    void arrived(long number) {
        if (number == next) {
            next++;
        } else if (number > next) {
            skipTo(number);
            next++;
        } else if (missing.remove(number)) {
            reordered++;
        } else {
            duplicated++;
        }
    }

    /** There were so many, and no more will come. */
    void ended(long count) {
        skipTo(count + 1);
    }

    private void skipTo(long number) {
        for (; next < number && missing.size() < MEMORY; next++) {
            missing.add(next);
        }
        forgotten += Math.max(0, number - next);
        next = Math.max(next, number);
    }

    long lost() {
        return missing.size() + forgotten;
    }

    long duplicated() {
        return duplicated;
    }

    long reordered() {
        return reordered;
    }
}
