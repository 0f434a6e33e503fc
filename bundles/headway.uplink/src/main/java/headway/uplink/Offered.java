package headway.uplink;

import java.util.LinkedHashSet;
import java.util.Set;

/** Somebody of Headway who is shown at the daemon. Belongs to the uplink's thread. */
final class Offered {

    final String participant;

    /** Those of its names that are chosen. */
    final Set<String> names = new LinkedHashSet<>();

    /** Its own; null while it is being opened. */
    DaemonConnection connection;

    Offered(String participant) {
        this.participant = participant;
    }

    void disconnect() {
        if (connection != null) {
            connection.close();
        }
    }
}
