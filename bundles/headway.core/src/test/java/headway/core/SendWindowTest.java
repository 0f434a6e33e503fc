package headway.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendWindowTest {

    private static final int LIMIT = 1 << 18;

    /** The same window, as a list of arrays. */
    private static final class Model {
        private final Deque<byte[]> frames = new ArrayDeque<>();
        private long oldest = 1;
        private ByteArrayOutputStream open;

        void append(byte[] message) {
            if (open == null) {
                open = new ByteArrayOutputStream();
            }
            open.writeBytes(message);
            open.writeBytes(new byte[Bytes.align8(message.length) - message.length]);
        }

        void seal() {
            frames.add(open.toByteArray());
            open = null;
        }

        void acknowledge(long sequence) {
            for (; oldest <= sequence; oldest++) {
                frames.remove();
            }
        }

        int bytes() {
            int bytes = open == null ? 0 : Frame.HEADER + open.size();
            for (byte[] frame : frames) {
                bytes += Frame.HEADER + frame.length;
            }
            return bytes;
        }
    }

    private static void assertSame(Model model, SendWindow window) {
        long sequence = model.oldest;
        assertEquals(sequence, window.oldest());
        for (Iterator<byte[]> each = model.frames.iterator(); each.hasNext(); sequence++) {
            byte[] payload = each.next();
            ByteBuffer frame = window.frame(sequence, 7, sequence + 100);
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            assertEquals(null, Frame.check(bytes, 0, bytes.length));
            assertEquals(sequence, Frame.sequence(bytes, 0));
            assertEquals(sequence + 100, Frame.ack(bytes, 0));
            assertEquals(7, Frame.peerEpoch(bytes, 0));
            assertArrayEquals(payload, Arrays.copyOfRange(bytes, Frame.HEADER, bytes.length));
        }
        assertEquals(sequence - 1, window.newest());
        assertEquals(model.open != null, window.hasOpenFrame());
        assertTrue(window.bytes() >= model.bytes(), window.bytes() + " < " + model.bytes());
        assertTrue(window.bytes() <= LIMIT);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 3000, 65_000})
    void whatever_is_done_to_it_all_frames_that_are_kept_are_exact(int mostBytes) {
        for (long seed = 1; seed <= 25; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SendWindow window = new SendWindow(LIMIT);
            Model model = new Model();
            int refused = 0;
            for (int step = 0; step < 400; step++) {
                int what = random.nextInt(10);
                if (what < 7) {
                    byte[] message = new byte[1 + random.nextInt(Math.min(mostBytes, Session.WHOLE))];
                    random.nextBytes(message);
                    if (!window.fitsOpenFrame(message.length)) {
                        window.seal(0, 1, 1, 0);
                        model.seal();
                    }
                    if (window.reserve(message.length)) {
                        window.append(message, 0, message.length);
                        model.append(message);
                    } else {
                        refused++;
                        assertTrue(
                                model.bytes() + message.length + 3 * Frame.MAX > LIMIT,
                                "refused " + message.length + " bytes at " + model.bytes());
                    }
                } else if (what == 7 && window.hasOpenFrame()) {
                    window.seal(0, 1, 1, 0);
                    model.seal();
                } else if (random.nextInt(mostBytes > 10_000 ? 2 : 12) == 0 && window.newest() >= window.oldest()) {
                    long sequence = random.nextLong(window.oldest() - 1, window.newest() + 1);
                    window.acknowledge(sequence);
                    model.acknowledge(sequence);
                }
                if (step % 10 == 0) {
                    assertSame(model, window);
                }
            }
            assertSame(model, window);
            assertTrue(mostBytes < 65_000 || refused > 0, "never full with seed " + seed);
        }
    }

    @Test
    void it_keeps_no_more_frames_than_it_may_and_goes_on_after_an_acknowledgement() {
        SendWindow window = new SendWindow(1 << 20);
        byte[] small = new byte[8];
        while (window.reserve(small.length)) {
            window.append(small, 0, small.length);
            window.seal(0, 1, 1, 0);
        }
        assertEquals(1 << 13, window.newest());
        window.acknowledge(1);
        assertTrue(window.reserve(small.length));
    }

    @Test
    void an_empty_window_takes_the_largest_frame_wherever_it_stands() {
        SendWindow window = new SendWindow(LIMIT);
        byte[] message = new byte[Session.WHOLE];
        for (int size = 8; size < 40_000; size += 4096) {
            assertTrue(window.reserve(size));
            window.append(message, 0, size);
            window.seal(0, 1, 1, 0);
            assertTrue(window.reserve(message.length));
            window.append(message, 0, message.length);
            window.seal(0, 1, 1, 0);
            assertEquals(Frame.MAX, window.frame(window.newest(), 1, 0).remaining());
            window.acknowledge(window.newest());
            assertTrue(window.isEmpty());
            assertEquals(0, window.bytes());
        }
    }

    @Test
    void it_says_how_much_lies_before_a_frame_and_what_a_frame_was_sealed_with_wherever_it_stands() {
        SendWindow window = new SendWindow(LIMIT);
        byte[] message = new byte[1000];
        byte[] copy = new byte[Frame.MAX];
        for (int i = 1; i <= 2000; i++) {
            assertTrue(window.reserve(message.length));
            Arrays.fill(message, (byte) i);
            window.append(message, 0, message.length);
            window.seal(0, 1, 1, i % 3);
            if (i > 100) {
                window.acknowledge(i - 100);
                assertEquals(0, window.bytesBefore(window.oldest()));
                int frames = 100 * (Frame.HEADER + message.length);
                int before = window.bytesBefore(window.newest() + 1);
                assertTrue(before >= frames && before <= frames + 2 * Frame.MAX, () -> before + " bytes");
                assertEquals((i - 50) % 3, window.share(i - 50));
                assertEquals(message.length, window.copyPayload(i - 50, copy, 8));
                assertEquals((byte) (i - 50), copy[8]);
                window.unshare(i - 50);
                assertEquals(0, window.share(i - 50));
            }
        }
    }

    @Test
    void reserving_alone_is_no_open_frame() {
        SendWindow window = new SendWindow(LIMIT);
        assertTrue(window.reserve(100));
        assertFalse(window.hasOpenFrame());
    }

    @Test
    void a_limit_that_is_too_small_or_no_power_of_two_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new SendWindow(1 << 17));
        assertThrows(IllegalArgumentException.class, () -> new SendWindow(LIMIT + 8));
    }
}
