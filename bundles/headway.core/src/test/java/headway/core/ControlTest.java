package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Peer;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.transport.Credentials;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What nodes tell each other of participants: the very bytes, so that no version speaks otherwise by mistake. */
class ControlTest {

    private static final String GOLDEN =
            "6c04000135000000010000006600000001016f00110000002f6f72672f686561647761792f4e6f64"
                    + "650000000000000002017300100000006f72672e686561647761792e4e6f64650000000000000000"
                    + "030173000c0000005061727469636970616e74730000000008016700086128737878296173000000"
                    + "2000000000000000040000003a612e3200000000000000000700000000000000ffffffffffffffff"
                    + "09000000040000003a612e3300";

    private static Participant participant(String name, long pid, long uid) {
        return Participant.elsewhere(new Peer(name, Credentials.NONE), null, pid, uid);
    }

    @Test
    void participants_that_came_and_went_are_written_as_ever_and_read() {
        byte[] bytes = Control.participants(List.of(participant(":a.2", 7, -1)), List.of(":a.3"));
        Message message = Message.parse(bytes);
        assertEquals(
                List.of("org.headway.Node", "Participants", "a(sxx)as"),
                List.of(
                        message.interfaceName(),
                        message.member(),
                        message.signature().toString()));
        assertEquals(GOLDEN, HexFormat.of().formatHex(bytes));
        Control.Participants read = Control.decodeParticipants(message);
        assertEquals(List.of(new Control.Who(":a.2", 7, -1)), read.came());
        assertEquals(List.of(":a.3"), read.went());
    }

    @Test
    void another_signature_is_refused() {
        Message other = MessageBuilder.signal(Control.PATH, Control.INTERFACE, Control.PARTICIPANTS)
                .body("as", List.of(":a.2"))
                .build();
        assertThrows(IllegalArgumentException.class, () -> Control.decodeParticipants(other));
    }

    @Test
    void only_what_a_node_says_itself_to_another_is_control() {
        MessageBuilder control = MessageBuilder.signal(Control.PATH, Control.INTERFACE, Control.NAMES);
        assertTrue(Control.isControl(control.build()));
        assertFalse(Control.isControl(control.sender(":a.2").build()));
        assertFalse(Control.isControl(control.sender(null).destination(":a.2").build()));
        assertTrue(Control.isControl(Message.parse(Control.call(Control.RELEASE_NAME, "ss", ":a.2", "a.b"))));
    }
}
