package headway.itest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** The head unit as it ships, and an application in it: copies of its own jars, links to the rest, and one bundle more. */
final class AppImage {

    private static final String RUN = "head-unit.bndrun";

    private AppImage() {}

    /**
     * Makes one.
     *
     * @param directory where; it is there and empty
     * @param application the symbolic name of the bundle, which is also its package
     * @param activator the simple name of the class that starts it
     */
    static Path make(Path directory, String application, String activator) throws IOException {
        Path image = Image.directory();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(image)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(".jar")) {
                    // Java goes through links to find where a jar really is, and the launcher goes by where it is.
                    Files.copy(file, directory.resolve(name));
                } else if (!name.equals(RUN) && !name.equals("bundles")) {
                    Files.createSymbolicLink(directory.resolve(name), file);
                }
            }
        }
        Path bundles = Files.createDirectory(directory.resolve("bundles"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(image.resolve("bundles"))) {
            for (Path file : files) {
                Files.createSymbolicLink(bundles.resolve(file.getFileName()), file);
            }
        }
        String run = Files.readString(image.resolve(RUN)).strip();
        Files.writeString(directory.resolve(RUN), run + ",\\\n    " + application + ";startlevel=3\n");
        bundle(bundles.resolve(application + ".jar"), application, activator);
        return directory;
    }

    private static void bundle(Path jar, String application, String activator) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", application);
        main.putValue("Bundle-Activator", application + "." + activator);
        main.putValue("Import-Package", "org.osgi.framework");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            String folder = application.replace('.', '/');
            for (String each :
                    new String[] {activator, "Radio", "Radio$Band", "Radio$Station", "Radio$SilenceException"}) {
                String name = folder + "/" + each + ".class";
                out.putNextEntry(new ZipEntry(name));
                try (InputStream in = AppImage.class.getClassLoader().getResourceAsStream(name)) {
                    in.transferTo(out);
                }
            }
        }
    }
}
