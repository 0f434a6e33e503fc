package headway.transport.netlink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is there: the sockets of the protocol as the kernel lists them in {@code /proc/net/netlink}, readable for everybody.
 *
 * <p>While others come and go the kernel may leave one out; who must be sure that somebody is gone asks twice, in two ways.
 */
final class Census {

    private static final Path FILE = Path.of("/proc/net/netlink");

    private static final int PROTOCOL = 1;
    private static final int PORT = 2;
    private static final int GROUPS = 3;
    private static final int INODE = 9;
    private static final int COLUMNS = 10;

    /**
     * A socket.
     *
     * @param groups a bit for each of the kernel's groups it is in
     * @param inode its number; a socket that comes later has another
     */
    record Entry(int port, int groups, long inode) {}

    private Census() {}

    /**
     * The sockets whose ports may belong to links of a bus.
     *
     * @throws IOException if the kernel does not say
     */
    static List<Entry> take(Ports ports) throws IOException {
        return read(new String(Files.readAllBytes(FILE), StandardCharsets.US_ASCII), ports);
    }

    /** What the file says: a line of headings, then a line for each socket. */
    static List<Entry> read(String text, Ports ports) throws IOException {
        List<Entry> found = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] columns = line.strip().split("\\s+", COLUMNS + 1);
            try {
                if (Integer.parseInt(columns[PROTOCOL]) == headway.sys.Netlink.NETLINK_USERSOCK) {
                    int port = (int) Long.parseLong(columns[PORT]);
                    if (ports.isOurPort(port)) {
                        found.add(new Entry(
                                port, Integer.parseUnsignedInt(columns[GROUPS], 16), Long.parseLong(columns[INODE])));
                    }
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IOException("The kernel writes " + FILE + " in a way not known here: \"" + line + '"', e);
            }
        }
        return found;
    }
}
