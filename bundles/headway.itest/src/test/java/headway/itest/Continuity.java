package headway.itest;

import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.Subscriber;
import java.util.HashSet;
import java.util.Set;

/** A subscriber that sees whether the numbers 1, 2, 3... come, each once and in order. */
final class Continuity implements Subscriber {

    private long next = 1;
    private long duplicated;
    private long reordered;
    private long gaps;
    private final Set<Long> missing = new HashSet<>();

    @Override
    public synchronized void onMessage(Message message) {
        long number = (Long) message.body().get(0);
        if (number < next && !missing.remove(number)) {
            duplicated++;
        } else if (number < next) {
            reordered++;
        }
        for (; next < number; next++) {
            missing.add(next);
        }
        next = Math.max(next, number + 1);
    }

    @Override
    public synchronized void onGap(Gap gap) {
        gaps++;
    }

    /** The highest number that came. */
    synchronized long highest() {
        return next - 1;
    }

    /** What is wrong, or {@code "all there"} if these numbers came and no others, each once and in order. */
    synchronized String verdict(long count) {
        if (missing.isEmpty() && duplicated == 0 && reordered == 0 && gaps == 0 && highest() == count) {
            return "all there";
        }
        return highest() + " of " + count + ", lost " + missing.size() + ", duplicated " + duplicated + ", reordered "
                + reordered + ", told of " + gaps + " gaps";
    }
}
