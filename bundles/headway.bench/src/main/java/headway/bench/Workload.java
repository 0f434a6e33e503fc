package headway.bench;

import java.io.IOException;
import java.util.Map;

/** Something that is measured again and again, once in every round. */
interface Workload {

    /** What {@code --only} calls it. */
    String name();

    /** One line for the table. */
    String description();

    /** Why it cannot be measured here, or null if it can. */
    default String obstacle(Plan plan) {
        return null;
    }

    /**
     * Measures once, with fresh processes.
     *
     * @throws IOException if something is wrong: a process failed, a message was lost
     */
    Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException;
}
