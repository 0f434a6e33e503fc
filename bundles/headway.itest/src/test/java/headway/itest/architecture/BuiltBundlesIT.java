package headway.itest.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Opens every jar the build made and holds it against the table of allowed arrows. */
class BuiltBundlesIT {

    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("headway.root"), "headway.root"));
    private static final String VERSION =
            Objects.requireNonNull(System.getProperty("headway.version"), "headway.version");

    @Test
    void every_module_has_a_line_in_the_table_and_every_built_line_a_module() throws IOException {
        SortedSet<String> modules = new TreeSet<>(List.of("headway.distro"));
        try (Stream<Path> directories = Files.list(ROOT.resolve("bundles"))) {
            directories
                    .filter(directory -> Files.exists(directory.resolve("pom.xml")))
                    .forEach(directory -> modules.add(directory.getFileName().toString()));
        }
        assertEquals(modules, new TreeSet<>(Arrows.load().expected()));
    }

    @Test
    void every_bundle_keeps_to_the_allowed_arrows() throws IOException {
        Arrows arrows = Arrows.load();
        List<String> found = new ArrayList<>();
        for (String name : arrows.expected()) {
            Path jar = jar(name);
            if (Files.exists(jar)) {
                found.addAll(arrows.violations(BuiltBundle.open(name, jar)));
            } else {
                found.add(name + " was not built: no " + jar);
            }
        }
        assertTrue(found.isEmpty(), () -> "arrows.txt does not allow:\n  " + String.join("\n  ", found));
    }

    @Test
    void every_bundle_says_its_name_and_licence_and_nothing_of_the_machine_that_built_it() throws IOException {
        for (String name : Arrows.load().expected()) {
            var manifest = BuiltBundle.open(name, jar(name)).manifest().getMainAttributes();
            assertEquals(name, manifest.getValue("Bundle-SymbolicName"));
            assertTrue(manifest.getValue("Bundle-License").startsWith("Apache-2.0"), name);
            for (String header : List.of("Bnd-LastModified", "Built-By", "Build-Jdk", "Build-Jdk-Spec", "Created-By")) {
                assertEquals(null, manifest.getValue(header), name + " " + header);
            }
        }
    }

    private static Path jar(String name) {
        Path module = name.equals("headway.distro")
                ? ROOT.resolve("distro")
                : ROOT.resolve("bundles").resolve(name);
        return module.resolve("target").resolve(name + "-" + VERSION + ".jar");
    }
}
