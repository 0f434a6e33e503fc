package headway.transport.netlink;

import headway.transport.Address;
import java.nio.ByteBuffer;

/**
 * What one datagram begins with: a netlink header, as tools expect it, and who sends how much of what to whom. All
 * little-endian.
 *
 * <pre>
 * offset  size
 *      0     4  nlmsg_len: all bytes of the datagram
 *      4     2  nlmsg_type: 0x4857, "WH"
 *      6     2  nlmsg_flags: 0
 *      8     4  nlmsg_seq: 0
 *     12     4  nlmsg_pid: port of the sender
 *     16     2  version
 *     18     2  kind
 *     20     4  zero
 *     24     8  bus: a hash of its name
 *     32     8  from: address of the sender; its lower half is the port
 *     40     8  to: address of a link or group, or everyone
 *     48     4  total: length of the frame that this is a piece of
 *     52     4  offset: where in that frame this piece begins
 *     56        the piece
 * </pre>
 */
final class Datagram {

    static final int HEADER = 56;
    static final int VERSION = 1;

    /** A piece of a frame. */
    static final int FRAME = 1;
    /** The sender closes its link; nothing follows. */
    static final int BYE = 2;
    /** Asks nothing and says nothing; that it could be sent is the answer. */
    static final int PROBE = 3;
    /** A link's note to itself: what it received before it had arrived before. */
    static final int NOTE = 4;

    private static final short TYPE = 0x4857;
    private static final int LENGTH_AT = 0;
    private static final int TYPE_AT = 4;
    private static final int SEQUENCE_AT = 8;
    private static final int PORT_AT = 12;
    private static final int VERSION_AT = 16;
    private static final int KIND_AT = 18;
    private static final int ZERO_AT = 20;
    private static final int BUS_AT = 24;
    private static final int FROM_AT = 32;
    private static final int TO_AT = 40;
    private static final int TOTAL_AT = 48;
    private static final int OFFSET_AT = 52;

    private Datagram() {}

    /** Writes a header; the piece behind it is the caller's affair. */
    static void write(
            ByteBuffer out, int at, int piece, int kind, long bus, Address from, long to, int total, int offset) {
        out.putInt(at + LENGTH_AT, HEADER + piece);
        // The flags are zero.
        out.putInt(at + TYPE_AT, TYPE);
        out.putInt(at + SEQUENCE_AT, 0);
        out.putInt(at + PORT_AT, Ports.of(from));
        out.putShort(at + VERSION_AT, (short) VERSION);
        out.putShort(at + KIND_AT, (short) kind);
        out.putInt(at + ZERO_AT, 0);
        out.putLong(at + BUS_AT, bus);
        out.putLong(at + FROM_AT, from.value());
        out.putLong(at + TO_AT, to);
        out.putInt(at + TOTAL_AT, total);
        out.putInt(at + OFFSET_AT, offset);
    }

    /**
     * Looks whether some bytes are a datagram of this transport.
     *
     * @param in little-endian
     * @param length how many bytes there are
     * @return what is wrong with them, or null
     */
    static Refusal examine(ByteBuffer in, int at, int length) {
        if (length < HEADER || in.getInt(at + TYPE_AT) != TYPE || in.getInt(at + ZERO_AT) != 0) {
            return Refusal.NOT_HEADWAY;
        }
        if (in.getShort(at + VERSION_AT) != VERSION) {
            return Refusal.WRONG_VERSION;
        }
        if (in.getInt(at + LENGTH_AT) != length) {
            return Refusal.TRUNCATED;
        }
        return null;
    }

    static int port(ByteBuffer in, int at) {
        return in.getInt(at + PORT_AT);
    }

    static int kind(ByteBuffer in, int at) {
        return in.getShort(at + KIND_AT);
    }

    static long bus(ByteBuffer in, int at) {
        return in.getLong(at + BUS_AT);
    }

    static long from(ByteBuffer in, int at) {
        return in.getLong(at + FROM_AT);
    }

    static long to(ByteBuffer in, int at) {
        return in.getLong(at + TO_AT);
    }

    static int total(ByteBuffer in, int at) {
        return in.getInt(at + TOTAL_AT);
    }

    static int offset(ByteBuffer in, int at) {
        return in.getInt(at + OFFSET_AT);
    }
}
