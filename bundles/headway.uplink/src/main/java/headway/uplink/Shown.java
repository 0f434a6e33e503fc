package headway.uplink;

import java.util.LinkedHashSet;
import java.util.Set;

/** Somebody of the daemon who is shown on Headway. Belongs to the uplink's thread. */
final class Shown {

    final String daemonName;

    /** Those of its names that are chosen. */
    final Set<String> names = new LinkedHashSet<>();

    /** Its unique name on Headway; null while its credentials are asked for. */
    String participant;

    Shown(String daemonName) {
        this.daemonName = daemonName;
    }
}
