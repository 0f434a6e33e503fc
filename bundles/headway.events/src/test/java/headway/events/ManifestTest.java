package headway.events;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bundle says about itself (157.7, 113.10). */
class ManifestTest {

    private static Attributes manifest() throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("target/classes/META-INF/MANIFEST.MF"))) {
            return new Manifest(in).getMainAttributes();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "osgi.implementation;osgi.implementation=\"osgi.typedevent\";version:Version=\"1.0\";"
                        + "uses:=\"org.osgi.service.typedevent\"",
                "osgi.implementation;osgi.implementation=\"osgi.event\";version:Version=\"1.4\";"
                        + "uses:=\"org.osgi.service.event\"",
                "osgi.service;objectClass:List<String>=\"org.osgi.service.typedevent.TypedEventBus\";"
                        + "uses:=\"org.osgi.service.typedevent\"",
                "osgi.service;objectClass:List<String>=\"org.osgi.service.typedevent.monitor.TypedEventMonitor\";"
                        + "uses:=\"org.osgi.service.typedevent,org.osgi.service.typedevent.monitor\"",
                "osgi.service;objectClass:List<String>=\"org.osgi.service.event.EventAdmin\";"
                        + "uses:=\"org.osgi.service.event\""
            })
    void a_capability_of_the_specification_is_provided(String capability) throws IOException {
        String all = manifest().getValue("Provide-Capability");

        Set<Set<String>> provided = new HashSet<>();
        for (String one : all.split(",(?=osgi\\.(implementation|service);)", -1)) {
            provided.add(Set.of(one.split(";", -1)));
        }

        assertTrue(provided.contains(Set.of(capability.split(";", -1))), all);
    }

    @Test
    void nothing_is_exported() throws IOException {
        assertFalse(manifest().containsKey(new Attributes.Name("Export-Package")));
    }
}
