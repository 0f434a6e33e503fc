package headway.gateway;

/**
 * Who the kernel says is at the other end of a socket.
 *
 * @param pid process id when it connected, or {@link #UNKNOWN}
 * @param uid user id, or {@link #UNKNOWN}
 * @param groups group ids, the primary one first; null if unknown
 * @param label the security label, without a NUL at the end; null if there is none
 */
record Identity(long pid, long uid, long[] groups, byte[] label) {

    static final long UNKNOWN = -1;
}
