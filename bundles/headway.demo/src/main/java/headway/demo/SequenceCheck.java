package headway.demo;

import java.util.HashSet;
import java.util.Set;

/**
 * Whether the numbers 1, 2, 3... of one topic arrive each once and in order. A number that comes late was reordered, one that
 * comes again duplicated, one that never comes lost.
 */
final class SequenceCheck {

    /** So many missing numbers are remembered, in case they come late; more are lost at once. */
    private static final int MEMORY = 1 << 20;

    private final Set<Long> missing = new HashSet<>();
    private long forgotten;
    private long next = 1;
    private long delivered;
    private long duplicated;
    private long reordered;

    /** One has arrived. */
    void arrived(long sequence) {
        if (sequence == next) {
            next++;
            delivered++;
        } else if (sequence > next) {
            skipTo(sequence);
            next++;
            delivered++;
        } else if (missing.remove(sequence)) {
            reordered++;
            delivered++;
        } else {
            duplicated++;
        }
    }

    /** There were so many, and no more will come. */
    void ended(long count) {
        skipTo(count + 1);
    }

    private void skipTo(long sequence) {
        for (; next < sequence && missing.size() < MEMORY; next++) {
            missing.add(next);
        }
        forgotten += Math.max(0, sequence - next);
        next = Math.max(next, sequence);
    }

    long delivered() {
        return delivered;
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
