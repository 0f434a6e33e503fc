package headway.distro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd itself says of our unit. */
class SystemdUnitTest {

    private static final Path DISTRO = Path.of(System.getProperty("headway.root"), "distro");

    /** Of 100; the higher the more a service may do. */
    private static final int MOST_EXPOSURE = 20;

    @TempDir
    Path directory;

    private record Said(int exit, String text) {}

    private static Said analyze(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("systemd-analyze"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    @BeforeEach
    void systemd() throws Exception {
        boolean there;
        try {
            there = analyze("--version").exit() == 0;
        } catch (IOException absent) {
            there = false;
        }
        assumeTrue(there, "systemd-analyze is not installed");
    }

    /** The unit, with its program where it is in this tree, and without the parts that match. */
    private String unit(String without) throws IOException {
        String text = Files.readString(DISTRO.resolve("systemd/headway.service"));
        assertTrue(text.contains("/opt/headway/distro/headway "), text);
        Path unit = directory.resolve("headway.service");
        Files.writeString(
                unit,
                text.replace(
                                "/opt/headway/distro/headway",
                                DISTRO.resolve("headway").toString())
                        .replaceAll(without, ""));
        return unit.toString();
    }

    private Path dropIn() throws IOException {
        Path dropIn =
                Files.createDirectories(directory.resolve("headway.service.d")).resolve("netlink-groups.conf");
        return Files.copy(DISTRO.resolve("systemd/headway.service.d/netlink-groups.conf"), dropIn);
    }

    @Test
    void the_unit_is_understood_without_a_word_of_complaint() throws Exception {
        assertEquals(new Said(0, ""), analyze("verify", "--man=no", unit("^$")));
        Path unused = dropIn();
        assertEquals(new Said(0, ""), analyze("verify", "--man=no", unit("^$")));
    }

    @Test
    void what_is_not_understood_would_be_noticed() throws Exception {
        String unit = unit("AF_ECONET");
        Files.writeString(Path.of(unit), Files.readString(Path.of(unit)).replace("AF_NETLINK", "AF_NOSUCH"));
        assertTrue(analyze("verify", "--man=no", unit).text().contains("AF_NOSUCH"));
    }

    @Test
    void the_unit_may_do_little() throws Exception {
        Said said = analyze("security", "--offline=true", "--no-pager", "--threshold=" + MOST_EXPOSURE, unit("^$"));
        assertEquals(0, said.exit(), said.text());
    }

    @Test
    void a_unit_that_may_do_more_would_be_noticed() throws Exception {
        Said said = analyze(
                "security",
                "--offline=true",
                "--no-pager",
                "--threshold=" + MOST_EXPOSURE,
                unit("(?m)^(CapabilityBoundingSet|RestrictAddressFamilies|SystemCallFilter|NoNewPrivileges)=.*$"));
        assertTrue(said.exit() != 0, said.text());
    }
}
