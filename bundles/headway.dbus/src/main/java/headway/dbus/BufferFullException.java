package headway.dbus;

/**
 * The array a {@link MessageWriter} was given has no room for what is written: an expected outcome, so there is one
 * instance, without a stack trace. What was written of the message so far is worthless; flush and write it again
 * elsewhere.
 */
public final class BufferFullException extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("StaticAssignmentOfThrowable") // it carries nothing that differs from one throw to the next
    static final BufferFullException INSTANCE = new BufferFullException();

    private BufferFullException() {
        super("no room left in the array given for the message", null, false, false);
    }
}
