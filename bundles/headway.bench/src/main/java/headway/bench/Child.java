package headway.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that this one has started; it ends when its standard input does, or is killed. */
final class Child implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;
    private static final long FAREWELL_SECONDS = 5;

    private final String name;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final AutoCloseable atExit = this::end;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
        AtExit.add(atExit);
    }

    /** Starts a program. */
    static Child start(String name, List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new Child(name, builder.start());
    }

    /** Starts a program that speaks as a {@link Station} does, and waits until it is ready. */
    static Child ready(String name, List<String> command) throws IOException, InterruptedException {
        Child child = start(name, command, Map.of());
        try {
            child.expect(Station.READY);
            return child;
        } catch (IOException | InterruptedException e) {
            child.kill();
            throw e;
        }
    }

    /** The command line of a class of this class path, in the same Java. */
    static List<String> java(Plan plan, Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(plan.flags());
        // dbus-java tells of every connection.
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }

    /** The command of a station. */
    static List<String> station(Plan plan, Workload workload, String part, Path meeting) {
        List<String> command = java(plan, Station.class);
        command.addAll(List.of(workload.name(), part, meeting.toString()));
        return command;
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(Station.SAYS)) {
                    lines.add(line.substring(Station.SAYS.length()));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // It was killed.
        }
        lines.add(Station.FAILED + " it has ended");
        AtExit.remove(atExit);
    }

    long pid() {
        return process.pid();
    }

    /** The next answer. */
    String next() throws IOException, InterruptedException {
        String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw new IOException(name + " has said nothing for " + PATIENCE_SECONDS + " s");
        }
        if (line.startsWith(Station.FAILED)) {
            throw new IOException(name + " " + line);
        }
        return line;
    }

    private void expect(String expected) throws IOException, InterruptedException {
        String line = next();
        if (!line.equals(expected)) {
            throw new IOException(name + " said '" + line + "', not '" + expected + "'");
        }
    }

    /** Gives it an order and returns its answer. */
    String ask(String order) throws IOException, InterruptedException {
        try {
            process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            // It has ended; why, is the next thing it has said.
        }
        return next();
    }

    private Mark order(String order) throws IOException, InterruptedException {
        return Mark.parse(ask(order));
    }

    /** How far it is. */
    Mark mark() throws IOException, InterruptedException {
        return order(Station.MARK);
    }

    /** How far all of them are. */
    static List<Mark> marks(List<Child> children) throws IOException, InterruptedException {
        List<Mark> marks = new ArrayList<>();
        for (Child child : children) {
            marks.add(child.mark());
        }
        return marks;
    }

    /** Stops it and says how far it came. */
    Mark stop() throws IOException, InterruptedException {
        return order(Station.STOP);
    }

    void kill() {
        process.destroyForcibly();
    }

    /** Ends a program that takes no orders. */
    void end() {
        process.destroy();
        try {
            if (!process.waitFor(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it has not ended. */
    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public String toString() {
        return name;
    }

    /** Ends it, at first in good order. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (IOException e) {
            kill();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
