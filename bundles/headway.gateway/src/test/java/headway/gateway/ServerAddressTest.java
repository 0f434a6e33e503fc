package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.UnknownHostException;
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
        assertEquals("/run/a b", both.get(0).path().toString());
        assertEquals("unix:abstract=x,guid=77", both.get(1).text("77"));
    }

    @Test
    void the_runtime_directory_is_that_of_the_environment() {
        assertEquals(
                "/run/user/5/bus",
                parse("unix:runtime=yes", Map.of("XDG_RUNTIME_DIR", "/run/user/5"))
                        .get(0)
                        .path()
                        .toString());
        assertTrue(parse("unix:tmpdir=/tmp", Map.of()).get(0).path().toString().startsWith("/tmp/dbus-"));
    }

    @Test
    void sockets_are_taken_from_systemd_if_they_are_for_this_process() {
        List<ServerAddress> two = parse("systemd:", Map.of("LISTEN_PID", "42", "LISTEN_FDS", "2"));
        assertEquals(List.of(new ServerAddress.Inherited(3), new ServerAddress.Inherited(4)), two);
        assertThrows(
                IllegalArgumentException.class, () -> parse("systemd:", Map.of("LISTEN_PID", "41", "LISTEN_FDS", "2")));
        assertThrows(
                IllegalArgumentException.class, () -> parse("systemd:", Map.of("LISTEN_PID", "42", "LISTEN_FDS", "x")));
    }

    @Test
    void tcp_is_on_this_machine_alone_unless_more_is_said() throws Exception {
        ServerAddress.Tcp bare = tcp("tcp:");
        assertEquals("tcp:host=localhost,port=0,family=ipv4,guid=77", bare.text("77"));
        assertTrue(bare.socketAddress().getAddress().isLoopbackAddress());
        ServerAddress.Tcp all = tcp("tcp:host=unit,bind=*,port=5555");
        assertEquals("tcp:host=unit,port=5555,family=ipv4,guid=77", all.text("77"));
        assertTrue(all.socketAddress().getAddress().isAnyLocalAddress());
        ServerAddress.Tcp six = tcp("tcp:bind=::1,family=ipv6");
        assertEquals(
                "tcp:host=%3a%3a1,port=9,family=ipv6,guid=77", six.withPort(9).text("77"));
        assertEquals("::1", tcp("tcp:host=%3a%3a1,family=ipv6").bind());
        assertThrows(
                UnknownHostException.class,
                () -> tcp("tcp:host=127.0.0.1,family=ipv6").socketAddress());
    }

    private static ServerAddress.Tcp tcp(String text) {
        return (ServerAddress.Tcp) parse(text, Map.of()).get(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "path=/a",
                "tcp",
                "tcp:port=65536",
                "tcp:port=-1",
                "tcp:port=1,port=2",
                "tcp:family=ipx",
                "tcp:path=/a",
                "nonce-tcp:port=1",
                "launchd:env=A",
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
