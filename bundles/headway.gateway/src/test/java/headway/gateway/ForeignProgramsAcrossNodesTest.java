package headway.gateway;

import static headway.gateway.Programs.PYTHON;
import static headway.gateway.Programs.assertSays;
import static headway.gateway.Programs.needs;
import static headway.gateway.Programs.needsPython;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that nobody here wrote, on the buses of three processes that are nodes of one bus. */
class ForeignProgramsAcrossNodesTest {

    @TempDir
    Path directory;

    private NodeBusProcess a;
    private NodeBusProcess b;

    @BeforeEach
    void start() throws Exception {
        a = new NodeBusProcess(directory, "a");
        b = new NodeBusProcess(directory, "b");
    }

    @AfterEach
    void end() {
        a.close();
        b.close();
    }

    private static String run(NodeBusProcess at, String... command) throws Exception {
        return Programs.runWell(at.environment(), command);
    }

    private static void awaitName(NodeBusProcess at, String name, boolean there) throws Exception {
        try (RawClient probe = at.connect()) {
            probe.call("AddMatch", "s", "type='signal',member='NameOwnerChanged',arg0='" + name + "'");
            while ((Boolean) probe.call("NameHasOwner", "s", name).body().get(0) != there) {
                Message changed = probe.receive();
                assertTrue(changed != null, "disconnected");
            }
        }
    }

    /** A service in Python on one node. */
    private Process calculator(NodeBusProcess at) throws Exception {
        needsPython("dbus, dbus.mainloop.glib, gi");
        Process service =
                Programs.start(at.environment(), PYTHON, resource("service.py").toString());
        Programs.awaitLine(service, "ready");
        return service;
    }

    private Path resource(String name) throws IOException {
        return Programs.resource(name, directory);
    }

    @Test
    void busctl_and_gdbus_see_and_call_a_service_of_another_node() throws Exception {
        needs("busctl", "gdbus");
        Process service = calculator(a);
        awaitName(b, "org.example.Calculator", true);
        assertSays(run(b, "busctl", "--user", "list"), "org.example.Calculator", Long.toString(service.pid()));
        assertSays(run(b, "busctl", "--user", "tree", "org.example.Calculator"), "/org/example/Calculator");
        assertSays(
                run(b, "busctl", "--user", "introspect", "org.example.Calculator", "/org/example/Calculator"),
                ".Sum",
                "ai",
                ".Summed");
        assertSays(
                run(
                        b,
                        "busctl",
                        "--user",
                        "call",
                        "org.example.Calculator",
                        "/org/example/Calculator",
                        "org.example.Calculator",
                        "Sum",
                        "ai",
                        "3",
                        "1",
                        "2",
                        "3"),
                "x 6");
        assertSays(
                run(
                        b,
                        "gdbus",
                        "call",
                        "--session",
                        "-d",
                        "org.example.Calculator",
                        "-o",
                        "/org/example/Calculator",
                        "-m",
                        "org.example.Calculator.Sum",
                        "[4, 5]"),
                "(int64 9,)");
        service.destroy();
        awaitName(b, "org.example.Calculator", false);
    }

    @Test
    void a_client_of_glib_hears_the_signals_of_a_service_on_another_node_and_stops_it() throws Exception {
        Process service = calculator(a);
        awaitName(b, "org.example.Calculator", true);
        assertSays(run(b, PYTHON, resource("client.py").toString()), "ok");
        assertEquals(0, service.waitFor());
    }

    @Test
    void busctl_reads_properties_of_a_program_of_another_node() throws Exception {
        needs("busctl", "playerctld");
        Process player = Programs.start(a.environment(), "playerctld");
        awaitName(b, "org.mpris.MediaPlayer2.playerctld", true);
        assertSays(
                run(
                        b,
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

    @Test
    void busctl_monitors_signals_of_another_node() throws Exception {
        needs("busctl", "dbus-send", "stdbuf");
        Process monitor = Programs.start(
                b.environment(),
                "stdbuf",
                "-oL",
                "busctl",
                "--address=unix:path=" + b.socket(),
                "monitor",
                "--match=interface='org.example.Monitored'");
        // What the monitor wants is known there only after a moment.
        Thread sending = new Thread(() -> {
            try {
                while (monitor.isAlive()) {
                    run(a, "dbus-send", "--session", "/seen", "org.example.Monitored.It", "string:hello");
                }
            } catch (Exception ended) {
                monitor.destroy();
            }
        });
        sending.start();
        assertSays(Programs.awaitLine(monitor, "Path=/seen"), "Interface=org.example.Monitored", "Member=It");
        monitor.destroy();
        monitor.waitFor();
        sending.join();
    }

    @Test
    void dbus_test_tool_spams_an_echo_and_a_black_hole_on_another_node() throws Exception {
        needs("dbus-test-tool");
        for (String kind : List.of("echo", "black-hole")) {
            String name = "org.example.Tool." + kind.replace("-", "");
            Process service = Programs.start(a.environment(), "dbus-test-tool", kind, "--session", "--name=" + name);
            awaitName(b, name, true);
            run(
                    b,
                    "dbus-test-tool",
                    "spam",
                    "--session",
                    "--dest=" + name,
                    "--count=20000",
                    "--payload=" + "x".repeat(200),
                    kind.equals("echo") ? "--queue=50" : "--no-reply");
            assertTrue(service.isAlive());
            service.destroy();
            service.waitFor();
        }
    }

    @Test
    void who_waits_for_a_node_that_is_killed_is_told_so_and_its_names_go() throws Exception {
        try (NodeBusProcess doomed = new NodeBusProcess(directory, "c");
                RawClient watcher = b.connect();
                RawClient next = a.connect()) {
            RawClient service = doomed.connect();
            service.call("RequestName", "su", "org.example.Doomed", 0L);
            watcher.call("AddMatch", "s", "type='signal',member='NameOwnerChanged'");
            awaitName(b, "org.example.Doomed", true);
            awaitName(a, "org.example.Doomed", true);
            next.call("RequestName", "su", "org.example.Doomed", 0L);
            watcher.send(headway.dbus.MessageBuilder.call("/object", "org.example.Doomed", "Wait")
                    .destination("org.example.Doomed"));
            int serial = watcher.lastSerial();
            Message call = service.receive();
            while (!"Wait".equals(call.member())) {
                call = service.receive();
            }
            doomed.kill();
            boolean answered = false;
            boolean passedOn = false;
            boolean gone = false;
            while (!answered || !passedOn || !gone) {
                Message message = watcher.receive();
                assertTrue(message != null, "disconnected");
                if (message.replySerial() == serial) {
                    assertEquals("org.freedesktop.DBus.Error.NoReply", message.errorName());
                    answered = true;
                } else if ("NameOwnerChanged".equals(message.member())) {
                    passedOn |= message.body().equals(List.of("org.example.Doomed", service.name(), next.name()));
                    gone |= message.body().equals(List.of(service.name(), service.name(), ""));
                }
            }
        }
    }
}
