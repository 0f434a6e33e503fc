package headway.distro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadUnitTest {

    @TempDir
    Path directory;

    private HeadUnit read(String text) throws Exception {
        return HeadUnit.read(Files.writeString(directory.resolve("head-unit.bndrun"), text));
    }

    @Test
    void bundles_are_listed_in_order_with_their_start_levels() throws Exception {
        HeadUnit headUnit =
                read("# c\n-runee: JavaSE-17\n-runbundles: \\\n  a.b;startlevel=1,\\\n  c ,\\\n d; startlevel=4\n");

        assertEquals(
                List.of(new HeadUnit.Part("a.b", 1), new HeadUnit.Part("c", 2), new HeadUnit.Part("d", 4)),
                headUnit.parts());
    }

    @Test
    void what_is_not_understood_is_named() {
        LaunchException refused = assertThrows(LaunchException.class, () -> read("-runbundles: a;version=1\n"));

        assertEquals(LaunchException.BROKEN, refused.exitCode());
        assertTrue(refused.getMessage().contains("'version=1' of 'a'"), refused.getMessage());
    }

    @Test
    void an_empty_list_and_no_list_are_refused() {
        assertThrows(LaunchException.class, () -> read(""));
        assertThrows(LaunchException.class, () -> HeadUnit.read(directory.resolve("absent")));
    }
}
