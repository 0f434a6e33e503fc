package headway.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A workload whose processes have their places, whatever the others have: all on one CPU, or in turn on two.
 *
 * @param cpus how many of the first CPUs that we may use
 */
record Pinned(Workload workload, int cpus) implements Workload {

    private static final String COMMAND = "taskset";

    @Override
    public String name() {
        return workload.name() + (cpus == 1 ? "-one-core" : "-two-cores");
    }

    @Override
    public String description() {
        return workload.description() + (cpus == 1 ? "; all on one core" : "; on two cores in turn");
    }

    @Override
    public String obstacle(Plan plan) {
        if (CProgram.onPath(COMMAND) == null) {
            return COMMAND + " is not installed: apt-get install util-linux";
        }
        return allowed().size() < cpus ? "there is only one CPU" : workload.obstacle(plan);
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        return workload.measure(plan.withCpus(allowed().subList(0, cpus)));
    }

    /** The CPUs that this process may use, ascending. */
    static List<Integer> allowed() {
        return numbers(Proc.value(Path.of("/proc/self/status"), "Cpus_allowed_list"));
    }

    /** The numbers of a list as the kernel writes it: {@code 0-2,5}. */
    static List<Integer> numbers(String list) {
        List<Integer> numbers = new ArrayList<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", 2);
            for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
                numbers.add(i);
            }
        }
        return numbers;
    }
}
