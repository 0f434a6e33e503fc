package headway.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A workload whose processes are {@link Station}s. */
interface Staged extends Workload {

    /** Takes a part, in the process that shall play it. */
    Role play(String part, Path meeting) throws IOException, InterruptedException;
}
