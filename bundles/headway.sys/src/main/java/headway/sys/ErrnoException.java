package headway.sys;

import java.io.IOException;

/** A system call failed in a way its caller did not foresee. */
public final class ErrnoException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * A failure, told as "bind: Address already in use (EADDRINUSE)".
     *
     * @param call what was called
     * @param errno positive
     */
    public ErrnoException(String call, int errno) {
        super(call + ": " + Errno.strerror(errno) + " (" + Errno.name(errno) + ")");
        this.errno = errno;
    }

    /** The error, one of {@link Errno}. */
    public int errno() {
        return errno;
    }
}
