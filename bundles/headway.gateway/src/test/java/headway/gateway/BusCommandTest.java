package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code headway bus} as scripts and systemd use it, in a process of its own. */
class BusCommandTest {

    @TempDir
    Path directory;

    private Path socket() {
        return directory.resolve("bus");
    }

    private Process start(String... flags) throws IOException {
        List<String> command = new ArrayList<>(BusProcess.command());
        command.addAll(List.of(flags));
        return new ProcessBuilder(command).start();
    }

    private static Programs.Result end(String... flags) throws Exception {
        List<String> command = new ArrayList<>(BusProcess.command());
        command.addAll(List.of(flags));
        return Programs.run(Map.of(), command.toArray(String[]::new));
    }

    @Test
    void address_and_process_id_are_printed_and_the_socket_is_removed_at_the_end() throws Exception {
        Process bus = start("--address", "unix:path=" + socket(), "--print-address", "--print-pid");
        assertTrue(bus.inputReader().readLine().matches("unix:path=" + socket() + ",guid=[0-9a-f]{32}"));
        assertEquals(Long.toString(bus.pid()), bus.inputReader().readLine());
        try (RawClient client = RawClient.connected(socket())) {
            assertEquals(":1.0", client.name());
            bus.destroy();
            assertNull(client.receive());
        }
        assertEquals(0, exitCode(bus));
        assertFalse(Files.exists(socket()));
    }

    /** A virtual machine that was told to end says so; the command itself ended well. */
    private static int exitCode(Process bus) throws InterruptedException {
        int code = bus.waitFor();
        return code == 143 ? 0 : code;
    }

