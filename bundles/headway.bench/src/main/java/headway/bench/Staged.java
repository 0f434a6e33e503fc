package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A workload with processes of its own, which meet in a directory. */
interface Staged extends Workload {

    /** The command that plays a part: a {@link Station}, or one that speaks as it does. */
    default List<String> command(Plan plan, String part, Path meeting) {
        return Child.station(plan, this, part, meeting);
    }

    /** Takes a part, in the station that shall play it. */
    Role play(String part, Path meeting) throws IOException, InterruptedException;
}
