package headway.transport.afbus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.sys.Unistd;
import headway.tck.Inbox;
import headway.transport.Link;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Who opens a bus first says who else may use it; whose buses are joined is ours to say. */
class PermissionTest {

    private static final long NOBODY = 65534;

    @Test
    void settings_are_those_of_files() throws Exception {
        assertEquals(new Permission(0660, 1001, Set.of(5L)), Permission.of(" 660 ", 1001, Set.of(5L)));
        assertEquals(Permission.PRIVATE, Permission.of("0600", -1, Set.of()));
        assertEquals(-2, Permission.of("0", 0xffff_fffeL, Set.of()).group());
        for (String bad : new String[] {"", "rw", "888", "-1", "1777"}) {
            IOException e = assertThrows(IOException.class, () -> Permission.of(bad, -1, Set.of()));
            assertTrue(e.getMessage().contains("three octal digits"), e.getMessage());
        }
        for (long bad : new long[] {-2, 0xffff_ffffL}) {
            assertThrows(IOException.class, () -> Permission.of("600", bad, Set.of()));
        }
    }

    @Test
    void a_bus_of_this_user_of_root_and_of_who_is_named_is_trusted() {
        Permission permission = new Permission(0600, Permission.OWN, Set.of(7L));
        assertTrue(permission.trusts(1000, 1000));
        assertTrue(permission.trusts(0, 1000));
        assertTrue(permission.trusts(7, 1000));
        assertFalse(permission.trusts(8, 1000));
    }

    /** Starts afbusctl as a user who has no rights of his own. */
    private static Process asNobody(String... arguments) throws IOException {
        String ctl = Module.setting("ctl");
        Path setpriv = Path.of("/usr/bin/setpriv");
        Assumptions.assumeTrue(Unistd.geteuid() == 0, "Only root can become another user");
        Assumptions.assumeTrue(Files.isExecutable(setpriv), "There is no setpriv here");
        String id = Long.toString(NOBODY);
        java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of(
                setpriv.toString(), "--reuid", id, "--regid", id, "--clear-groups", "--inh-caps=-all", ctl));
        command.addAll(java.util.List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String said(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said;
    }

    @Test
    void who_may_send_is_as_the_mode_says_and_the_kernel_says_who_it_was() throws Exception {
        Module.transport();
        Inbox inbox = new Inbox();
        Link open =
                Module.transport(new Permission(0666, Permission.OWN, Set.of())).open("open", inbox);
        assertEquals("0 ", said(asNobody("send", "open", "0x" + open.local(), "hello")));
        Inbox.Frame frame = inbox.nextFrame();
        assertArrayEquals("hello".getBytes(StandardCharsets.US_ASCII), frame.bytes());
        assertEquals(NOBODY, frame.credentials().uid());
        assertEquals(NOBODY, frame.credentials().gid());
        open.close();
        Link shut = Module.transport().open("shut", inbox);
        String refused = said(asNobody("send", "shut", "0x" + shut.local(), "hello"));
        assertTrue(refused.startsWith("1 ") && refused.contains("Permission denied"), refused);
        shut.close();
    }

    @Test
    void a_bus_that_a_stranger_opened_first_is_not_joined_unless_he_is_named() throws Exception {
        Module.transport();
        Process listener = asNobody("listen", "theirs");
        // It says so when it is there.
        byte[] line = new byte[20];
        assertEquals(line.length, listener.getInputStream().readNBytes(line, 0, line.length));
        IOException e = assertThrows(IOException.class, () -> Module.transport().open("theirs", new Inbox()));
        assertTrue(e.getMessage().contains("opened first by user " + NOBODY), e.getMessage());
        Module.transport(Module.trusting(NOBODY)).open("theirs", new Inbox()).close();
        listener.destroyForcibly().waitFor();
    }
}
