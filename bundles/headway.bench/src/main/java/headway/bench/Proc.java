package headway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of Linux' {@code /proc}. */
final class Proc {

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

    /** A number of kilobytes that the kernel knows of a process. */
    static long kilobytes(long pid, String file, String key) throws IOException {
        String value = value(Path.of("/proc", Long.toString(pid), file), key);
        if (!value.endsWith(" kB")) {
            throw new IOException("/proc/" + pid + "/" + file + " has no " + key);
        }
        return Long.parseLong(value.substring(0, value.length() - " kB".length()));
    }
}
