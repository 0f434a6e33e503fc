package headway.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How everything is measured.
 *
 * @param warmUp how long two processes run before they are measured
 * @param measured for how long
 * @param rounds how often each workload is measured, all of them in turn
 * @param flags of every Java process that is measured
 * @param distro the directory of the head unit, or null if there is none
 * @param cpus where the processes of a measurement run: the first on the first of these, and so on, again from the start when
 *     there are more; none leaves it to the scheduler
 */
record Plan(Duration warmUp, Duration measured, int rounds, List<String> flags, Path distro, List<Integer> cpus) {

    /** As {@code distro/headway bus} is started, so that what is measured is what is shipped. */
    static final List<String> USUAL_FLAGS =
            List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xss512k", "-Xms16m", "-Xmx128m");

    static final Plan FULL = new Plan(Duration.ofSeconds(4), Duration.ofSeconds(4), 5, USUAL_FLAGS, null, List.of());

    static final Plan QUICK = new Plan(Duration.ofMillis(1500), Duration.ofSeconds(1), 2, USUAL_FLAGS, null, List.of());

    /** How long that many processes run before they are measured: what they share CPUs for until they are compiled takes longer. */
    Duration warmUp(int processes) {
        int each = Math.max(1, processes / Math.max(2, Runtime.getRuntime().availableProcessors()));
        return warmUp.multipliedBy(each);
    }

    Plan withWarmUp(Duration duration) {
        return new Plan(duration, measured, rounds, flags, distro, cpus);
    }

    Plan withMeasured(Duration duration) {
        return new Plan(warmUp, duration, rounds, flags, distro, cpus);
    }

    Plan withRounds(int number) {
        return new Plan(warmUp, measured, number, flags, distro, cpus);
    }

    Plan withFlags(List<String> all) {
        return new Plan(warmUp, measured, rounds, List.copyOf(all), distro, cpus);
    }

    Plan withDistro(Path directory) {
        return new Plan(warmUp, measured, rounds, flags, directory, cpus);
    }

    Plan withCpus(List<Integer> numbers) {
        return new Plan(warmUp, measured, rounds, flags, distro, List.copyOf(numbers));
    }

    /** A command of one process of a measurement, put where it shall run. */
    List<String> placed(int process, List<String> command) {
        return cpus.isEmpty() ? command : on(cpus.get(process % cpus.size()).toString(), command);
    }

    /** A command of a process that runs beside those: on any of their CPUs. */
    List<String> besides(List<String> command) {
        return cpus.isEmpty()
                ? command
                : on(cpus.stream().map(Object::toString).collect(Collectors.joining(",")), command);
    }

    private static List<String> on(String cpus, List<String> command) {
        return Stream.concat(Stream.of("taskset", "-c", cpus), command.stream()).toList();
    }
}
