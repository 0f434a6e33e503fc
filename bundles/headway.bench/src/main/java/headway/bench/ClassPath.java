package headway.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The jars that this JVM was started with, as bundles. */
record ClassPath(Map<String, Path> bundles) {

    /** Every jar on the class path that says it is a bundle. */
    static ClassPath ofThisJvm() throws IOException {
        Map<String, Path> bundles = new HashMap<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (entry.endsWith(".jar") && Files.exists(path)) {
                try (JarFile jar = new JarFile(path.toFile())) {
                    Manifest manifest = jar.getManifest();
                    String name = manifest == null
                            ? null
                            : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
                    if (name != null) {
                        bundles.putIfAbsent(name.split(";", 2)[0].strip(), path.toAbsolutePath());
                    }
                }
            }
        }
        return new ClassPath(bundles);
    }

    /** The jar of a bundle. */
    Path bundle(String symbolicName) throws IOException {
        Path jar = bundles.get(symbolicName);
        if (jar == null) {
            throw new IOException("No jar of the class path is the bundle " + symbolicName);
        }
        return jar;
    }
}
