package headway.gateway;

import static headway.gateway.Programs.PYTHON;
import static headway.gateway.Programs.assertSays;
import static headway.gateway.Programs.needs;
import static headway.gateway.Programs.needsPython;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that nobody here wrote, on our bus in a process of its own. */
class ForeignProgramsTest {

    @TempDir
    static Path directory;

    private static BusProcess bus;

    @BeforeAll
    static void a_bus() throws IOException {
        bus = new BusProcess(Map.of(), "--address", "unix:path=" + directory.resolve("bus"), "--all-users");
    }

    @AfterAll
    static void end() {
        bus.close();
    }

    /** Runs a program that must succeed; returns what it said. */
    private static String run(String... command) throws Exception {
        return Programs.runWell(bus.environment(), command);
    }

    private static Path resource(String name) throws IOException {
        return Programs.resource(name, directory);
    }

    // ---------------------------------------------------------------- tools

    @Test
    void busctl_lists_introspects_calls_and_reads_properties() throws Exception {
        needs("busctl");
        assertSays(run("busctl", "--user", "list"), "org.freedesktop.DBus", "busctl", ":1.");
        assertSays(run("busctl", "--user", "tree", "org.freedesktop.DBus"), "/org/freedesktop/DBus");
        assertSays(
                run("busctl", "--user", "introspect", "org.freedesktop.DBus", "/org/freedesktop/DBus"),
                ".BecomeMonitor",
                ".Features",
                ".NameOwnerChanged");
        assertSays(
                run(
                        "busctl",
                        "--user",
                        "call",
                        "org.freedesktop.DBus",
                        "/",
                        "org.freedesktop.DBus",
                        "GetNameOwner",
                        "s",
                        "org.freedesktop.DBus"),
                "s \"org.freedesktop.DBus\"");
        assertSays(
                run(
                        "busctl",
                        "--user",
                        "get-property",
                        "org.freedesktop.DBus",
                        "/org/freedesktop/DBus",
                        "org.freedesktop.DBus",
                        "Features"),
                "HeaderFiltering");
        assertSays(run("busctl", "--user", "status", "org.freedesktop.DBus"), "PID=" + bus.pid());
    }

    @Test
    void busctl_monitors_and_captures() throws Exception {
        needs("busctl", "dbus-send", "timeout");
        for (String mode : List.of("monitor", "capture")) {
            Path file = directory.resolve(mode);
            Process monitor = new ProcessBuilder("busctl", "--address=" + bus.address(), mode)
                    .redirectOutput(file.toFile())
                    .redirectError(directory.resolve("errors").toFile())
                    .start();
            // It has begun when the bus counts it no more among those with a name; then a signal must be in the file.
            while (!Files.exists(file)
                    || !new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
                            .contains("Captured")) {
                assertTrue(monitor.isAlive(), "busctl has ended");
                run("dbus-send", "--session", "/seen", "org.example.Seen.Captured", "string:" + mode);
            }
            monitor.destroy();
            monitor.waitFor();
        }
        byte[] pcap = Files.readAllBytes(directory.resolve("capture"));
        // systemd 252 writes pcapng, the next ones pcap.
        assertTrue(List.of(0x0A, 0xD4).contains(pcap[0] & 0xFF), "the magic number of a capture file");
    }

    @Test
    void gdbus_calls_and_introspects() throws Exception {
        needs("gdbus");
        assertSays(
                run(
                        "gdbus",
                        "call",
                        "--session",
                        "-d",
                        "org.freedesktop.DBus",
                        "-o",
                        "/org/freedesktop/DBus",
                        "-m",
                        "org.freedesktop.DBus.GetConnectionUnixProcessID",
                        "org.freedesktop.DBus"),
                "(uint32 " + bus.pid() + ",)");
        assertSays(
                run("gdbus", "introspect", "--session", "-d", "org.freedesktop.DBus", "-o", "/org/freedesktop/DBus"),
                "interface org.freedesktop.DBus.Monitoring",
                "readonly as Interfaces");
        Programs.Result missing = Programs.run(
                bus.environment(), "gdbus", "call", "--session", "-d", "org.example.Nobody", "-o", "/", "-m", "a.b.C");
        assertSays(missing.output(), "org.freedesktop.DBus.Error.ServiceUnknown");
    }

    @Test
    void dbus_send_and_dbus_monitor() throws Exception {
        needs("dbus-send", "dbus-monitor");
        assertSays(
                run(
                        "dbus-send",
                        "--session",
                        "--print-reply",
                        "--dest=org.freedesktop.DBus",
                        "/",
                        "org.freedesktop.DBus.ListNames"),
                "string \"org.freedesktop.DBus\"");
        Process monitor =
                Programs.start(bus.environment(), "dbus-monitor", "--session", "interface='org.example.Monitored'");
        // It says that it has lost its name when it has become a monitor.
        Programs.awaitLine(monitor, "NameLost");
        run("dbus-send", "--session", "/seen", "org.example.Monitored.It", "string:hello");
        assertSays(Programs.awaitLine(monitor, "member=It"), "path=/seen", "interface=org.example.Monitored");
        monitor.destroy();
        monitor.waitFor();
    }

    @Test
    void dbus_test_tool_echoes_spams_and_swallows() throws Exception {
        needs("dbus-test-tool");
        for (String kind : List.of("echo", "black-hole")) {
            String name = "org.example.Tool." + kind.replace("-", "");
            Process service = Programs.start(bus.environment(), "dbus-test-tool", kind, "--session", "--name=" + name);
            awaitName(name);
            String flag = kind.equals("echo") ? "--queue=50" : "--no-reply";
            run(
                    "dbus-test-tool",
                    "spam",
                    "--session",
                    "--dest=" + name,
                    "--count=20000",
                    "--payload=" + "x".repeat(200),
                    flag,
                    "--ignore-errors");
            assertTrue(service.isAlive());
            service.destroy();
            service.waitFor();
        }
    }

