package headway.transport.afbus;

import headway.sys.Afbus;
import headway.sys.Afbus.BusMeta;
import headway.transport.Address;
import headway.transport.Credentials;
import java.nio.ByteBuffer;

/** Another link of the bus, to which or from which something went. */
final class Peer extends Destination {

    /** A frame was sent there; guarded by {@link Outgoing}. */
    boolean reached;
    /** A frame came from it; set by {@link Peers}, belongs to who receives. */
    boolean heard;

    /** Who the kernel said it was, with its last frame; belongs to who receives. */
    private Credentials credentials = Credentials.NONE;

    Peer(Address address) {
        super(address, Afbus.BUS_WAIT);
    }

    /**
     * Who the kernel says has sent a frame: the same object as long as that is the same.
     *
     * @param memory where control data is
     * @param meta where in it the {@code struct bus_meta} is
     * @param label where in it the security label is
     * @param length of the label, 0 if there is none
     */
    Credentials credentials(ByteBuffer memory, int meta, int label, int length) {
        int pid = memory.getInt(meta + BusMeta.PID);
        long sender = pid == 0 ? Credentials.UNKNOWN : Integer.toUnsignedLong(pid);
        long uid = Integer.toUnsignedLong(memory.getInt(meta + BusMeta.UID));
        long gid = Integer.toUnsignedLong(memory.getInt(meta + BusMeta.GID));
        Credentials known = credentials;
        if (known.pid() != sender
                || known.uid() != uid
                || known.gid() != gid
                || !isLabel(known.label(), memory, label, length)) {
            // A process may become another user, or hand its socket to another process.
            known = new Credentials(sender, uid, gid, text(memory, label, length));
            credentials = known;
        }
        return known;
    }

    private static boolean isLabel(String text, ByteBuffer memory, int label, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != (memory.get(label + i) & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** Labels are ASCII; a byte that is not stands for itself. */
    private static String text(ByteBuffer memory, int label, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) (memory.get(label + i) & 0xff));
        }
        return text.toString();
    }
}
