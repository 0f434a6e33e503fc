package headway.gateway;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * How one bus is set up.
 *
 * @param guid what its addresses and GetId say: 32 hexadecimal digits
 * @param uniquePrefix what unique names begin with, up to their number
 * @param anonymous whether somebody may connect who does not say who it is
 * @param anyUser whether other users than the one it runs as (and root) may connect
 * @param uid the user it runs as, or {@link Identity#UNKNOWN}
 * @param services directories with descriptions of services that can be started, the first that knows a name counts
 * @param limits what each user may take
 */
record BusSettings(
        String guid,
        String uniquePrefix,
        boolean anonymous,
        boolean anyUser,
        long uid,
        List<Path> services,
        Limits limits) {

    private static final SecureRandom RANDOM = new SecureRandom();

    static String newGuid() {
        return random(12) + HexFormat.of().toHexDigits((int) (System.currentTimeMillis() / 1000));
    }

    /** So many bytes that nobody can guess, as hexadecimal digits. */
    static String random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether this user may connect. */
    boolean admits(Identity identity) {
        return anyUser || privileged(identity);
    }

    /** Whether this user may do what is for the bus's own user: monitor, change the environment of services. */
    boolean privileged(Identity identity) {
        return identity != null && identity.uid() >= 0 && (identity.uid() == uid || identity.uid() == 0);
    }
}
