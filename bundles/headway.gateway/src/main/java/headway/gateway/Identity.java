package headway.gateway;

import java.util.List;

/**
 * Who the kernel says is at the other end of a socket.
 *
 * @param pid process id when it connected, or {@link #UNKNOWN}
 * @param uid user id, or {@link #UNKNOWN}
 * @param groups group ids, the primary one first; null if unknown
 * @param label the security label, its bytes as characters; null if there is none
 */
record Identity(long pid, long uid, List<Long> groups, String label) {

    static final long UNKNOWN = -1;

    /** Somebody of whom nothing is known. */
    static final Identity NOBODY = new Identity(UNKNOWN, UNKNOWN, null, null);
}
