package headway.core;

/**
 * A frame for several sessions at once, sent to a group: one header, an envelope for each session, and the messages, which are
 * the same for all. In its envelope each receiver finds what an ordinary frame's header says, and {@linkplain #open opened}
 * it is one.
 *
 * <p>This is the one statement of the layout behind the header, whose sequence is the number of envelopes and whose epochs and
 * ack are 0. All numbers are little-endian; an envelope is 32 bytes:
 *
 * <pre>
 *  0  u64  receiver    whom it is for: the receiver's incarnation
 *  8  u32  epoch       as in {@link Frame}, and so are the others
 * 12  u32  peer epoch
 * 16  u64  sequence
 * 24  u64  ack
 * </pre>
 *
 * The first message begins behind the last envelope.
 */
final class GroupFrame {

    /** So many sessions one frame is for at most. */
    static final int MOST = 64;

    /** What {@link #open} says of a frame that is for others only. */
    static final int NOT_OURS = -1;

    /** What {@link #open} says of a frame whose envelopes cannot be. */
    static final int MALFORMED = -2;

    private static final int ENVELOPE = 32;
    private static final int EPOCH = 8;
    private static final int PEER_EPOCH = 12;
    private static final int SEQUENCE = 16;
    private static final int ACK = 24;

    private GroupFrame() {}

    /** Where the messages begin in a frame with so many envelopes. */
    static int payload(int envelopes) {
        return Frame.HEADER + envelopes * ENVELOPE;
    }

    /** Writes the header. */
    static void writeHeader(byte[] a, int length, long session, int envelopes) {
        Frame.writeHeader(a, 0, Frame.Kind.GROUP, 0, length, session, 0, 0, envelopes, 0);
    }

    /** Writes one envelope. */
    static void writeEnvelope(byte[] a, int index, long receiver, int epoch, int peerEpoch, long sequence, long ack) {
        int at = payload(index);
        Bytes.putLong(a, at, receiver);
        Bytes.putInt(a, at + EPOCH, epoch);
        Bytes.putInt(a, at + PEER_EPOCH, peerEpoch);
        Bytes.putLong(a, at + SEQUENCE, sequence);
        Bytes.putLong(a, at + ACK, ack);
    }

    /**
     * Makes the ordinary frame of one receiver of a checked frame: its header is written over the envelopes, before the
     * messages, where the frame goes on to its end.
     *
     * @return where it begins now, or {@link #NOT_OURS}, or {@link #MALFORMED}
     */
    static int open(byte[] a, int at, int length, long receiver) {
        long envelopes = Frame.sequence(a, at);
        if (envelopes < 1 || envelopes > MOST || payload((int) envelopes) >= length) {
            return MALFORMED;
        }
        int end = at + payload((int) envelopes);
        int ours = NOT_OURS;
        for (int each = at + Frame.HEADER; each < end; each += ENVELOPE) {
            if (Bytes.getLong(a, each) == receiver) {
                if (ours >= 0) {
                    return MALFORMED;
                }
                ours = each;
            }
        }
        if (ours < 0) {
            return NOT_OURS;
        }
        long session = Frame.session(a, at);
        int epoch = Bytes.getInt(a, ours + EPOCH);
        int peerEpoch = Bytes.getInt(a, ours + PEER_EPOCH);
        long sequence = Bytes.getLong(a, ours + SEQUENCE);
        long ack = Bytes.getLong(a, ours + ACK);
        int start = end - Frame.HEADER;
        Frame.writeHeader(a, start, Frame.Kind.DATA, 0, at + length - start, session, epoch, peerEpoch, sequence, ack);
        return start;
    }
}
