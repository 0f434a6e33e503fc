package headway.itest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/** The head unit as it ships: what the build has put into {@code distro/target/headway}. */
final class Image {

    private static final String SHELL_LEVEL = "startlevel=4";

    private Image() {}

    /** Its directory; fails if it was not built. */
    static Path directory() {
        Path image = Path.of("../../distro/target/headway").toAbsolutePath().normalize();
        if (!Files.exists(image.resolve("launcher.jar"))) {
            throw new IllegalStateException(image + " is not complete; build it with ./mvnw package");
        }
        return image;
    }

    /** The jars of the bundles that {@code head-unit.bndrun} lists for {@code headway run}: all but an operator's shell. */
    static List<Path> bundles() throws IOException {
        Properties run = new Properties();
        try (InputStream in = Files.newInputStream(directory().resolve("head-unit.bndrun"))) {
            run.load(in);
        }
        List<Path> jars = new ArrayList<>();
        for (String clause : run.getProperty("-runbundles").split(",", -1)) {
            String symbolicName = clause.split(";", -1)[0].strip();
            if (!clause.contains(SHELL_LEVEL)) {
                jars.add(directory().resolve("bundles").resolve(symbolicName + ".jar"));
            }
        }
        return jars;
    }

    /** The command line of one process: {@code distro/headway} without its look for what must be built. */
    static List<String> command(Path image, Path runtimeDirectory, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-jar",
                image.resolve("launcher.jar").toString(),
                "--runtime-dir",
                runtimeDirectory.toString()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }
}
