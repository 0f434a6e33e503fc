package headway.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How everything is measured.
 *
 * @param warmUp how long processes run before they are measured
 * @param measured for how long
 * @param rounds how often each workload is measured, all of them in turn
 * @param flags of every Java process that is measured
 * @param distro the directory of the head unit, or null if there is none
 */
record Plan(Duration warmUp, Duration measured, int rounds, List<String> flags, Path distro) {

    /** As the head unit is started, so that what is measured is what is shipped. */
    static final List<String> USUAL_FLAGS =
            List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xss512k", "-Xms16m", "-Xmx128m");

    static final Plan FULL = new Plan(Duration.ofSeconds(4), Duration.ofSeconds(4), 5, USUAL_FLAGS, null);

    static final Plan QUICK = new Plan(Duration.ofMillis(1500), Duration.ofSeconds(1), 2, USUAL_FLAGS, null);

    Plan withRounds(int number) {
        return new Plan(warmUp, measured, number, flags, distro);
    }

    Plan withFlags(List<String> all) {
        return new Plan(warmUp, measured, rounds, List.copyOf(all), distro);
    }

    Plan withDistro(Path directory) {
        return new Plan(warmUp, measured, rounds, flags, directory);
    }
}
