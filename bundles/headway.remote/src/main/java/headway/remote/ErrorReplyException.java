package headway.remote;

/**
 * The other side answered a call with an error, and the method declares no exception of that name. (That there was no answer at
 * all is a {@link org.osgi.framework.ServiceException} of type {@code REMOTE}.) A service may throw it too, to answer with that
 * error.
 */
public final class ErrorReplyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String errorName;
    private final String text;

    /**
     * An answer that is an error.
     *
     * @param errorName a D-Bus error name
     * @param text for people
     */
    public ErrorReplyException(String errorName, String text) {
        super(errorName + ": " + text);
        this.errorName = errorName;
        this.text = text;
    }

    /** The D-Bus error name. */
    public String errorName() {
        return errorName;
    }

    /** The text for people, without the name. */
    public String text() {
        return text;
    }
}