    private static void awaitName(String name) throws Exception {
        try (RawClient probe = RawClient.connected(directory.resolve("bus"))) {
            while (!(Boolean) probe.call("NameHasOwner", "s", name).body().get(0)) {
                Thread.onSpinWait();
            }
        }
    }

    // ---------------------------------------------------------------- libraries

    @Test
    void sd_bus_serves_and_calls_and_passes_descriptors() throws Exception {
        needs("gcc");
        assumeTrue(Files.exists(Path.of("/usr/include/systemd/sd-bus.h")), "libsystemd-dev is not installed");
        Path program = directory.resolve("sdbus");
        Programs.Result compiled = Programs.run(
                Map.of(),
                "gcc",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
                program.toString(),
                resource("sdbus.c").toString(),
                "-lsystemd");
        assertEquals(0, compiled.exitCode(), compiled.output());
        assertSays(run(program.toString(), bus.address()), "ok");
    }

    @Test
    void a_service_of_libdbus_and_a_client_of_glib_understand_each_other() throws Exception {
        needsPython("dbus, dbus.mainloop.glib, gi");
        Process service =
                Programs.start(bus.environment(), PYTHON, resource("service.py").toString());
        Programs.awaitLine(service, "ready");
        assertSays(run(PYTHON, resource("client.py").toString()), "ok");
        assertEquals(0, service.waitFor());
    }

    @Test
    void descriptors_that_nobody_may_pass() throws Exception {
        needsPython("socket");
        assertEquals(
                List.of(
                        "as said: answered",
                        "more than said: disconnected",
                        "to who takes none: NotSupported",
                        "hoarded: disconnected",
                        "afterwards: answered"),
                run(
                                PYTHON,
                                resource("descriptors.py").toString(),
                                directory.resolve("bus").toString())
                        .lines()
                        .toList());
    }

    // ---------------------------------------------------------------- services

    @Test
    void avahi_serves_on_our_bus() throws Exception {
        needs("avahi-daemon", "busctl");
        assumeTrue(BusServer.ownUid() == 0, "avahi-daemon runs as root only");
        Path configuration = directory.resolve("avahi.conf");
        Files.writeString(
                configuration,
                "[server]\nuse-ipv6=no\nallow-interfaces=lo\nenable-dbus=yes\n[wide-area]\n[publish]\n[reflector]\n[rlimits]\n");
        Process avahi = Programs.start(
                bus.environment(),
                "avahi-daemon",
                "--no-drop-root",
                "--no-chroot",
                "--no-rlimits",
                "-f",
                configuration.toString());
        awaitName("org.freedesktop.Avahi");
        assertSays(
                run(
                        "busctl",
                        "--user",
                        "call",
                        "org.freedesktop.Avahi",
                        "/",
                        "org.freedesktop.Avahi.Server",
                        "GetVersionString"),
                "s \"avahi ");
        avahi.destroy();
        avahi.waitFor();
    }

    @Test
    void an_mpris_player_daemon_serves_on_our_bus() throws Exception {
        needs("playerctld", "playerctl", "busctl");
        Process player = Programs.start(bus.environment(), "playerctld");
        awaitName("org.mpris.MediaPlayer2.playerctld");
        assertSays(
                run(
                        "busctl",
                        "--user",
                        "get-property",
                        "org.mpris.MediaPlayer2.playerctld",
                        "/org/mpris/MediaPlayer2",
                        "com.github.altdesktop.playerctld",
                        "PlayerNames"),
                "as 0");
        player.destroy();
        player.waitFor();
    }

    // ---------------------------------------------------------------- the reference's own tests

    private static final Path SUITES = Path.of("/usr/lib/dbus-1.0/debug-build/libexec/installed-tests/dbus");

    @Test
    void the_references_own_tests_pass_on_our_bus() throws Exception {
        assumeTrue(Files.isDirectory(SUITES), "dbus-tests is not installed");
        Map<String, String> environment = new HashMap<>(bus.environment());
        environment.put("DBUS_TEST_DAEMON_ADDRESS", bus.address());
        environment.put("DBUS_TEST_DATA", SUITES.resolve("data").toString());
        Map<String, Integer> least = Map.of(
                "test-dbus-daemon", 17, "test-dbus-daemon-eavesdrop", 3, "test-monitor", 13, "test-header-fields", 5);
        for (Map.Entry<String, Integer> suite : least.entrySet()) {
            // These want a bus that systemd starts services for, and one that was compiled to say what it does.
            Programs.Result result = Programs.run(
                    environment,
                    SUITES.resolve(suite.getKey()).toString(),
                    "--tap",
                    "-s",
                    "/properties/features",
                    "-s",
                    "/properties/interfaces",
                    "-s",
                    "/properties/get-all");
            List<String> lines = result.output()
                    .lines()
                    .filter(line -> line.startsWith("ok") || line.startsWith("not ok") || line.startsWith("Bail"))
                    .toList();
            assertEquals(0, result.exitCode(), result.output());
            assertFalse(lines.stream().anyMatch(line -> !line.startsWith("ok")), String.join("\n", lines));
            long passed = lines.stream().filter(line -> !line.contains("SKIP")).count();
            assertTrue(passed >= suite.getValue(), suite.getKey() + ": " + passed + " passed\n" + result.output());
        }
    }
}
