package headway.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A measured program in C, a resource of this bundle. Compiled anew for each measurement, where there is a compiler.
 *
 * @param name of the source, without its ending, and of the program
 * @param usesSdBus whether it is a D-Bus client
 */
record CProgram(String name, boolean usesSdBus) {

    private static final List<String> HEADERS = List.of("station.h", "client.h");
    private static final Path SD_BUS = Path.of("/usr/include/systemd/sd-bus.h");

    /** Why it cannot be compiled here, or null if it can. */
    String obstacle() {
        if (compiler() == null) {
            return "there is no C compiler: apt-get install gcc libc6-dev";
        }
        return usesSdBus && !Files.exists(SD_BUS) ? "there is no sd-bus.h: apt-get install libsystemd-dev" : null;
    }

    private static Path compiler() {
        return onPath("gcc") != null ? onPath("gcc") : onPath("cc");
    }

    /** Where a command is, or null. */
    static Path onPath(String command) {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, command))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** The program, once it is compiled. */
    Path in(Path directory) {
        return directory.resolve(name);
    }

    /** Compiles it into a directory. */
    void compile(Path directory) throws IOException, InterruptedException {
        for (String header : HEADERS) {
            copy(header, directory);
        }
        List<String> command = new ArrayList<>(List.of(compiler().toString(), "-O2", "-pthread", "-o"));
        command.add(in(directory).toString());
        command.add(copy(name + ".c", directory).toString());
        if (usesSdBus) {
            command.add("-lsystemd");
        }
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException("The compiler " + compiler() + " did not take " + name + ".c");
        }
    }

    private static Path copy(String source, Path directory) throws IOException {
        Path file = directory.resolve(source);
        try (InputStream in = Objects.requireNonNull(CProgram.class.getResourceAsStream(source), source)) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }
}
