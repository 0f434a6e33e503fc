package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTest {

    private static byte[] good() {
        byte[] frame = new byte[Frame.HEADER + 16];
        Frame.writeHeader(frame, 0, Frame.Kind.DATA, 0, frame.length, 0x1122334455667788L, 3, 4, 5, 6);
        return frame;
    }

    @Test
    void a_good_header_says_what_was_written() {
        byte[] frame = good();
        assertNull(Frame.check(frame, 0, frame.length));
        assertEquals(Frame.Kind.DATA, Frame.kind(frame, 0));
        assertEquals(frame.length, Frame.length(frame, 0));
        assertEquals(0x1122334455667788L, Frame.session(frame, 0));
        assertEquals(3, Frame.epoch(frame, 0));
        assertEquals(4, Frame.peerEpoch(frame, 0));
        assertEquals(5, Frame.sequence(frame, 0));
        assertEquals(6, Frame.ack(frame, 0));
        assertEquals((byte) 0x88, frame[8], "little-endian");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, wrong magic",
        "1, 2, wrong version",
        "2, 0, unknown kind",
        "2, 12, unknown kind",
        "2, -1, unknown kind",
        "3, 2, unknown flags",
        "3, 5, unknown flags",
        "3, 8, unknown flags",
        "3, -128, unknown flags",
        "4, 0, truncated frame",
        "7, -1, truncated frame"
    })
    void each_wrong_field_is_named(int at, byte value, String why) {
        byte[] frame = good();
        frame[at] = value;
        assertEquals(why, Frame.check(frame, 0, frame.length));
    }

    @Test
    void a_shelved_message_is_a_reference_and_nothing_else() {
        byte[] frame = good();
        frame[3] = Frame.SHELVED;
        assertNull(Frame.check(frame, 0, frame.length));
        Bytes.putInt(frame, 4, frame.length - 8);
        assertEquals("no reference to a shelf", Frame.check(frame, 0, frame.length - 8));
    }

    @Test
    void pieces_are_a_matter_of_data_frames_only() {
        byte[] frame = good();
        frame[3] = Frame.PIECE | Frame.LAST;
        assertNull(Frame.check(frame, 0, frame.length));
        frame[2] = (byte) 3;
        assertEquals("unknown flags", Frame.check(frame, 0, frame.length));
    }

    @Test
    void nobody_has_the_session_zero() {
        byte[] frame = good();
        Bytes.putLong(frame, 8, 0);
        assertEquals("no session", Frame.check(frame, 0, frame.length));
    }

    @Test
    void a_header_that_is_cut_off_is_named() {
        for (int size = 0; size < Frame.HEADER; size++) {
            assertEquals("truncated header", Frame.check(good(), 0, size));
        }
        assertEquals("truncated frame", Frame.check(good(), 0, Frame.HEADER));
    }
}
