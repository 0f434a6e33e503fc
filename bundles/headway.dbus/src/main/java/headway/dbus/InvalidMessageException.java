package headway.dbus;

/**
 * Bytes that are no valid D-Bus message: what is wrong, in one sentence, and where. Unchecked, because decoding is lazy
 * and any accessor may be the first to meet the fault; after {@link Message#validate()} none throws it any more.
 */
public final class InvalidMessageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int offset;

    /**
     * A fault and its place.
     *
     * @param what the fault, one sentence without a full stop
     * @param offset bytes from the start of the message to the fault
     */
    public InvalidMessageException(String what, int offset) {
        super(what + " (at byte " + offset + ")");
        this.offset = offset;
    }

    /** Bytes from the start of the message to the fault. */
    public int offset() {
        return offset;
    }
}
