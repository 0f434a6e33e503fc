package headway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory of this user alone, where the processes of one measurement find each other. */
public record Meeting(Path directory) implements AutoCloseable {

    /** A new one. The names of sockets are short, so it is not below the working directory. */
    public static Meeting arrange() throws IOException {
        Meeting meeting = new Meeting(Files.createTempDirectory("hwb"));
        AtExit.add(meeting);
        return meeting;
    }

    @Override
    public void close() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(directory)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
        AtExit.remove(this);
    }
}
