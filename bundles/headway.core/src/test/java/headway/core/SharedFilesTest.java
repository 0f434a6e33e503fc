package headway.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory that processes share by the name of a file. */
class SharedFilesTest {

    private static final long OURSELVES = ProcessHandle.current().pid();
    private static final int SIZE = 1 << 20;

    @TempDir
    private Path directory;

    private SharedFiles files(String bus) {
        return new SharedFiles(directory, bus);
    }

    private List<Path> there() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    private static byte[] bytes(ByteBuffer view) {
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    @Test
    void what_one_writes_another_reads() throws IOException {
        byte[] large = Oracle.padding(300_000, 7);
        try (SharedMemory ours = files("car").create(5, SIZE);
                SharedMemory theirs = files("car").open(5, OURSELVES)) {
            ours.write(8192, large);
            assertArrayEquals(large, bytes(theirs.read(8192, large.length)));
            assertArrayEquals(new byte[4], bytes(theirs.read(SIZE - 4, 4)));
            assertThrows(IOException.class, () -> theirs.read(SIZE - 4, 5));
            assertThrows(IOException.class, () -> theirs.read(-1, 5));
        }
    }

    @Test
    void a_place_that_had_something_gets_something_else_and_the_next_place_is_new() throws IOException {
        try (SharedMemory ours = files("car").create(5, SIZE);
                SharedMemory theirs = files("car").open(5, OURSELVES)) {
            for (int i = 0; i < 3; i++) {
                byte[] first = Oracle.padding(100_000 + i * 5000, i);
                byte[] second = Oracle.padding(70_000, -i - 1);
                ours.write(0, first);
                ours.write(122_880, second);
                assertArrayEquals(first, bytes(theirs.read(0, first.length)));
                assertArrayEquals(second, bytes(theirs.read(122_880, second.length)));
            }
        }
    }

    @Test
    void only_this_user_may_read_it_nobody_may_change_it_and_it_takes_what_was_written() throws IOException {
        try (SharedMemory ours = files("car").create(5, 1 << 28)) {
            ours.write(0, new byte[10]);
            Path file = there().get(0);
            assertEquals("r--------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            assertTrue((Long) Files.getAttribute(file, "unix:size") == 1 << 28);
        }
    }

    @Test
    void it_goes_with_its_process_and_who_reads_may_read_on() throws IOException {
        SharedMemory ours = files("car").create(5, SIZE);
        try (SharedMemory theirs = files("car").open(5, OURSELVES)) {
            ours.write(0, new byte[] {1, 2, 3});
            ours.close();
            assertEquals(List.of(), there());
            assertArrayEquals(new byte[] {1, 2, 3}, bytes(theirs.read(0, 3)));
            assertThrows(IOException.class, () -> files("car").open(5, OURSELVES));
        }
    }

    @Test
    void what_a_killed_process_left_goes_when_the_next_one_comes() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path left = Files.createFile(directory.resolve("headway-car-" + dead.pid() + "-z"));
        Path others = Files.createFile(directory.resolve("headway-bus-" + dead.pid() + "-z"));
        Path living = Files.createFile(directory.resolve("headway-car-" + OURSELVES + "-z"));
        Path something = Files.createFile(directory.resolve("headway-car-notes"));
        files("car").create(5, SIZE).close();
        assertFalse(Files.exists(left));
        assertTrue(Files.exists(others) && Files.exists(living) && Files.exists(something));
    }

    @Test
    void one_that_is_cut_short_is_an_error_and_not_the_end_of_the_reader() throws IOException {
        try (SharedMemory ours = files("car").create(5, SIZE);
                SharedMemory theirs = files("car").open(5, OURSELVES)) {
            ours.write(0, new byte[SIZE]);
            theirs.read(0, SIZE);
            Files.setPosixFilePermissions(there().get(0), PosixFilePermissions.fromString("rw-------"));
            try (FileChannel channel = FileChannel.open(there().get(0), StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            assertThrows(IOException.class, () -> theirs.read(0, SIZE));
        }
    }

    @Test
    void links_to_somewhere_else_are_not_followed() throws IOException {
        Path secret = Files.write(directory.resolve("secret"), new byte[100]);
        Files.createSymbolicLink(directory.resolve("headway-car-7-5"), secret);
        assertThrows(IOException.class, () -> files("car").open(5, 7));
    }

    @Test
    void no_memory_is_shared_where_there_is_none() {
        SharedFiles nowhere = new SharedFiles(directory.resolve("none"), "car");
        assertThrows(IOException.class, () -> nowhere.create(5, SIZE));
        assertThrows(IOException.class, () -> nowhere.open(5, OURSELVES));
    }
}
