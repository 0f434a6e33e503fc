package headway.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A bus in a process of its own, as {@code headway bus} starts it, without the container around it. */
final class BusProcess implements AutoCloseable {

    private final Process process;
    private final String address;

    BusProcess(Map<String, String> environment, String... flags) throws IOException {
        List<String> command = new ArrayList<>(command());
        command.addAll(List.of(flags));
        command.add("--print-address");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        process = builder.start();
        address = process.inputReader().readLine();
    }

    static BusProcess at(Path socket) throws IOException {
        return new BusProcess(Map.of(), "--address", "unix:path=" + socket);
    }

    /** The command line up to the flags. */
    static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx128m");
        command.add("-XX:+UseSerialGC");
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return command;
    }

    String address() {
        return address;
    }

    /** What a program needs to take this for its session bus and its system bus. */
    Map<String, String> environment() {
        return Map.of("DBUS_SESSION_BUS_ADDRESS", address, "DBUS_SYSTEM_BUS_ADDRESS", address, "LC_ALL", "C.UTF-8");
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException hurried) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The command alone. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws InterruptedException {
            Thread main = Thread.currentThread();
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                main.interrupt();
                try {
                    ended.await();
                } catch (InterruptedException hurried) {
                    Thread.currentThread().interrupt();
                }
            }));
            int exitCode = new BusCommand(null).applyAsInt(List.of(arguments), () -> null);
            ended.countDown();
            Runtime.getRuntime().exit(exitCode);
        }
    }
}
