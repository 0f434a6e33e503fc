package headway.itest.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;

/** The judge itself: a rule that never says no is no rule. */
class ArrowsTest {

    @Test
    void an_allowed_arrow_passes() throws IOException {
        assertEquals(
                List.of(),
                violations(
                        bundle(
                                "headway.core",
                                "Import-Package",
                                "headway.bus;version=\"[1.0,2)\",headway.transport;version=\"[1.0,2)\",java.util,org.osgi.framework")));
    }

    @Test
    void the_core_may_not_import_a_transport() throws IOException {
        assertEquals(
                List.of("headway.core imports headway.transport.loopback"),
                violations(bundle("headway.core", "Import-Package", "headway.transport.loopback")));
    }

    @Test
    void the_core_may_not_import_jna() throws IOException {
        assertEquals(
                List.of("headway.core imports com.sun.jna"),
                violations(bundle("headway.core", "Import-Package", "com.sun.jna;resolution:=optional")));
    }

    @Test
    void a_transport_may_not_import_the_application_side() throws IOException {
        assertEquals(
                List.of("headway.transport.loopback imports headway.bus"),
                violations(bundle(
                        "headway.transport.loopback",
                        "Import-Package",
                        "headway.transport;headway.bus;version=\"1\"")));
    }

    @Test
    void a_wildcard_dynamic_import_is_refused() throws IOException {
        assertEquals(
                List.of("headway.shell imports *"), violations(bundle("headway.shell", "DynamicImport-Package", "*")));
    }

    @Test
    void an_impl_package_may_not_be_exported() throws IOException {
        assertEquals(
                List.of("headway.dbus exports headway.dbus.impl"),
                violations(bundle(
                        "headway.dbus",
                        "Export-Package",
                        "headway.dbus;version=\"1.0.0\";uses:=\"headway.dbus,java.util\",headway.dbus.impl")));
    }

    @Test
    void an_arrow_that_the_manifest_hides_is_found_in_the_byte_code() throws IOException {
        BuiltBundle sly = new BuiltBundle(
                "headway.events", new Manifest(), new TreeSet<>(), new TreeSet<>(Set.of("headway.core")));
        assertEquals(List.of("headway.events refers in its byte code to headway.core"), violations(sly));
    }

    @Test
    void a_foreign_package_inside_a_jar_is_refused() throws IOException {
        BuiltBundle copied = new BuiltBundle(
                "headway.events", new Manifest(), new TreeSet<>(Set.of("headway.bus")), new TreeSet<>());
        assertEquals(List.of("headway.events contains headway.bus"), violations(copied));
    }

    @Test
    void requiring_a_bundle_is_refused() throws IOException {
        assertEquals(
                List.of("headway.demo has a Require-Bundle"),
                violations(bundle("headway.demo", "Require-Bundle", "headway.core")));
    }

    @Test
    void a_bundle_without_a_line_in_the_table_is_refused() throws IOException {
        assertEquals(
                List.of("headway.surprise has no line in arrows.txt"),
                violations(bundle("headway.surprise", "Import-Package", "java.util")));
    }

    private static List<String> violations(BuiltBundle bundle) throws IOException {
        return Arrows.load().violations(bundle);
    }

    private static BuiltBundle bundle(String name, String header, String value) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(new Attributes.Name(header), value);
        return new BuiltBundle(name, manifest, new TreeSet<>(), new TreeSet<>());
    }
}
