package headway.transport;

/**
 * Who the kernel says is at the other end.
 *
 * @param pid process id, or {@link #UNKNOWN} where the medium cannot vouch for it
 * @param uid user id, or {@link #UNKNOWN}
 * @param gid group id, or {@link #UNKNOWN}
 * @param label security label (SELinux, Smack, AppArmor), empty where there is none
 */
public record Credentials(long pid, long uid, long gid, String label) {

    /** Stands for an id that the medium cannot vouch for. */
    public static final long UNKNOWN = -1;

    /** Nothing is known. */
    public static final Credentials NONE = new Credentials(UNKNOWN, UNKNOWN, UNKNOWN, "");
}
