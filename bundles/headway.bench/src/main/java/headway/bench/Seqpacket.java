package headway.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The floor of a round trip on this machine: a program in C, two blocking processes, AF_UNIX SOCK_SEQPACKET. Compiled anew for
 * each measurement, where there is a compiler.
 */
record Seqpacket(String name, String description) implements Staged {

    private static final String SOURCE = "seqpacket.c";

    @Override
    public String obstacle(Plan plan) {
        return compiler() == null ? "there is no C compiler (gcc or cc) on the PATH" : null;
    }

    private static Path compiler() {
        return Stream.of("gcc", "cc")
                .flatMap(each -> Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "")
                                .split(File.pathSeparator, -1))
                        .map(directory -> Path.of(directory, each)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    @Override
    public List<String> command(Plan plan, String part, Path meeting) {
        return List.of(program(meeting).toString(), part, meeting.toString());
    }

    private static Path program(Path meeting) {
        return meeting.resolve("seqpacket");
    }

    @Override
    public Role play(String part, Path meeting) {
        throw new UnsupportedOperationException("A program in C plays it");
    }

    @Override
    public void prepare(Path meeting) throws IOException, InterruptedException {
        Path source = meeting.resolve(SOURCE);
        try (InputStream in = Objects.requireNonNull(Seqpacket.class.getResourceAsStream(SOURCE))) {
            Files.copy(in, source);
        }
        Process process = new ProcessBuilder(
                        compiler().toString(),
                        "-O2",
                        "-pthread",
                        "-o",
                        program(meeting).toString(),
                        source.toString())
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(name + ": the compiler " + compiler() + " did not take " + SOURCE);
        }
    }

    @Override
    public Map<Metric, Double> measure(Plan plan) throws IOException, InterruptedException {
        return RoundTrip.measure(plan, this);
    }
}
