package headway.transport.afbus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who is there: the members of all buses as the kernel lists them in {@code /proc/net/af_bus}, readable for everybody.
 *
 * <p>Needed only after messages were lost: one of them may have said that somebody is gone.
 */
final class Census {

    private static final Path FILE = Path.of("/proc/net/af_bus");

    private static final int HEXADECIMAL = 16;

    private Census() {}

    /**
     * The addresses of all members, which are unique among all buses.
     *
     * @throws IOException if the kernel does not say
     */
    static Set<Long> take() throws IOException {
        return read(new String(Files.readAllBytes(FILE), StandardCharsets.US_ASCII));
    }

    /** What the file says: a line of headings, then a line for each member, its address first. */
    static Set<Long> read(String text) throws IOException {
        Set<Long> found = new HashSet<>();
        List<String> lines = text.lines().toList();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            try {
                found.add(Long.parseUnsignedLong(line.strip().split("\\s+", 2)[0], HEXADECIMAL));
            } catch (NumberFormatException e) {
                throw new IOException("The kernel writes " + FILE + " in a way not known here: \"" + line + '"', e);
            }
        }
        return found;
    }
}
