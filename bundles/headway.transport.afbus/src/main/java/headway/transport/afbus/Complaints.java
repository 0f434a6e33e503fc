package headway.transport.afbus;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the messages that were refused, and logs each cause once for each who did it. Used by one thread at a time. */
final class Complaints {

    private static final Logger LOG = System.getLogger(Complaints.class.getPackageName());
    /** Past so many there is nothing new to learn from the log. */
    private static final int MOST_LOGGED = 100;

    private record Offence(Refusal refusal, long pid) {}

    private final Map<Refusal, Long> counts = new ConcurrentHashMap<>();
    private final Set<Offence> logged = new HashSet<>();

    /**
     * Notes a message that was dropped.
     *
     * @param link the link that dropped it
     * @param from address of who sent it
     * @param pid of the process that sent it, as far as it is known
     * @param uid of the user who sent it, as far as it is known
     */
    void note(Object link, Refusal refusal, long from, long pid, long uid) {
        counts.merge(refusal, 1L, Long::sum);
        if (logged.size() < MOST_LOGGED && logged.add(new Offence(refusal, pid))) {
            LOG.log(
                    Level.WARNING,
                    "{0} drops a message from {1} (process {2}, user {3}): {4}",
                    link,
                    Long.toHexString(from),
                    Long.toString(pid),
                    Long.toString(uid),
                    refusal.sentence());
        }
    }

    /** How many messages were refused, by cause; any thread. */
    Map<Refusal, Long> counts() {
        return Map.copyOf(counts);
    }

    /** How many messages were refused for that; any thread. */
    long count(Refusal refusal) {
        return counts.getOrDefault(refusal, 0L);
    }
}
