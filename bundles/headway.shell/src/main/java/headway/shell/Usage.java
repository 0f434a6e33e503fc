package headway.shell;

import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import joptsimple.BuiltinHelpFormatter;
import joptsimple.OptionParser;
import joptsimple.OptionSet;

/** One command's flags and its help. */
final class Usage {

    private final String synopsis;
    private final String text;

    /** Where a command declares its flags. */
    final OptionParser flags = new OptionParser(false);

    /**
     * @param synopsis such as {@code publish TOPIC JSON}
     * @param text what it does, with an example
     */
    Usage(String synopsis, String text) {
        this.synopsis = synopsis;
        this.text = text;
        flags.accepts("json", "print JSON, for scripts");
        flags.acceptsAll(List.of("h", "help"), "print this").forHelp();
        flags.formatHelpWith(new BuiltinHelpFormatter(100, 2));
    }

    /** The parsed arguments, or null if they asked for the help, which has then been printed. */
    OptionSet parse(List<String> arguments, PrintStream out) {
        OptionSet options = flags.parse(arguments.toArray(String[]::new));
        if (!options.has("help")) {
            return options;
        }
        StringWriter table = new StringWriter();
        try {
            flags.printHelpOn(table);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        out.println("Usage: headway " + synopsis + "\n\n" + text.strip() + "\n\n"
                + table.toString().strip() + "\n\n" + Exit.HELP);
        return null;
    }

    /** The plain arguments, exactly or at least so many. */
    static List<String> plain(OptionSet options, int atLeast, int atMost, String what) {
        List<String> plain =
                options.nonOptionArguments().stream().map(String::valueOf).toList();
        if (plain.size() < atLeast || plain.size() > atMost) {
            throw new IllegalArgumentException(
                    "It takes " + what + ", and got " + plain.size() + " arguments; --help tells more");
        }
        return plain;
    }
}
