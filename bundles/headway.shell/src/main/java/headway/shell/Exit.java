package headway.shell;

/** The exit codes, the same for every command. */
final class Exit {

    /** Done. */
    static final int OK = 0;

    /** It was tried and did not succeed. */
    static final int FAILED = 1;

    /** What was asked for makes no sense. */
    static final int USAGE = 2;

    /** The bus cannot be reached. */
    static final int NO_BUS = 3;

    /** As {@code --help} shows them. */
    static final String HELP = """
            Exit codes: 0 done, 1 it did not succeed, 2 wrong arguments or input, 3 the bus cannot be reached,
            4 this installation is broken""";

    private Exit() {}
}
