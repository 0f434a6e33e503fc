package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
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

    /** The system's own Python, which has Debian's bindings. */
    static final String PYTHON = "/usr/bin/python3";

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

    /** Skips a test if one of these programs is not installed. */
    static void needs(String... programs) {
        for (String program : programs) {
            assumeTrue(has(program), program + " is not installed");
        }
    }

    /** Skips a test if the system's Python lacks one of these modules. */
    static void needsPython(String modules) throws IOException, InterruptedException {
        needs("python3");
        Result found = run(Map.of(), PYTHON, "-c", "import " + modules);
        assumeTrue(found.exitCode() == 0, "the system's Python has no " + modules);
    }

    /** A file of the tests, copied to where programs find it. */
    static Path resource(String name, Path directory) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            try (InputStream in = Programs.class.getResourceAsStream(name)) {
                Files.copy(in, file);
            }
        }
        return file;
    }

    static void assertSays(String output, String... parts) {
        for (String part : parts) {
            assertTrue(output.contains(part), "'" + part + "' is missing in:\n" + output);
        }
    }

    /** Runs a program that must succeed; returns what it said. */
    static String runWell(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Result result = run(environment, command);
        assertEquals(0, result.exitCode(), String.join(" ", command) + ": " + result.output());
        return result.output();
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