    @Test
    void they_go_to_the_descriptors_that_are_named() throws Exception {
        assumeTrue(Programs.has("sh"), "there is no sh");
        Path address = directory.resolve("address");
        Path pid = directory.resolve("pid");
        Process bus = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec " + String.join(" ", BusProcess.command()).replace("$", "\\$") + " --address unix:path="
                                + socket() + " --print-address=7 --print-pid=8 --json 7>" + address + " 8>" + pid)
                .start();
        assertTrue(bus.inputReader().readLine().startsWith("{\"address\":\"unix:path="));
        assertTrue(Files.readString(address).startsWith("unix:path="));
        assertEquals(bus.pid() + "\n", Files.readString(pid));
        bus.destroy();
        bus.waitFor();
    }

    @Test
    void who_reads_there_is_told_that_there_is_no_more() throws Exception {
        assumeTrue(Programs.has("sh"), "there is no sh");
        Process bus = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec " + String.join(" ", BusProcess.command()).replace("$", "\\$") + " --address unix:path="
                                + socket() + " --print-address=7 --print-pid=7 7>&1 >/dev/null")
                .start();
        assertTrue(bus.inputReader().readLine().startsWith("unix:path="));
        assertEquals(Long.toString(bus.pid()), bus.inputReader().readLine());
        assertNull(bus.inputReader().readLine());
        assertTrue(bus.isAlive());
        bus.destroy();
        bus.waitFor();
    }

    @Test
    void an_abstract_address_is_served() throws Exception {
        assumeTrue(Programs.has("busctl"), "busctl is not installed");
        String name = "headway-test-" + ProcessHandle.current().pid();
        try (BusProcess bus = new BusProcess(Map.of(), "--address", "unix:abstract=" + name)) {
            assertTrue(bus.address().startsWith("unix:abstract=" + name + ",guid="));
            Programs.Result result = Programs.run(Map.of(), "busctl", "--address=unix:abstract=" + name, "list");
            assertEquals(0, result.exitCode(), result.output());
        }
    }

    @Test
    void another_user_is_admitted_only_if_that_was_said_and_may_not_monitor() throws Exception {
        assumeTrue(BusServer.ownUid() == 0, "only root can be another user");
        assumeTrue(Programs.has("setpriv") && Programs.has("busctl"), "setpriv or busctl is not installed");
        String name = "headway-users-" + ProcessHandle.current().pid();
        String[] list = asNobody(name, "list");
        try (BusProcess bus = new BusProcess(Map.of(), "--address", "unix:abstract=" + name)) {
            assertNotEquals(0, Programs.run(Map.of(), list).exitCode(), bus.address());
        }
        try (BusProcess bus = new BusProcess(Map.of(), "--address", "unix:abstract=" + name, "--all-users")) {
            Programs.Result listed = Programs.run(Map.of(), list);
            assertEquals(0, listed.exitCode(), bus.address() + listed.output());
            assertTrue(listed.output().contains("nobody"), listed.output());
            Programs.Result monitored = Programs.run(
                    Map.of(),
                    asNobody(
                            name,
                            "call",
                            "org.freedesktop.DBus",
                            "/org/freedesktop/DBus",
                            "org.freedesktop.DBus.Monitoring",
                            "BecomeMonitor",
                            "asu",
                            "0",
                            "0"));
            assertNotEquals(0, monitored.exitCode());
            assertTrue(monitored.output().contains("Access denied"), monitored.output());
        }
    }

    private static String[] asNobody(String name, String... rest) {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "busctl",
                "--address=unix:abstract=" + name));
        command.addAll(List.of(rest));
        return command.toArray(String[]::new);
    }

    @Test
    void sockets_that_systemd_passes_are_served() throws Exception {
        assumeTrue(Programs.has("systemd-socket-activate"), "systemd-socket-activate is not installed");
        List<String> command = new ArrayList<>(List.of("systemd-socket-activate", "-l", socket().toString()));
        command.addAll(BusProcess.command());
        command.add("--print-address");
        Process bus = new ProcessBuilder(command).redirectErrorStream(true).start();
        Programs.awaitLine(bus, "Listening on");
        try (RawClient client = RawClient.connected(socket())) {
            assertEquals(":1.0", client.name());
            Programs.awaitLine(bus, "unix:path=" + socket() + ",guid=");
        }
        bus.destroy();
        bus.waitFor();
    }

    @Test
    void where_a_bus_is_already_there_is_no_second_one_and_a_dead_ones_socket_is_replaced() throws Exception {
        try (BusProcess bus = BusProcess.at(socket())) {
            assertTrue(bus.address().startsWith("unix:path="));
            Programs.Result second = end("--address", "unix:path=" + socket(), "--json");
            assertEquals(3, second.exitCode());
            assertTrue(second.output().contains("another bus is there"), second.output());
            assertTrue(second.output().startsWith("{\"error\":"), second.output());
        }
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket()));
        }
        assertTrue(Files.exists(socket()));
        try (BusProcess bus = BusProcess.at(socket());
                RawClient client = RawClient.connected(socket())) {
            assertTrue(bus.address().startsWith("unix:path="));
            assertEquals(":1.0", client.name());
        }
        Files.writeString(socket(), "somebody's file");
        assertEquals(3, end("--address", "unix:path=" + socket()).exitCode());
        assertEquals("somebody's file", Files.readString(socket()));
    }

    @Test
    void without_native_code_what_needs_it_is_refused() throws Exception {
        assertNotEquals(
                0, end("--pure-java", "--address", "unix:abstract=headway-test").exitCode());
        try (BusProcess bus = new BusProcess(Map.of(), "--pure-java", "--address", "unix:path=" + socket());
                RawClient client = new RawClient(socket())) {
            client.authenticate();
            client.hello();
            assertEquals(
                    "org.freedesktop.DBus.Error.UnixProcessIdUnknown",
                    client.call("GetConnectionUnixProcessID", "s", client.name())
                            .errorName());
            assertEquals(
                    BusServer.ownUid(),
                    client.call("GetConnectionUnixUser", "s", client.name())
                            .body()
                            .get(0));
            assertTrue(bus.pid() > 0);
        }
    }

    @Test
    void what_is_not_understood_is_said() throws Exception {
        try {
            new BusCommand(null).applyAsInt(List.of(), () -> null);
            throw new AssertionError("an address is needed");
        } catch (IllegalArgumentException told) {
            assertTrue(told.getMessage().contains("--address is needed"));
        }
        assertEquals(0, new BusCommand(null).applyAsInt(List.of("--help"), () -> null));
        assertEquals(
                0,
                new BusCommand(null).applyAsInt(List.of("--check", "--address", "unix:path=" + socket()), () -> null));
        assertFalse(Files.exists(socket()));
    }
}
