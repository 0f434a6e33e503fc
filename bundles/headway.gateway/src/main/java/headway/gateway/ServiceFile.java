package headway.gateway;

import headway.dbus.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a service is started (D-Bus specification, "Message Bus Starting Services").
 *
 * @param name the well-known name that it will have
 * @param command the program and its arguments
 */
record ServiceFile(String name, List<String> command) {

    private static final String SECTION = "[D-BUS Service]";

    /**
     * Reads a description.
     *
     * @return it, or null if the file is none
     */
    static ServiceFile read(Path file) throws IOException {
        String name = null;
        String exec = null;
        boolean inSection = false;
        for (String raw : Files.readAllLines(file)) {
            String line = raw.strip();
            if (line.startsWith("[")) {
                inSection = line.equals(SECTION);
            } else if (inSection && line.startsWith("Name=")) {
                name = line.substring("Name=".length()).strip();
            } else if (inSection && line.startsWith("Exec=")) {
                exec = line.substring("Exec=".length()).strip();
            }
        }
        if (name == null || exec == null || !Names.isWellKnownName(name)) {
            return null;
        }
        List<String> command = words(exec);
        return command.isEmpty() ? null : new ServiceFile(name, command);
    }

    /** The words of a command line, quoted as for a shell; null characters apart, nothing is expanded. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && (c == ' ' || c == '\t')) {
                if (word != null) {
                    words.add(word.toString());
                    word = null;
                }
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote && quote != 0) {
                quote = 0;
            } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
            } else {
                word.append(c);
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
