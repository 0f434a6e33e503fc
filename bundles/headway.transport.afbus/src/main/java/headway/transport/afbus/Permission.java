package headway.transport.afbus;

import java.io.IOException;
import java.util.Set;

/**
 * Who may use a bus that this process opens first, and whose buses it joins. The kernel enforces the one; the other is ours to
 * see to, because whoever opens a bus first says who else may send there.
 *
 * @param mode nine bits as for a file: write to send, read to hear
 * @param group the group the mode speaks of; {@link #OWN} for the process's own
 * @param owners users whose buses are joined beside those of this user and root
 */
record Permission(int mode, int group, Set<Long> owners) {

    /** This process's own group. */
    static final int OWN = -1;

    /** What is true where nobody says anything: this user alone. */
    static final Permission PRIVATE = new Permission(0600, OWN, Set.of());

    private static final int MOST = 0777;
    private static final long LARGEST_GROUP = 0xffff_fffeL;

    /**
     * From settings.
     *
     * @param mode octal digits
     * @param group a number, or -1
     * @throws IOException what is wrong with them; a sentence for people
     */
    static Permission of(String mode, long group, Set<Long> owners) throws IOException {
        int bits;
        try {
            bits = Integer.parseInt(mode.strip(), 8);
        } catch (NumberFormatException e) {
            bits = -1;
        }
        if (bits < 0 || bits > MOST) {
            throw new IOException(
                    "The setting mode is three octal digits as for a file, such as 660, not \"" + mode + "\".");
        }
        if (group < OWN || group > LARGEST_GROUP) {
            throw new IOException("The setting group is the number of a group, or -1, not " + group + ".");
        }
        return new Permission(bits, (int) group, Set.copyOf(owners));
    }

    /** Whether a bus of that user is joined. */
    boolean trusts(long owner, long self) {
        return owner == self || owner == 0 || owners.contains(owner);
    }
}
