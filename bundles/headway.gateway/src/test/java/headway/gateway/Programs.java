package headway.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs of others that tests start. */
final class Programs {

    private static final long PATIENCE_SECONDS = 60;

    private Programs() {}

    /** Whether a program is installed. */
    static boolean has(String program) {
        return path(program) != null;
    }

    private static Path path(String program) {
        for (String directory : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1)) {
            Path file = Path.of(directory, program);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    /** What a program that ended said, both of its outputs. */
    record Result(int exitCode, String output) {}

    /** Runs a program to its end. */
    static Result run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Process process = start(environment, command);
        process.getOutputStream().close();
        Thread killer = new Thread(() -> {
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException ending) {
                process.destroyForcibly();
            }
        });
        killer.setDaemon(true);
        killer.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    static Process start(Map<String, String> environment, String... command) throws IOException {
        List<String> found = new ArrayList<>(List.of(command));
        Path path = path(command[0]);
        if (path != null) {
            found.set(0, path.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(found).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Reads lines of a program until one contains a text; returns it. */
    static String awaitLine(Process process, String text) {
        try {
            StringBuilder all = new StringBuilder();
            for (String line = process.inputReader().readLine();
                    line != null;
                    line = process.inputReader().readLine()) {
                all.append(line).append('\n');
                if (line.contains(text)) {
                    return line;
                }
            }
            throw new AssertionError("'" + text + "' was not said:\n" + all);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
