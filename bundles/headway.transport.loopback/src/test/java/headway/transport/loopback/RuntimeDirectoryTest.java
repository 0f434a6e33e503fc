package headway.transport.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.tck.Inbox;
import headway.transport.Transport;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** The runtime directory is private, or there is no bus; and the reason can be read. */
class RuntimeDirectoryTest {

    @TempDir
    Path temporary;

    private static String refusal(Path runtime) {
        return assertThrows(IOException.class, () -> open(runtime)).getMessage();
    }

    private static void open(Path runtime) throws IOException {
        Transport transport = new LoopbackTransport(runtime);
        transport.open("bus", new Inbox()).close();
    }

    @Test
    void it_is_made_for_this_user_only() throws Exception {
        Path runtime = temporary.resolve("a").resolve("b");
        open(runtime);
        for (Path each : new Path[] {runtime, runtime.resolve("bus")}) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
        }
    }

    @Test
    void one_that_is_open_to_others_is_refused() throws Exception {
        Path runtime = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxr-x---"));
        assertEquals(
                "The runtime directory " + runtime
                        + " is open to others (rwxr-x---). Say chmod 700, or set runtime.dir to another.",
                refusal(runtime));
    }

    @Test
    void the_directory_of_a_bus_that_is_open_to_others_is_refused() throws Exception {
        Path bus = Files.createDirectory(temporary.resolve("bus"));
        Files.setPosixFilePermissions(bus, PosixFilePermissions.fromString("rwx-----x"));
        assertTrue(refusal(temporary).contains(bus + " is open to others (rwx-----x)"));
    }

    @Test
    void one_that_is_a_symbolic_link_is_refused() throws Exception {
        open(temporary.resolve("real"));
        Path runtime = Files.createSymbolicLink(temporary.resolve("link"), temporary.resolve("real"));
        assertTrue(refusal(runtime).contains(runtime + " is a symbolic link"));
    }

    @Test
    void one_that_is_a_file_is_refused() throws Exception {
        Path runtime = Files.createFile(temporary.resolve("file"));
        assertTrue(refusal(runtime).contains(runtime + " is not a directory"));
    }

    @Test
    void one_that_belongs_to_another_user_is_refused() throws Exception {
        Path runtime = temporary.resolve("theirs");
        open(runtime);
        try {
            Files.setAttribute(runtime, "unix:uid", 12345);
        } catch (IOException e) {
            assumeTrue(false, "Only root can give a directory to another user");
        }
        assertTrue(refusal(runtime).contains(runtime + " belongs to 12345 and not to "));
    }

    @Test
    void one_that_cannot_be_made_is_named() {
        assertTrue(
                refusal(Path.of("/proc/headway")).startsWith("The runtime directory /proc/headway cannot be created"));
    }

    @Test
    void one_whose_name_is_too_long_is_refused_and_the_longest_works() throws Exception {
        int fixed = temporary.toString().length() + "/".length() + "/bus/.0123456789abcdef".length();
        open(temporary.resolve("x".repeat(106 - fixed)));
        String refusal = refusal(temporary.resolve("x".repeat(107 - fixed)));
        assertTrue(refusal.contains("would be 107 bytes long, the system takes 106; choose a shorter runtime.dir."));
    }

    @Test
    void a_bus_has_a_name_that_is_no_path() throws Exception {
        Transport transport = new LoopbackTransport(temporary);
        for (String bad : new String[] {"", "..", "a/b", "a b", "x".repeat(65)}) {
            assertThrows(IllegalArgumentException.class, () -> transport.open(bad, new Inbox()));
        }
    }

    @Test
    void the_configuration_names_it_and_the_service_is_there_while_it_works() throws Exception {
        Path runtime = temporary.resolve("configured");
        List<String> calls = new ArrayList<>();
        var registration = fake(ServiceRegistration.class, (proxy, method, arguments) -> {
            calls.add(method.getName());
            return null;
        });
        var context = fake(BundleContext.class, (proxy, method, arguments) -> {
            calls.add(method.getName() + " " + ((Transport) arguments[1]).name());
            return registration;
        });
        LoopbackComponent component = new LoopbackComponent(context, config(runtime), Map.of("service.ranking", 0));
        assertTrue(Files.isDirectory(runtime));
        component.stop();
        Files.delete(runtime);
        Files.createFile(runtime);
        assertThrows(IOException.class, () -> new LoopbackComponent(context, config(runtime), Map.of()));
        assertEquals(List.of("registerService loopback", "unregister"), calls);
    }

    private static LoopbackComponent.Config config(Path runtime) {
        return fake(
                LoopbackComponent.Config.class,
                (proxy, method, arguments) ->
                        method.getName().equals("runtime_dir") ? runtime.toString() : method.getDefaultValue());
    }

    private static <T> T fake(Class<T> type, InvocationHandler behaviour) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, behaviour));
    }
}
