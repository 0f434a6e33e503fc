package headway.transport.netlink;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the datagrams that were refused, and logs each cause once for each who did it. Used by one thread at a time. */
final class Complaints {

    private static final Logger LOG = System.getLogger(Complaints.class.getPackageName());
    /** Past so many there is nothing new to learn from the log. */
    private static final int MOST_LOGGED = 100;

    private record Offence(Refusal refusal, long pid) {}

    private final Map<Refusal, Long> counts = new ConcurrentHashMap<>();
    private final Set<Offence> logged = new HashSet<>();

    /**
     * Notes a datagram that was dropped.
     *
     * @param link the link that dropped it
     * @param port where it came from
     * @param pid of the process that sent it, as far as it is known
     * @param uid of the user who sent it, as far as it is known
     */
    void note(Object link, Refusal refusal, int port, long pid, long uid) {
        counts.merge(refusal, 1L, Long::sum);
        if (logged.size() < MOST_LOGGED && logged.add(new Offence(refusal, pid))) {
            LOG.log(
                    Level.WARNING,
                    "{0} drops a datagram from port {1} (process {2}, user {3}): {4}",
                    link,
                    Integer.toUnsignedString(port),
                    Long.toString(pid),
                    Long.toString(uid),
                    refusal.sentence());
        }
    }

    /** How many datagrams were refused, by reason; only what happened. Any thread. */
    Map<Refusal, Long> counts() {
        return new TreeMap<>(counts);
    }

    /** How many datagrams were refused for that; any thread. */
    long count(Refusal refusal) {
        return counts.getOrDefault(refusal, 0L);
    }
}
