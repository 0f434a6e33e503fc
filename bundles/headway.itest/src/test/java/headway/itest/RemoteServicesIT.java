package headway.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Message;
import headway.bus.Target;
import headway.itest.radio.Radio;
import headway.itest.radio.RadioApp;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceException;
import org.osgi.util.tracker.ServiceTracker;

/** A service of an application in one process is a D-Bus object, and that is a service in another process. */
@InFelix
public class RemoteServicesIT {

    private static final String RADIO = "headway.itest.radio.Radio";
    private static final String PATH = "/headway/itest/radio/Radio";
    private static final String IMPORTED = "(&(objectClass=" + RADIO + ")(service.imported=true))";

    /** The neighbour in which the application runs. */
    private static Neighbour application() throws Exception {
        Path runtime = Path.of(System.getProperty(FelixExtension.RUNTIME_DIRECTORY));
        Path directory = Files.createTempDirectory(runtime, "radio");
        return Neighbour.start(AppImage.make(directory, "headway.itest.radio", "RadioApp"), "run");
    }

    private static ServiceTracker<Radio, Radio> radios() throws Exception {
        ServiceTracker<Radio, Radio> radios =
                new ServiceTracker<>(Container.here().context(), FrameworkUtil.createFilter(IMPORTED), null);
        radios.open();
        return radios;
    }

    private static Radio await(ServiceTracker<Radio, Radio> radios) throws InterruptedException {
        Radio radio = radios.waitForService(TimeUnit.SECONDS.toMillis(Neighbour.PATIENCE_SECONDS));
        assertNotNull(radio, "No radio came");
        return radio;
    }

