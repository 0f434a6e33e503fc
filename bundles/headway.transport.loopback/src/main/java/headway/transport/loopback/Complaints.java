package headway.transport.loopback;

import headway.transport.loopback.BrokenStreamException.Cause;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the connections that were refused, and logs each cause once for each peer. Used by one I/O thread. */
final class Complaints {

    private static final Logger LOG = System.getLogger(Complaints.class.getPackageName());
    /** Past so many peers there is nothing new to learn from the log. */
    private static final int MOST_LOGGED = 100;

    private final Map<Cause, Long> counts = new ConcurrentHashMap<>();
    private final Set<String> logged = new HashSet<>();

    /**
     * Notes a connection that is being closed.
     *
     * @param link the link that closes it
     * @param who the other end, as far as it is known
     */
    void note(String link, String who, BrokenStreamException broken) {
        counts.merge(broken.what(), 1L, Long::sum);
        if (logged.size() < MOST_LOGGED && logged.add(broken.what() + " " + who)) {
            LOG.log(Level.WARNING, "{0} closes a connection from {1}: {2}", link, who, broken.getMessage());
        }
    }

    /** How many connections were closed for that cause; any thread. */
    long count(Cause cause) {
        return counts.getOrDefault(cause, 0L);
    }
}
