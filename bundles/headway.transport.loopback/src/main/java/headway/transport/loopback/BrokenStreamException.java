package headway.transport.loopback;

import java.io.IOException;

/** A connection that did not keep to the format: what was wrong, and where. It is closed; nobody else is disturbed. */
final class BrokenStreamException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What can be wrong with a connection. */
    enum Cause {
        /** It does not start as connections of this transport do. */
        NOT_HEADWAY,
        /** It speaks another version of the format. */
        WRONG_VERSION,
        /** It names an address that no link can have. */
        BAD_ADDRESS,
        /** It names an address that does not belong to the user at the other end. */
        FORGED,
        /** It names an address that is connected already. */
        TWICE,
        /** A frame of no bytes. */
        EMPTY_FRAME,
        /** A frame larger than the mtu. */
        OVERSIZE_FRAME,
        /** It ended within a frame. */
        TRUNCATED,
    }

    private final Cause cause;

    BrokenStreamException(Cause cause, String message) {
        super(message);
        this.cause = cause;
    }

    Cause what() {
        return cause;
    }
}
