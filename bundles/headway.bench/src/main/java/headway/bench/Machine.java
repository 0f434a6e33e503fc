package headway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where it was measured: what one must know to compare figures. */
final class Machine {

    private Machine() {}

    /** What is known, in the order it is printed. */
    static Map<String, String> describe(Plan plan) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("cpu", Proc.value(Path.of("/proc/cpuinfo"), "model name"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put(
                "placement",
                plan.cpus().isEmpty()
                        ? "left to the scheduler, on CPUs "
                                + Proc.value(Path.of("/proc/self/status"), "Cpus_allowed_list")
                        : "processes in turn on CPUs " + plan.cpus());
        facts.put("memory", Proc.value(Path.of("/proc/meminfo"), "MemTotal"));
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        facts.put("load", load());
        return facts;
    }

    /** The same for people, a line each. */
    static String text(Map<String, String> facts) {
        StringBuilder text = new StringBuilder();
        facts.forEach((name, value) -> text.append(String.format("%-10s %s%n", name, value)));
        return text.toString();
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
