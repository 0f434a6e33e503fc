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

    /** The first that is waited for; 0: whichever comes first. */
    private long first;

    private long next;
    private long delivered;
    private long duplicated;
    private long reordered;

    /**
     * Nothing has arrived yet.
     *
     * @param late whether it joins while they are on their way: then what came before its first is not missing
     */
    SequenceCheck(boolean late) {
        first = late ? 0 : 1;
        next = first;
    }

    /** One has arrived. */
    void arrived(long sequence) {
        join(sequence);
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
        join(count + 1);
        skipTo(count + 1);
    }

    private void join(long sequence) {
        if (first == 0) {
            first = sequence;
            next = sequence;
        }
    }

    /** How many there were before it joined. */
    long before() {
        return Math.max(0, first - 1);
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
