package headway.gateway;

import java.nio.file.Files;
import java.nio.file.Path;

/** Programs of others that tests start. */
final class Programs {

    private Programs() {}

    /** Whether a program is installed. */
    static boolean has(String program) {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
