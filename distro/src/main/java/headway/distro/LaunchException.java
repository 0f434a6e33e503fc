package headway.distro;

/** Why a node could not start, in words for the person who started it, and the exit code that says so to a script. */
final class LaunchException extends Exception {

    /** What was asked for makes no sense: a flag, a settings file. */
    static final int USAGE = 2;

    /** This installation is broken: a file is missing, a bundle does not start. */
    static final int BROKEN = 4;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    LaunchException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
