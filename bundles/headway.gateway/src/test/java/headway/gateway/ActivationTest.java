package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that the bus starts when somebody asks for them. */
class ActivationTest {

    @TempDir
    Path directory;

    private void service(String name, String exec) throws Exception {
        Files.writeString(
                directory.resolve(name + ".service"), "[D-BUS Service]\nName=" + name + "\nExec=" + exec + "\n");
    }

    private BusProcess bus() throws Exception {
        return new BusProcess(
                Map.of(), "--address", "unix:path=" + directory.resolve("bus"), "--services", directory.toString());
    }

    @Test
    void a_call_starts_its_service_and_waits_for_it() throws Exception {
        assumeTrue(Programs.has("dbus-test-tool") && Programs.has("dbus-send"), "dbus-tests is not installed");
        service("org.example.Echo", "/usr/bin/dbus-test-tool echo --session --name=org.example.Echo");
        try (BusProcess bus = bus()) {
            Programs.Result called = Programs.run(
                    bus.environment(),
                    "dbus-send",
                    "--session",
                    "--print-reply",
                    "--dest=org.example.Echo",
                    "/",
                    "org.example.A.Do");
            assertEquals(0, called.exitCode(), called.output());
            try (RawClient client = RawClient.connected(directory.resolve("bus"))) {
                assertTrue(((List<?>)
                                client.call("ListActivatableNames", "").body().get(0))
                        .contains("org.example.Echo"));
                assertEquals(
                        2L,
                        client.call("StartServiceByName", "su", "org.example.Echo", 0L)
                                .body()
                                .get(0));
            }
        }
    }

    @Test
    void the_environment_that_was_set_reaches_a_service() throws Exception {
        assumeTrue(
                Programs.has("dbus-test-tool") && Programs.has("dbus-update-activation-environment"),
                "dbus-tests is not installed");
        Path seen = directory.resolve("seen");
        service(
                "org.example.Echo",
                "/bin/sh -c \"echo $COLOUR $DBUS_STARTER_BUS_TYPE > " + seen
                        + "; exec dbus-test-tool echo --session --name=org.example.Echo\"");
        try (BusProcess bus = bus()) {
            assertEquals(
                    0,
                    Programs.run(bus.environment(), "dbus-update-activation-environment", "COLOUR=blue")
                            .exitCode());
            try (RawClient client = RawClient.connected(directory.resolve("bus"))) {
                assertEquals(
                        1L,
                        client.call("StartServiceByName", "su", "org.example.Echo", 0L)
                                .body()
                                .get(0));
            }
            assertEquals("blue session\n", Files.readString(seen));
        }
    }

    @Test
    void what_cannot_be_a_variable_is_refused() throws Exception {
        try (BusProcess bus = bus();
                RawClient client = RawClient.connected(directory.resolve("bus"))) {
            for (String name : List.of("", "A=B")) {
                assertEquals(
                        "org.freedesktop.DBus.Error.InvalidArgs",
                        client.call("UpdateActivationEnvironment", "a{ss}", Map.of(name, "x"))
                                .errorName(),
                        bus.address());
            }
        }
    }

    @Test
    void who_asks_for_a_service_that_does_not_come_is_told_why() throws Exception {
        service("org.example.Fails", "/bin/sh -c 'exit 7'");
        service("org.example.Killed", "/bin/sh -c 'kill -9 $$'");
        service("org.example.Missing", "/nowhere/nothing");
        try (BusProcess bus = bus();
                RawClient client = RawClient.connected(directory.resolve("bus"))) {
            assertTrue(bus.pid() > 0);
            assertEquals(
                    "org.freedesktop.DBus.Error.Spawn.ChildExited",
                    client.call("StartServiceByName", "su", "org.example.Fails", 0L)
                            .errorName());
            assertEquals(
                    "org.freedesktop.DBus.Error.Spawn.ChildSignaled",
                    client.call("StartServiceByName", "su", "org.example.Killed", 0L)
                            .errorName());
            assertEquals(
                    "org.freedesktop.DBus.Error.Spawn.ExecFailed",
                    client.call("StartServiceByName", "su", "org.example.Missing", 0L)
                            .errorName());
        }
    }

    @Test
    void command_lines_are_cut_as_a_shell_would() {
        assertEquals(List.of("a", "b c", "d e", "f\"g", ""), ServiceFile.words("a \"b c\" 'd e'  f\\\"g ''"));
        assertEquals(List.of(), ServiceFile.words("  "));
    }
}
