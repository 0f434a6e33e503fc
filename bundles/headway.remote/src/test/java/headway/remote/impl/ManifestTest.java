package headway.remote.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;

/** What the bundle says about itself. */
class ManifestTest {

    private static Attributes manifest() throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("target/classes/META-INF/MANIFEST.MF"))) {
            return new Manifest(in).getMainAttributes();
        }
    }

    @Test
    void only_what_applications_may_say_is_exported() throws IOException {
        assertEquals("headway.remote;version=\"1.0.0\"", manifest().getValue("Export-Package"));
    }

    @Test
    void no_package_is_found_at_run_time_that_was_not_said_before() throws IOException {
        assertFalse(manifest().containsKey(new Attributes.Name("DynamicImport-Package")));
    }
}
