package headway.distro;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    Path installed;

    @TempDir
    Path etc;

    private Settings settings(String... commandLine) throws LaunchException {
        return Settings.of(installed, List.of(commandLine));
    }

    private String refusal(String... commandLine) {
        LaunchException refused = assertThrows(LaunchException.class, () -> settings(commandLine));
        assertEquals(LaunchException.USAGE, refused.exitCode());
        return refused.getMessage();
    }

    @Test
    void flags_become_configurations_and_the_rest_is_the_command() throws Exception {
        Settings settings = settings("--bus", "test", "status", "--json", "--runtime-dir=/x", "--transports", "a, b");

        assertEquals(List.of("status", "--json"), settings.arguments());
        assertEquals("test", settings.configurations().get("headway.core").get("bus"));
        assertArrayEquals(new String[] {"a", "b"}, (String[])
                settings.configurations().get("headway.core").get("transports"));
        assertEquals(
                "/x",
                settings.configurations().get("headway.transport.loopback").get("runtime.dir"));
        assertEquals(List.of("--bus", "test", "--runtime-dir", "/x", "--transports", "a, b"), settings.flags());
    }

    @Test
    void a_transport_that_is_not_named_need_not_start() throws Exception {
        Settings netlink = settings("--transports", "netlink", "status");
        assertTrue(netlink.excludes("headway.transport.loopback"));
        assertFalse(netlink.excludes("headway.transport.netlink"));
        assertFalse(netlink.excludes("headway.core"));
        assertFalse(settings("status").excludes("headway.transport.loopback"));
    }

    @Test
    void a_later_flag_beats_an_earlier_one() throws Exception {
        assertEquals(
                "mine",
                settings("--bus", "default", "demo", "--bus", "mine")
                        .configurations()
                        .get("headway.core")
                        .get("bus"));
    }

    @Test
    void a_flag_beats_a_file_and_a_file_of_ones_own_beats_an_installed_one() throws Exception {
        Files.writeString(
                installed.resolve("headway.core.cfg"), "bus = installed\nwindow.bytes = 1024\ngrace.millis =\n");
        Files.writeString(etc.resolve("headway.core.cfg"), "bus = own\ntransports = [x, y]\n");

        assertEquals(
                "installed", settings().configurations().get("headway.core").get("bus"));
        Settings own = settings("--etc", etc.toString());
        assertEquals("own", own.configurations().get("headway.core").get("bus"));
        assertEquals("1024", own.configurations().get("headway.core").get("window.bytes"));
        assertArrayEquals(new String[] {"x", "y"}, (String[])
                own.configurations().get("headway.core").get("transports"));
        assertEquals(
                "flag",
                settings("--etc", etc.toString(), "--bus", "flag")
                        .configurations()
                        .get("headway.core")
                        .get("bus"));
    }

    @Test
    void nothing_after_the_equals_sign_means_the_default() throws Exception {
        Files.writeString(installed.resolve("headway.core.cfg"), "bus =\n");

        assertTrue(settings().configurations().get("headway.core").isEmpty());
    }

    @Test
    void what_follows_two_dashes_is_left_alone() throws Exception {
        assertEquals(
                List.of("call", "--", "--bus", "x"),
                settings("call", "--", "--bus", "x").arguments());
    }

    @Test
    void a_flag_without_a_value_is_named() {
        assertTrue(refusal("status", "--bus").startsWith("--bus needs a value"));
        assertTrue(refusal("--runtime-dir", "--json", "status").startsWith("--runtime-dir needs a value"));
        assertTrue(refusal("--bus=", "status").startsWith("--bus needs a value"));
    }

    @Test
    void a_settings_directory_that_is_none_is_named() {
        assertEquals("--etc /nowhere is not a directory", refusal("--etc", "/nowhere"));
    }

    @Test
    void a_settings_file_that_is_none_is_named() throws Exception {
        Path file = Files.writeString(etc.resolve("headway.core.cfg"), "bus = \\u12\n");

        assertTrue(refusal("--etc", etc.toString()).contains(file.toString()));
    }
}
