package headway.transport.afbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.tck.Inbox;
import headway.transport.Link;
import java.io.IOException;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The kernel's list of members is read for their addresses. */
class CensusTest {

    private static final String HEAD =
            "Address            Uid     Pid Who   Queued      Bytes     Lost      Inode Bus\n";

    private static String line(String address) {
        return address + "     0     812 hs-        3       2304        0       7931 headway\n";
    }

    @Test
    void every_line_but_the_first_begins_with_an_address() throws Exception {
        assertEquals(
                Set.of(0x123456789abcdefL, 255L),
                Census.read(HEAD + line("0123456789abcdef") + line("00000000000000ff")));
        assertEquals(Set.of(), Census.read(""));
        assertEquals(Set.of(), Census.read(HEAD));
    }

    @Test
    void a_list_that_looks_different_is_not_guessed_at() {
        assertThrows(IOException.class, () -> Census.read(HEAD + "something else\n"));
    }

    @Test
    void any_text_at_all_is_read_or_refused() {
        for (int seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder text = new StringBuilder(HEAD + line("0123456789abcdef"));
            for (int i = random.nextInt(5); i >= 0; i--) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
            }
            try {
                assertTrue(Census.read(text.toString()).size() <= text.length());
            } catch (IOException e) {
                assertTrue(e.getMessage().startsWith("The kernel writes"), e.getMessage());
            }
        }
    }

    @Test
    void links_are_in_it_as_long_as_they_are_open() throws Exception {
        Link link = Module.transport().open("census", new Inbox());
        assertTrue(Census.take().contains(link.local().value()));
        link.close();
        // The socket is given back when the thread that waits for it has left its call.
        while (Census.take().contains(link.local().value())) {
            Thread.onSpinWait();
        }
    }
}
