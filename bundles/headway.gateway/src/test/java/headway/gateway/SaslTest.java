package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaslTest {

    private static final String GUID = "0123456789abcdef0123456789abcdef";

    private static Sasl sasl(boolean anonymous) {
        return new Sasl(GUID, true, anonymous, true, uid -> uid == 1000);
    }

    private static String say(Sasl sasl, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        sasl.feed(bytes, 0, bytes.length);
        return new String(sasl.answers(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void everything_may_be_said_at_once_and_what_follows_are_messages() {
        Sasl sasl = sasl(false);
        byte[] all =
                "\0AUTH EXTERNAL\r\nDATA\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\nlxyz".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(all.length - 4, sasl.feed(all, 0, all.length));
        assertEquals(
                "DATA\r\nOK " + GUID + "\r\nAGREE_UNIX_FD\r\n",
                new String(sasl.answers(), StandardCharsets.ISO_8859_1));
        assertEquals(Sasl.State.DONE, sasl.state());
        assertTrue(sasl.descriptors());
        assertFalse(sasl.anonymous());
    }

    @Test
    void however_it_is_cut_into_pieces() {
        Sasl sasl = sasl(false);
        StringBuilder said = new StringBuilder();
        for (char c : "\0AUTH EXTERNAL 31303030\r\nBEGIN\r\n".toCharArray()) {
            said.append(say(sasl, String.valueOf(c)));
        }
        assertEquals("OK " + GUID + "\r\n", said.toString());
        assertEquals(Sasl.State.DONE, sasl.state());
        assertFalse(sasl.descriptors());
    }

    @Test
    void another_users_number_is_rejected() {
        assertEquals("REJECTED EXTERNAL\r\n", say(sasl(false), "\0AUTH EXTERNAL 31303031\r\n"));
        assertEquals("REJECTED EXTERNAL\r\n", say(sasl(false), "\0AUTH EXTERNAL 3131303030303030303030303030\r\n"));
    }

    @Test
    void who_does_not_say_who_it_is_may_come_where_that_is_allowed() {
        assertEquals("REJECTED EXTERNAL\r\n", say(sasl(false), "\0AUTH ANONYMOUS\r\n"));
        Sasl sasl = sasl(true);
        assertEquals("REJECTED EXTERNAL ANONYMOUS\r\n", say(sasl, "\0AUTH\r\n"));
        assertEquals("OK " + GUID + "\r\n", say(sasl, "AUTH ANONYMOUS 74726163\r\n"));
        say(sasl, "BEGIN\r\n");
        assertTrue(sasl.anonymous());
    }

    @Test
    void where_the_kernel_knows_nobody_a_number_is_worth_nothing() {
        Sasl sasl = new Sasl(GUID, false, true, false, uid -> true);
        assertEquals("REJECTED ANONYMOUS\r\n", say(sasl, "\0AUTH EXTERNAL 30\r\n"));
        assertEquals("REJECTED ANONYMOUS\r\n", say(sasl, "AUTH EXTERNAL\r\n"));
        assertTrue(say(sasl, "AUTH ANONYMOUS\r\nNEGOTIATE_UNIX_FD\r\n").contains("\r\nERROR "));
        Sasl strict = new Sasl(GUID, false, false, false, uid -> true);
        assertEquals("REJECTED\r\n", say(strict, "\0AUTH ANONYMOUS\r\n"));
    }

    @Test
    void what_is_too_long_or_too_much_breaks_it() {
        Sasl sasl = sasl(false);
        say(sasl, "\0" + "A".repeat(20_000));
        assertEquals(Sasl.State.BROKEN, sasl.state());
        Sasl other = sasl(false);
        String answers = say(other, "\0" + "\r\n".repeat(50_000));
        assertEquals(Sasl.State.BROKEN, other.state());
        assertTrue(answers.length() < 20_000);
    }

    @Test
    void bytes_of_any_kind_never_let_anybody_in() {
        Random random = new Random(14);
        String[] words = {
            "AUTH",
            "EXTERNAL",
            "ANONYMOUS",
            "31303031",
            "DATA",
            "BEGIN",
            "CANCEL",
            "ERROR",
            "NEGOTIATE_UNIX_FD",
            "\r\n",
            " ",
            "\n",
            "\r",
            "\0",
            "\377"
        };
        for (int round = 0; round < 20_000; round++) {
            // The user it could claim to be is nobody's here, and saying nothing would be to be who one is.
            Sasl sasl = new Sasl(GUID, true, false, true, uid -> false);
            StringBuilder text = new StringBuilder("\0");
            for (int i = random.nextInt(25); i >= 0; i--) {
                String word = words[random.nextInt(words.length)];
                text.append(word.equals("EXTERNAL") ? "EXTERNAL 31" : word);
            }
            say(sasl, text.toString());
            if (sasl.state() == Sasl.State.DONE) {
                // Only with an empty answer: the kernel says who it is.
                assertTrue(text.toString().contains("DATA"), text.toString());
            }
        }
    }

    @Test
    void anonymous_clients_have_no_user_on_the_bus(@TempDir Path directory) throws Exception {
        try (TestBus bus = new TestBus(directory, EpollSockets.open(), Limits.standard(), true);
                RawClient client = new RawClient(bus.socket())) {
            client.send("\0AUTH ANONYMOUS\r\n");
            assertEquals("OK " + bus.guid(), client.line());
            client.send("BEGIN\r\n");
            client.hello();
            assertEquals(
                    "org.freedesktop.DBus.Error.Failed",
                    client.call("GetConnectionUnixUser", "s", client.name()).errorName());
            assertEquals(
                    "org.freedesktop.DBus.Error.AccessDenied",
                    client.callTo("org.freedesktop.DBus.Monitoring", "BecomeMonitor", "asu", java.util.List.of(), 0L)
                            .errorName());
        }
    }
}
