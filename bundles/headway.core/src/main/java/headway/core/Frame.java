package headway.core;

/**
 * What travels over a link: a fixed header and, after it, whole D-Bus messages, one piece of a large one, or where one lies.
 *
 * <p>This is the one statement of the wire layout. All numbers are little-endian; the header is 40 bytes:
 *
 * <pre>
 *  0  u8   magic 'H'
 *  1  u8   version
 *  2  u8   kind
 *  3  u8   flags       ({@link #PIECE}, {@link #LAST}, {@link #SHELVED})
 *  4  u32  length      of the whole frame, this header included
 *  8  u64  session     the sender's incarnation: a random number that a reborn process never repeats
 * 16  u32  epoch       which of the sender's sessions with this receiver it is: from 1, a later one is higher
 * 20  u32  peer epoch  which of the receiver's sessions with the sender it answers; 0 in a HELLO that knows of none
 * 24  u64  sequence    DATA: this frame's number, from 1; MARKER, PROBE: the highest number sent; RESEND: the first missing;
 *                      ACK: the highest number up to which nothing is read on the receiver's shelf any more, at most its ack;
 *                      GROUP: how many envelopes follow; CHECK, CHECKED: any number
 * 32  u64  ack         the highest number received in order from the receiver of this frame
 * 40  ...  payload     messages, each starting at a multiple of 8
 * </pre>
 *
 * <p>The payload of a {@link #SHELVED} frame is 16 bytes: where the message lies in the sender's shared memory, and how long it is;
 * see {@link Shelf}.
 */
final class Frame {

    static final byte MAGIC = 'H';
    static final byte VERSION = 1;
    static final int HEADER = 40;
    /** The largest frame; every link takes it. Large enough that the cost of sending it vanishes among its messages. */
    static final int MAX = 1 << 16;

    /** Flag of DATA: the payload is one piece of a message larger than a frame. */
    static final byte PIECE = 1;
    /** Flag of DATA: this is the last piece. */
    static final byte LAST = 2;
    /** Flag of DATA: the payload says where one large message lies. */
    static final byte SHELVED = 4;

    /** What a shelved message takes in its frame. */
    static final int REFERENCE = 16;

    private static final int KIND = 2;
    private static final int FLAGS = 3;
    private static final int LENGTH = 4;
    private static final int SESSION = 8;
    private static final int EPOCH = 16;
    private static final int PEER_EPOCH = 20;
    private static final int SEQUENCE = 24;
    private static final int ACK = 32;

    private static final Kind[] KINDS = Kind.values();

    /** What a frame is for. The order is the wire's. */
    enum Kind {
        NONE,
        /** "Here I am": one Hello message; says nothing of sequences. To everybody it has no epoch. */
        HELLO,
        /** Messages, numbered. */
        DATA,
        /** Only the ack counts. */
        ACK,
        /** Please send again from that number on. */
        RESEND,
        /** Please say what you have: answered with ACK. */
        PROBE,
        /** The last frame on this link: what follows comes over another, or the link is closed now. */
        MARKER,
        /** "I am leaving": the node closed in good order. */
        BYE,
        /** "I do not know your session" of that peer epoch: the receiver must begin anew. */
        UNKNOWN_SESSION,
        /** DATA for several sessions at once; see {@link GroupFrame}. */
        GROUP,
        /** "Please answer with this number over the link on which it came." */
        CHECK,
        /** The answer to a CHECK. */
        CHECKED
    }

    private Frame() {}

    @SuppressWarnings("EnumOrdinal") // the order of the kinds is the wire's
    static void writeHeader(
            byte[] a,
            int at,
            Kind kind,
            int flags,
            int length,
            long session,
            int epoch,
            int peerEpoch,
            long sequence,
            long ack) {
        a[at] = MAGIC;
        a[at + 1] = VERSION;
        a[at + KIND] = (byte) kind.ordinal();
        a[at + FLAGS] = (byte) flags;
        Bytes.putInt(a, at + LENGTH, length);
        Bytes.putLong(a, at + SESSION, session);
        Bytes.putInt(a, at + EPOCH, epoch);
        Bytes.putInt(a, at + PEER_EPOCH, peerEpoch);
        Bytes.putLong(a, at + SEQUENCE, sequence);
        Bytes.putLong(a, at + ACK, ack);
    }

    /** What is known only when a frame is sent, and may be another when it is sent again. */
    static void patch(byte[] a, int at, int peerEpoch, long ack) {
        Bytes.putInt(a, at + PEER_EPOCH, peerEpoch);
        Bytes.putLong(a, at + ACK, ack);
    }

    /** Why the bytes are not a frame of ours, or null if they are. */
    static String check(byte[] a, int at, int size) {
        if (size < HEADER) {
            return "truncated header";
        }
        if (a[at] != MAGIC) {
            return "wrong magic";
        }
        if (a[at + 1] != VERSION) {
            return "wrong version";
        }
        int kind = a[at + KIND];
        if (kind <= 0 || kind >= KINDS.length) {
            return "unknown kind";
        }
        int flags = a[at + FLAGS];
        boolean known = flags == 0 || flags == PIECE || flags == (PIECE | LAST) || flags == SHELVED;
        if (!known || (flags != 0 && KINDS[kind] != Kind.DATA)) {
            return "unknown flags";
        }
        if (Bytes.getInt(a, at + LENGTH) != size) {
            return "truncated frame";
        }
        if (flags == SHELVED && size != HEADER + REFERENCE) {
            return "no reference to a shelf";
        }
        if (Bytes.getLong(a, at + SESSION) == 0) {
            return "no session";
        }
        return null;
    }

    static Kind kind(byte[] a, int at) {
        return KINDS[a[at + KIND]];
    }

    static int flags(byte[] a, int at) {
        return a[at + FLAGS];
    }

    static int length(byte[] a, int at) {
        return Bytes.getInt(a, at + LENGTH);
    }

    static long session(byte[] a, int at) {
        return Bytes.getLong(a, at + SESSION);
    }

    static int epoch(byte[] a, int at) {
        return Bytes.getInt(a, at + EPOCH);
    }

    static int peerEpoch(byte[] a, int at) {
        return Bytes.getInt(a, at + PEER_EPOCH);
    }

    static long sequence(byte[] a, int at) {
        return Bytes.getLong(a, at + SEQUENCE);
    }

    static long ack(byte[] a, int at) {
        return Bytes.getLong(a, at + ACK);
    }
}
