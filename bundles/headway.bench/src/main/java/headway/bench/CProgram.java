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
 * @param libraries that it is linked with
 */
record CProgram(String name, List<String> libraries) {

    private static final String HEADER = "station.h";

    /** Why it cannot be compiled here, or null if it can. */
    static String obstacle() {
        return compiler() == null ? "there is no C compiler: apt-get install gcc libc6-dev" : null;
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
        for (String each : List.of(HEADER, name + ".c")) {
            try (InputStream in = Objects.requireNonNull(CProgram.class.getResourceAsStream(each), each)) {
                if (!Files.exists(directory.resolve(each))) {
                    Files.copy(in, directory.resolve(each));
                }
            }
        }
        List<String> command = new ArrayList<>(List.of(compiler().toString(), "-O2", "-pthread", "-o"));
        command.add(in(directory).toString());
        command.add(directory.resolve(name + ".c").toString());
        libraries.forEach(library -> command.add("-l" + library));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException("The compiler " + compiler() + " did not take " + name + ".c");
        }
    }
}
