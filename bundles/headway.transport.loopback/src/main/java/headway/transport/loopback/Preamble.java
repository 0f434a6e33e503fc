package headway.transport.loopback;

import headway.transport.Address;
import headway.transport.loopback.BrokenStreamException.Cause;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first sixteen bytes of a connection: who connects, and in which version of the format.
 *
 * <pre>
 * offset  size
 *      0     4  "HDWY"
 *      4     2  version, little-endian
 *      6     2  zero
 *      8     8  address of the link that connects, little-endian
 * </pre>
 *
 * Then follow frames, each behind its length in four bytes, little-endian.
 */
final class Preamble {

    static final int BYTES = 16;
    static final int VERSION = 1;

    private static final int MAGIC = 'H' | ('D' << 8) | ('W' << 16) | ('Y' << 24);

    private Preamble() {}

    /** The preamble of a connection from that address. */
    static ByteBuffer of(Address from) {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putShort((short) VERSION)
                .putShort((short) 0)
                .putLong(from.value())
                .flip();
    }

    /** Reads the preamble at the position of a little-endian buffer that has at least {@link #BYTES}. */
    static Address read(ByteBuffer in) throws BrokenStreamException {
        int magic = in.getInt();
        if (magic != MAGIC) {
            throw new BrokenStreamException(
                    Cause.NOT_HEADWAY,
                    String.format(
                            "it starts with the bytes %08x and not with HDWY (%08x)",
                            Integer.reverseBytes(magic), Integer.reverseBytes(MAGIC)));
        }
        int version = Short.toUnsignedInt(in.getShort());
        int zero = in.getShort();
        if (version != VERSION || zero != 0) {
            throw new BrokenStreamException(
                    Cause.WRONG_VERSION,
                    "it speaks version " + version + " of the format (reserved field " + zero + "), this link speaks "
                            + VERSION);
        }
        long address = in.getLong();
        if (address <= 0) {
            throw new BrokenStreamException(
                    Cause.BAD_ADDRESS, String.format("%016x at offset 8 is not the address of a link", address));
        }
        return Address.of(address);
    }
}
