package headway.gateway;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * How one bus is set up.
 *
 * @param guid what its addresses and GetId say: 32 hexadecimal digits
 * @param uniquePrefix what unique names begin with, up to their number
 * @param anonymous whether somebody may connect who does not say who it is
 * @param anyUser whether other users than the one it runs as (and root) may connect
 * @param uid the user it runs as, or {@link Identity#UNKNOWN}
 * @param limits what each user may take
 */
record BusSettings(String guid, String uniquePrefix, boolean anonymous, boolean anyUser, long uid, Limits limits) {

    static String newGuid() {
        byte[] bytes = new byte[12];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes) + HexFormat.of().toHexDigits((int) (System.currentTimeMillis() / 1000));
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
