package headway.transport;

/**
 * Where a frame goes or comes from: 64 bits on a link, the top bit says group.
 *
 * @param value the bits; 0 is nobody
 */
public record Address(long value) implements Comparable<Address> {

    private static final long GROUP_BIT = 1L << 63;

    /** The group every link of a bus is a member of. */
    public static final Address EVERYONE = new Address(-1L);

    /** The address of one link, from its 63 bits. */
    public static Address of(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("The address of a link is positive, not " + value);
        }
        return new Address(value);
    }

    /** The address of a group, from the 63 bits that name it; the top bit is set here. */
    public static Address group(long id) {
        return new Address(id | GROUP_BIT);
    }

    /** Whether this names a group of links rather than one. */
    public boolean isGroup() {
        return value < 0;
    }

    @Override
    public int compareTo(Address other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** Sixteen hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x", value);
    }
}
