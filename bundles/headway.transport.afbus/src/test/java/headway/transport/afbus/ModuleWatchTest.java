package headway.transport.afbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the module comes or goes is noticed once; here a file says which family is ours, and AF_UNIX plays its part. */
class ModuleWatchTest {

    private static final String AF_UNIX = "1\n";
    private static final String UNKNOWN = "45\n";

    @TempDir
    private Path directory;

    private final AtomicInteger changes = new AtomicInteger();
    private Path parameter;
    private KernelModule module;
    private ModuleWatch watch;

    @BeforeEach
    void needsLinux() {
        assumeTrue("Linux".equals(System.getProperty("os.name")), "AF_BUS is of Linux only");
        parameter = directory.resolve("family");
        module = new KernelModule(parameter);
        watch = new ModuleWatch(module, changes::incrementAndGet);
    }

    private String absence() {
        return assertThrows(IOException.class, watch::require).getMessage();
    }

    private void look(int expected) {
        watch.look();
        watch.look();
        assertEquals(expected, changes.get());
    }

    @Test
    void a_module_that_is_not_there_is_said_to_be_absent() throws Exception {
        assertTrue(absence().startsWith("The kernel module afbus is not loaded"));
        Files.writeString(parameter, UNKNOWN);
        assertTrue(absence().startsWith("The kernel module afbus is not loaded"));
        Files.writeString(parameter, "many\n");
        assertTrue(absence().endsWith("holds no number of a socket family, but \"many\""));
        Files.writeString(parameter, "-3\n");
        assertTrue(absence().endsWith("holds no number of a socket family, but \"-3\""));
        // Netlink has no such sockets.
        Files.writeString(parameter, "16\n");
        assertTrue(absence().startsWith("The kernel makes no AF_BUS sockets here (socket: "));
    }

    @Test
    void its_number_is_the_one_it_says() throws Exception {
        Files.writeString(parameter, "22\n");
        assertEquals(22, module.family());
    }

    @Test
    void it_is_noticed_once_that_it_comes_and_once_that_it_goes() throws Exception {
        absence();
        look(0);
        Files.writeString(parameter, AF_UNIX);
        look(1);
        watch.require();
        look(1);
        Files.delete(parameter);
        look(2);
        absence();
        look(2);
    }

    @Test
    void that_it_is_about_to_go_is_noticed_once_and_then_that_it_has_gone() throws Exception {
        Files.writeString(parameter, AF_UNIX);
        watch.require();
        watch.leaves();
        watch.leaves();
        assertEquals(1, changes.get());
        Files.delete(parameter);
        look(2);
    }
}