    private static void awaitNone(ServiceTracker<Radio, Radio> radios) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Neighbour.PATIENCE_SECONDS);
        while (radios.size() > 0) {
            assertTrue(System.nanoTime() < until, "The service is still there");
            Thread.onSpinWait();
        }
    }

    @Test
    public void a_service_of_another_process_is_called_as_if_it_were_here_until_that_process_dies() throws Exception {
        Bus bus = Container.here().bus();
        ServiceTracker<Radio, Radio> radios = radios();
        BlockingQueue<Message> changes = new ArrayBlockingQueue<>(10);
        try (var application = application();
                var subscription = bus.subscribe(
                        "org/freedesktop/DBus/Properties/PropertiesChanged", Delivery.queue(10), changes::add)) {
            Radio radio = await(radios);
            assertEquals(2, radios.getServiceReference().getProperty("tuners"));
            assertEquals(98.5, radio.getFrequency());
            radio.setFrequency(101.25);
            assertEquals(101.25, radio.getFrequency());
            assertEquals(Radio.Band.FM, radio.getBand());
            assertEquals(
                    List.of(
                            new Radio.Station("News", 98.5, Optional.empty()),
                            new Radio.Station("Music", 101.25, Optional.of("Song"))),
                    radio.stations());
            assertEquals(Map.of("name", "News", "bands", List.of("FM", "DAB")), radio.details(radio.find("News")));
            assertEquals(
                    "no Silence",
                    assertThrows(Radio.SilenceException.class, () -> radio.find("Silence"))
                            .getMessage());
            assertEquals(
                    "Next", radio.nextSong().toCompletableFuture().get(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS));

            Message changed = changes.poll(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals(PATH, changed.path(), subscription.pattern());
            assertEquals(RADIO, changed.body().get(0));
            assertTrue(((Map<?, ?>) changed.body().get(1)).containsKey("Frequency"), changed::toString);

            var never = radio.never().toCompletableFuture();
            application.kill();
            ExecutionException died = assertThrows(
                    ExecutionException.class, () -> never.get(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals(
                    ServiceException.REMOTE,
                    assertInstanceOf(ServiceException.class, died.getCause()).getType());
            awaitNone(radios);
            assertThrows(ServiceException.class, radio::getFrequency);
        }
        try (var again = application()) {
            assertEquals(98.5, await(radios).getFrequency(), again::toString);
        }
        awaitNone(radios);
        radios.close();
    }

    @Test
    public void a_service_of_this_process_is_called_by_a_command_in_another() throws Exception {
        Bus bus = Container.here().bus();
        RadioApp radio = new RadioApp();
        var registration = Container.here()
                .context()
                .registerService(
                        Radio.class,
                        radio,
                        FrameworkUtil.asDictionary(Map.of(
                                "service.exported.interfaces",
                                "*",
                                "headway.dbus.name",
                                "org.example.Radio",
                                "headway.dbus.path",
                                "/radio")));
        try {
            String xml = (String) bus.call(
                            new Target("org.example.Radio", "/radio", "org.freedesktop.DBus.Introspectable"),
                            "Introspect",
                            "")
                    .get(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .body()
                    .get(0);
            assertTrue(xml.contains("<method name=\"Stations\">"), xml);
            try (var caller =
                    Neighbour.start("call", "--json", "org.example.Radio", "/radio", RADIO, "Find", "s", "Music")) {
                String line = caller.line();
                assertTrue(line.contains("101.25"), line);
                assertEquals(0, caller.exitCode());
            }
        } finally {
            registration.unregister();
        }
    }

    @Test
    public void d_bus_programs_use_a_service_as_any_other_object() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/busctl")), "skipped: no /usr/bin/busctl (package systemd)");
        Path runtime = Path.of(System.getProperty(FelixExtension.RUNTIME_DIRECTORY));
        String address =
                "unix:path=" + Files.createTempDirectory(runtime, "dbus").resolve("bus");
        ServiceTracker<Radio, Radio> radios = radios();
        try (var application = application();
                var gateway = Neighbour.start("bus", "--address", address, "--print-address")) {
            assertTrue(gateway.line().startsWith(address), application::toString);
            assertEquals(98.5, await(radios).getFrequency());
            awaitName(address);

            String tree = busctl(address, "tree", "--list", RADIO);
            assertTrue(tree.lines().anyMatch(PATH::equals), tree);
            String seen = busctl(address, "introspect", RADIO, PATH, RADIO);
            assertTrue(seen.matches("(?s).*\\.Find +method +s +\\(sdas\\).*"), seen);
            assertTrue(seen.matches("(?s).*\\.Frequency +property +d +98\\.5 +writable.*"), seen);
            assertEquals(
                    "(sdas) \"Music\" 101.25 1 \"Song\"",
                    busctl(address, "call", RADIO, PATH, RADIO, "Find", "s", "Music"));
            String silence = busctl(address, "call", RADIO, PATH, RADIO, "Find", "s", "Silence");
            assertEquals("Call failed: no Silence", silence);

            Process monitor = start(address, "monitor", "--json=short", RADIO);
            try {
                BufferedReader lines = monitor.inputReader(StandardCharsets.UTF_8);
                assertTrue(lines.readLine().startsWith("Monitoring"));
                assertEquals("", busctl(address, "set-property", RADIO, PATH, RADIO, "Frequency", "d", "101.25"));
                assertEquals("d 101.25", busctl(address, "get-property", RADIO, PATH, RADIO, "Frequency"));
                String line = lines.readLine();
                while (!line.contains("PropertiesChanged")) {
                    line = lines.readLine();
                }
                assertTrue(line.contains("\"Frequency\":{\"type\":\"d\",\"data\":1"), line);
            } finally {
                monitor.destroyForcibly();
            }
        }
        awaitNone(radios);
        radios.close();
    }

    /** Another node tells its programs of a name a little after it has told us. */
    private static void awaitName(String address) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Neighbour.PATIENCE_SECONDS);
        while (!busctl(address, "list").contains(RADIO)) {
            assertTrue(System.nanoTime() < until, "The name does not come");
        }
    }

    private static Process start(String address, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/busctl", "--address=" + address, "--no-pager"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String busctl(String address, String... arguments) throws Exception {
        Process process = start(address, arguments);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertTrue(process.waitFor(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS), said);
        return said;
    }
}
