package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {

    private static List<ServerAddress> parse(String text, Map<String, String> environment) {
        return ServerAddress.parse(text, environment, 42);
    }

    @Test
    void paths_and_abstract_names_are_read_and_written() {
        List<ServerAddress> both = parse("unix:path=/run/a%20b;unix:abstract=x,guid=00", Map.of());
        assertEquals("unix:path=/run/a%20b,guid=77", both.get(0).text("77"));
        assertEquals("/run/a b", both.get(0).name());
        assertEquals("unix:abstract=x,guid=77", both.get(1).text("77"));
    }

    @Test
    void the_runtime_directory_is_that_of_the_environment() {
        assertEquals(
                "/run/user/5/bus",
                parse("unix:runtime=yes", Map.of("XDG_RUNTIME_DIR", "/run/user/5"))
                        .get(0)
                        .name());
        assertTrue(parse("unix:tmpdir=/tmp", Map.of()).get(0).name().startsWith("/tmp/dbus-"));
    }

    @Test
    void sockets_are_taken_from_systemd_if_they_are_for_this_process() {
        List<ServerAddress> two = parse("systemd:", Map.of("LISTEN_PID", "42", "LISTEN_FDS", "2"));
        assertEquals(List.of(3, 4), two.stream().map(ServerAddress::descriptor).toList());
        assertThrows(
                IllegalArgumentException.class, () -> parse("systemd:", Map.of("LISTEN_PID", "41", "LISTEN_FDS", "2")));
        assertThrows(
                IllegalArgumentException.class, () -> parse("systemd:", Map.of("LISTEN_PID", "42", "LISTEN_FDS", "x")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "path=/a",
                "tcp:host=localhost",
                "unix:",
                "unix:path",
                "unix:path=/a,abstract=b",
                "unix:nonsense=1",
                "unix:path=%4",
                "unix:path=%zz",
                "unix:path=/a,path=/b",
                "unix:runtime=no",
                "unix:runtime=yes"
            })
    void what_is_no_address_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> parse(text, Map.of()));
    }
}
