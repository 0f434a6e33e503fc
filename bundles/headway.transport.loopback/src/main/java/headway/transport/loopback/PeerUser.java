package headway.transport.loopback;

import headway.transport.Credentials;
import java.io.IOException;
import java.nio.channels.NetworkChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Who the kernel says connected (SO_PEERCRED).
 *
 * <p>The JDK gives principals, not numbers, and no process id. The numbers come from a file that belongs to the same
 * principal: equal principals have equal ids.
 */
final class PeerUser {

    private PeerUser() {}

    /** Whether this Java runtime can ask the kernel; without {@code jdk.net} it cannot. */
    static boolean askable(NetworkChannel channel) {
        try {
            return channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED);
        } catch (LinkageError e) {
            return false;
        }
    }

    /**
     * The credentials of whoever connected.
     *
     * @param channel an accepted connection
     * @param voucher a file that the one who connected should own
     * @return the credentials, or null if the voucher belongs to somebody else
     * @throws NoSuchFileException if there is no such file
     */
    static Credentials owning(NetworkChannel channel, Path voucher) throws IOException {
        UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
        Map<String, Object> file = Files.readAttributes(voucher, "unix:uid,gid,owner,group", LinkOption.NOFOLLOW_LINKS);
        if (!peer.user().equals(file.get("owner"))) {
            return null;
        }
        long uid = Integer.toUnsignedLong((Integer) file.get("uid"));
        // A directory with the set-group-id bit gives its files another group: then the number is not known.
        long gid = peer.group().equals(file.get("group"))
                ? Integer.toUnsignedLong((Integer) file.get("gid"))
                : Credentials.UNKNOWN;
        return new Credentials(Credentials.UNKNOWN, uid, gid, "");
    }

    /** The name of the user who connected, for people. */
    static String name(NetworkChannel channel) {
        try {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        } catch (IOException | LinkageError e) {
            return "unknown";
        }
    }
}
