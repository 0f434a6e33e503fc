package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that connect over tcp: only where that was said, and as nobody. */
class TcpTest {

    private static final String NOBODYS_ERROR = "org.freedesktop.DBus.Error.Failed";

    @TempDir
    Path directory;

    private TestBus bus(boolean nativeCode, boolean anonymous) throws IOException {
        return new TestBus(
                directory.resolve("bus"),
                nativeCode ? EpollSockets.open() : new SelectorSockets(),
                Limits.standard(),
                anonymous,
                ServerAddress.parse("tcp:host=127.0.0.1", Map.of(), 1));
    }

    private static String tcp(TestBus bus) {
        return bus.address().substring(bus.address().indexOf(';') + 1);
    }

    private static RawClient connect(TestBus bus) throws IOException {
        Matcher port = Pattern.compile("tcp:host=127\\.0\\.0\\.1,port=([0-9]+),family=ipv4,guid=[0-9a-f]{32}")
                .matcher(tcp(bus));
        assertTrue(port.matches(), bus.address());
        return new RawClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void who_comes_over_tcp_is_nobody_and_talks_to_all(boolean nativeCode) throws Exception {
        try (TestBus bus = bus(nativeCode, true);
                RawClient here = bus.connect();
                RawClient remote = connect(bus)) {
            remote.send("\0AUTH EXTERNAL 30\r\n");
            assertEquals("REJECTED ANONYMOUS", remote.line());
            remote.send("AUTH ANONYMOUS\r\nNEGOTIATE_UNIX_FD\r\n");
            assertEquals("OK " + bus.guid(), remote.line());
            assertTrue(remote.line().startsWith("ERROR "));
            remote.send("BEGIN\r\n");
            remote.hello();
            assertEquals(
                    NOBODYS_ERROR,
                    here.call("GetConnectionUnixUser", "s", remote.name()).errorName());
            assertEquals(
                    "org.freedesktop.DBus.Error.AccessDenied",
                    remote.callTo("org.freedesktop.DBus.Monitoring", "BecomeMonitor", "asu", List.of(), 0L)
                            .errorName());
            assertEquals(
                    true, remote.call("NameHasOwner", "s", here.name()).body().get(0));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void where_nobody_may_come_nobody_comes(boolean nativeCode) throws Exception {
        try (TestBus bus = bus(nativeCode, false);
                RawClient remote = connect(bus)) {
            for (String claim : List.of("EXTERNAL 30", "EXTERNAL", "ANONYMOUS", "EXTERNAL 34323934393637323935")) {
                remote.send((claim.equals("EXTERNAL 30") ? "\0" : "") + "AUTH " + claim + "\r\n");
                assertEquals("REJECTED", remote.line().strip(), claim);
            }
            remote.send("BEGIN\r\n");
            assertNull(remote.receive());
        }
    }

    @Test
    void a_port_that_is_taken_or_a_host_that_is_not_there_is_said() throws Exception {
        try (TestBus bus = bus(true, true)) {
            String taken = tcp(bus);
            for (String address : List.of(taken, "tcp:host=no.such.host.invalid")) {
                IOException refused = assertThrows(
                        IOException.class,
                        () -> new TestBus(
                                        directory.resolve("other"),
                                        EpollSockets.open(),
                                        Limits.standard(),
                                        true,
                                        ServerAddress.parse(address, Map.of(), 1))
                                .close());
                assertTrue(refused.getMessage().startsWith("It cannot listen on tcp:host="), refused.getMessage());
            }
        }
    }

    /** GLib and libdbus fall back to saying nothing about themselves. */
    @Test
    void foreign_programs_come_over_tcp() throws Exception {
        assumeTrue(Programs.has("gdbus") && Programs.has("dbus-send"), "gdbus or dbus-send is not installed");
        try (TestBus bus = bus(true, true)) {
            String tcp = tcp(bus);
            Programs.Result listed = Programs.run(
                    Map.of(),
                    "gdbus",
                    "call",
                    "--address=" + tcp,
                    "--dest=org.freedesktop.DBus",
                    "--object-path=/org/freedesktop/DBus",
                    "--method=org.freedesktop.DBus.GetId");
            assertEquals(0, listed.exitCode(), listed.output());
            assertTrue(listed.output().contains(bus.guid()), listed.output());
            Programs.Result sent = Programs.run(
                    Map.of(),
                    "dbus-send",
                    "--bus=" + tcp,
                    "--print-reply",
                    "--dest=org.freedesktop.DBus",
                    "/org/freedesktop/DBus",
                    "org.freedesktop.DBus.ListNames");
            assertEquals(0, sent.exitCode(), sent.output());
            assertTrue(sent.output().contains("\":1."), sent.output());
        }
    }

    @Test
    void the_command_wants_it_said_twice() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> new BusCommand(null).applyAsInt(List.of("--address", "tcp:", "--check"), () -> null));
        assertTrue(refused.getMessage().contains("--allow-anonymous"), refused.getMessage());
        assertEquals(
                0,
                new BusCommand(null)
                        .applyAsInt(
                                List.of("--address", "tcp:host=127.0.0.1", "--allow-anonymous", "--check", "--alone"),
                                () -> null));
    }
}
