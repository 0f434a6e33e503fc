package headway.bench;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Predicate;

/** Files of Linux' {@code /proc}. */
final class Proc {

    /** What the kernel tells programs in: USER_HZ, 100 on all machines we know. */
    static final int TICKS_A_SECOND = 100;

    private Proc() {}

    /**
     * The value of a line {@code key: value} of a file.
     *
     * @return empty if there is no such file or line
     */
    static String value(Path file, String key) {
        try {
            for (String line : Files.readAllLines(file)) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
                    return line.substring(colon + 1).strip();
                }
            }
        } catch (IOException e) {
            return "";
        }
        return "";
    }

    /** CPU time of a process in ticks; 0 if it has ended. */
    static long ticks(long pid) throws IOException {
        return ticks(Path.of("/proc", Long.toString(pid), "stat"), any -> true);
    }

    /** CPU time of those threads of a process that have such a name, in ticks; 0 if it has ended. */
    static long ticks(long pid, Predicate<String> names) throws IOException {
        long sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                sum += ticks(thread.resolve("stat"), names);
            }
        } catch (NoSuchFileException | DirectoryIteratorException e) {
            return sum;
        }
        return sum;
    }

    /** Fields 14 and 15 of a stat, see proc(5). */
    private static long ticks(Path file, Predicate<String> names) throws IOException {
        String stat;
        try {
            stat = Files.readString(file);
        } catch (IOException e) {
            // It has ended: there is no such file, or no such process any more.
            return 0;
        }
        // The second field is the name in brackets, which may have blanks.
        int end = stat.lastIndexOf(')');
        if (!names.test(stat.substring(stat.indexOf('(') + 1, end))) {
            return 0;
        }
        String[] fields = stat.substring(end + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /** A number of kilobytes that the kernel knows of a process. */
    static long kilobytes(long pid, String file, String key) throws IOException {
        String value = value(Path.of("/proc", Long.toString(pid), file), key);
        if (!value.endsWith(" kB")) {
            throw new IOException("/proc/" + pid + "/" + file + " has no " + key);
        }
        return Long.parseLong(value.substring(0, value.length() - " kB".length()));
    }
}
