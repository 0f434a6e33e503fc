package headway.core;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came from outside and was refused: counted by reason, and told once for each reason and sender, so that a flood of
 * garbage floods no log. Belongs to the bus's owner.
 */
final class Rejections {

    private static final System.Logger LOG = System.getLogger(Rejections.class.getName());
    private static final int MOST_TOLD = 1000;
    /** Reasons may quote what was refused; nobody can fill the memory with them. */
    private static final int MOST_REASONS = 200;

    private final Map<String, Long> byReason = new TreeMap<>();
    private final java.util.Set<String> told = new java.util.HashSet<>();

    void add(String reason, Object from) {
        boolean known = byReason.size() < MOST_REASONS || byReason.containsKey(reason);
        byReason.merge(known ? reason : "others", 1L, Long::sum);
        if (told.size() < MOST_TOLD && told.add(reason + from)) {
            LOG.log(
                    Level.WARNING,
                    "Refused from {0}: {1}. Further ones like it are only counted; see status",
                    from,
                    reason);
        }
    }

    Map<String, Long> byReason() {
        return new TreeMap<>(byReason);
    }
}
