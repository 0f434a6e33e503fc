package headway.distro;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * What a head unit is made of: its bundles in the order of their installation, each with its start level. Read from a
 * {@code .bndrun} file, so that bnd's tools, the integration tests and the launcher mean the same set.
 */
record HeadUnit(List<Part> parts) {

    /** One bundle: its symbolic name, which is also the name of its jar, and the start level at which it starts. */
    record Part(String symbolicName, int startLevel) {}

    /** The level of configuration and logging. */
    static final int FOUNDATION = 1;

    /** The level at which a node is on the bus. */
    static final int NODE = 2;

    /** The level of what applications in the process use. */
    static final int APPLICATIONS = 3;

    static HeadUnit read(Path bndrun) throws LaunchException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(bndrun)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new LaunchException(
                    LaunchException.BROKEN,
                    bndrun + " cannot be read (" + unreadable + "): build again with ./mvnw package");
        }
        List<Part> parts = new ArrayList<>();
        for (String clause : properties.getProperty("-runbundles", "").split(",", -1)) {
            if (!clause.isBlank()) {
                parts.add(part(clause.strip(), bndrun));
            }
        }
        if (parts.isEmpty()) {
            throw new LaunchException(LaunchException.BROKEN, bndrun + " names no -runbundles");
        }
        return new HeadUnit(List.copyOf(parts));
    }

    private static Part part(String clause, Path bndrun) throws LaunchException {
        String[] pieces = clause.split(";", -1);
        int level = NODE;
        for (int i = 1; i < pieces.length; i++) {
            String piece = pieces[i].strip();
            if (!piece.matches("startlevel=[1-9]")) {
                throw new LaunchException(
                        LaunchException.BROKEN,
                        bndrun + ": '" + piece + "' of '" + pieces[0] + "' is not understood; only startlevel=1..9 is");
            }
            level = piece.charAt(piece.length() - 1) - '0';
        }
        return new Part(pieces[0].strip(), level);
    }
}
