package headway.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process on the test's bus: the head unit as it ships, with a container of its own. Dies with the test. */
final class Neighbour implements AutoCloseable {

    /** How long anything may take before a test gives up. */
    static final long PATIENCE_SECONDS = 60;

    private final Process process;

    private Neighbour(Process process) {
        this.process = process;
    }

    /** Starts {@code distro/headway} with these arguments. */
    static Neighbour start(String... arguments) throws IOException {
        return start(Image.directory(), arguments);
    }

    /** Starts {@code distro/headway} of that image with these arguments. */
    static Neighbour start(Path image, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(Container.sameBus()));
        all.addAll(Arrays.asList(arguments));
        Path runtime = Path.of(System.getProperty(FelixExtension.RUNTIME_DIRECTORY));
        return new Neighbour(new ProcessBuilder(Image.command(image, runtime, all.toArray(String[]::new)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The next line it prints. */
    String line() throws IOException {
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        assertNotNull(line, "The process printed nothing");
        return line;
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "The process does not end");
        return process.exitValue();
    }

    /** Stops it in the middle of whatever it does, as SIGSTOP does. */
    void freeze() throws IOException, InterruptedException {
        int code = new ProcessBuilder("sh", "-c", "kill -STOP " + process.pid())
                .start()
                .waitFor();
        assertEquals(0, code);
    }

    /** Ends it as SIGKILL does. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }
}
