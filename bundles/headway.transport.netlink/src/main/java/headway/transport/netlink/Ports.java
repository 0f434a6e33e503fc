package headway.transport.netlink;

import headway.transport.Address;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * How the links of one bus are numbered.
 *
 * <p>A port has 32 bits: {@code 01}, 14 bits that stand for the bus, 16 random ones. So whoever looks at all netlink ports of
 * the machine sees which may belong to the bus; the kernel itself gives out others (process ids, and negative ones). Sixteen
 * zeros are the {@link Master}'s. An address is the port and, above it, 31 random bits, so that it never comes twice although ports do.
 */
final class Ports {

    private static final int MARK = 1 << 30;
    private static final int TAG_MASK = 0x3fff;
    private static final int TAG_SHIFT = 16;
    private static final long PORT_MASK = 0xffff_ffffL;
    private static final int KERNEL_GROUPS = 32;

    private final SecureRandom random = new SecureRandom();
    private final long bus;
    private final int prefix;

    Ports(String busName) {
        bus = hash(busName);
        prefix = MARK | (((int) bus & TAG_MASK) << TAG_SHIFT);
    }

    /** FNV-1a over the bytes, then mixed: names differ in few bits only. */
    private static long hash(String name) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    private static long mix(long value) {
        long v = (value ^ (value >>> 32)) * 0xd6e8feb86659fd93L;
        v = (v ^ (v >>> 32)) * 0xd6e8feb86659fd93L;
        return v ^ (v >>> 32);
    }

    /** What stands for the bus in each datagram. */
    long bus() {
        return bus;
    }

    /** The port that stands for the bus itself; no link has it. */
    int master() {
        return prefix;
    }

    /** An address that nobody has ever had, in all likelihood; its port may be taken by another link. */
    Address draw() {
        int port = prefix | (1 + random.nextInt((1 << TAG_SHIFT) - 1));
        long life = 1L + random.nextInt(Integer.MAX_VALUE);
        return Address.of((life << Integer.SIZE) | port);
    }

    /** The port in an address. */
    static int of(Address address) {
        return of(address.value());
    }

    static int of(long address) {
        return (int) (address & PORT_MASK);
    }

    /** Whether a port may belong to a link of this bus. */
    boolean isOurPort(int port) {
        return (port & -(1 << TAG_SHIFT)) == prefix && port != prefix;
    }

    /** Whether an address may be one of a link of this bus. */
    boolean isOurs(long address) {
        return address >>> Integer.SIZE != 0 && address > 0 && isOurPort(of(address));
    }

    /** The kernel's group, 1 to 32, that carries what is sent to a group of this bus; others may share it. */
    int kernelGroup(long group) {
        return 1 + (int) Long.remainderUnsigned(mix(bus ^ group), KERNEL_GROUPS);
    }

    /** The bit of a kernel's group in an address and in the census. */
    static int mask(int kernelGroup) {
        return 1 << (kernelGroup - 1);
    }
}
