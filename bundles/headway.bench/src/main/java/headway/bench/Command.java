package headway.bench;

import java.io.IOException;
import java.nio.file.FileSystemException;
import joptsimple.OptionException;
import joptsimple.OptionParser;
import joptsimple.OptionSet;

/**
 * A program of the bench for people: its flags, its help, its exit codes. 0: it was measured; 1: it could not be, or not to the
 * end, or a message was lost; 2: wrong usage.
 */
abstract class Command {

    /** What was asked for. */
    interface Work {

        /** Does it; returns the exit code. */
        int run() throws IOException, InterruptedException;
    }

    /** The flags; a command adds its own. */
    final OptionParser parser = new OptionParser();

    /** What it is for, before its flags. */
    abstract String introduction();

    /** What more there is to say, behind its flags. */
    String more() {
        return "";
    }

    /**
     * Understands what is asked for.
     *
     * @throws IllegalArgumentException with a sentence for people
     */
    abstract Work understand(OptionSet options);

    /** Returns the exit code. */
    final int run(String... args) throws InterruptedException {
        parser.accepts("help", "this text").forHelp();
        try {
            OptionSet options;
            Work work;
            try {
                options = parser.parse(args);
                if (!options.nonOptionArguments().isEmpty()) {
                    throw new IllegalArgumentException(options.nonOptionArguments() + " says nothing");
                }
                work = options.has("help") ? this::help : understand(options);
            } catch (OptionException | IllegalArgumentException e) {
                System.err.println("headway.bench: " + e.getMessage() + "; try --help");
                return 2;
            }
            return work.run();
        } catch (FileSystemException e) {
            // Its message is the file alone.
            System.err.println("headway.bench: " + e);
            return 1;
        } catch (IOException e) {
            System.err.println("headway.bench: " + e.getMessage());
            return 1;
        }
    }

    private int help() throws IOException {
        System.out.println(introduction());
        parser.printHelpOn(System.out);
        System.out.print(more());
        return 0;
    }
}
