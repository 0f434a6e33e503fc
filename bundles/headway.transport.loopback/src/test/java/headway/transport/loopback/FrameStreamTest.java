package headway.transport.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.transport.Address;
import headway.transport.loopback.BrokenStreamException.Cause;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bytes of a connection become frames, however they are cut; other bytes become a cause. */
class FrameStreamTest {

    private static final int MTU = 64 * 1024;
    private static final Address FROM = Address.of(0x0123456789abcdefL);

    /** Keeps what it is told. */
    private static final class Told implements FrameStream.Sink {
        final List<Address> from = new ArrayList<>();
        final List<byte[]> frames = new ArrayList<>();

        @Override
        public void onPreamble(Address address) {
            from.add(address);
        }

        @Override
        public void onFrame(ByteBuffer frame) {
            assertTrue(frame.hasArray());
            assertEquals(ByteOrder.LITTLE_ENDIAN, frame.order());
            byte[] copy = new byte[frame.remaining()];
            frame.get(copy);
            frames.add(copy);
        }
    }

    private static byte[] stream(List<byte[]> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Preamble.of(FROM).array());
        for (byte[] frame : frames) {
            out.writeBytes(length(frame.length));
            out.writeBytes(frame);
        }
        return out.toByteArray();
    }

    private static byte[] length(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static List<byte[]> frames(SplittableRandom random) {
        List<byte[]> frames = new ArrayList<>();
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            byte[] frame = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? MTU : 300)];
            random.nextBytes(frame);
            frames.add(frame);
        }
        return frames;
    }

    /** Feeds bytes in pieces of random size, as a socket would. */
    private static void feed(FrameStream stream, byte[] bytes, SplittableRandom random, Told told) throws IOException {
        int at = 0;
        int most = 1 + random.nextInt(bytes.length < 10_000 ? 20 : 100_000);
        while (at < bytes.length) {
            ByteBuffer room = stream.room();
            assertTrue(room.hasRemaining(), "No room to read into");
            int n = Math.min(Math.min(bytes.length - at, room.remaining()), 1 + random.nextInt(most));
            room.put(bytes, at, n);
            at += n;
            stream.parse(told);
            assertTrue(stream.room().capacity() <= MTU + 4, "It grows beyond one frame");
        }
    }

    @Test
    void frames_come_out_as_they_went_in_however_the_bytes_are_cut() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<byte[]> frames = frames(random);
            Told told = new Told();
            FrameStream stream = new FrameStream(MTU);
            feed(stream, stream(frames), random, told);
            stream.end();
            assertEquals(List.of(FROM), told.from);
            assertEquals(frames.size(), told.frames.size());
            for (int i = 0; i < frames.size(); i++) {
                assertArrayEquals(frames.get(i), told.frames.get(i));
            }
        }
    }

    @Test
    void any_bytes_at_all_become_frames_or_a_cause_and_never_anything_else() {
        for (int seed = 0; seed < 1000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = stream(frames(random));
            int changes = 1 + random.nextInt(5);
            for (int i = 0; i < changes; i++) {
                // Mostly where it hurts.
                int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(bytes.length, 30));
                bytes[at] = (byte) random.nextInt();
            }
            Told told = new Told();
            FrameStream stream = new FrameStream(MTU);
            try {
                feed(stream, bytes, random, told);
                stream.end();
            } catch (BrokenStreamException e) {
                assertTrue(e.getMessage().matches("(?s).+"), "A cause says what and where");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("Seed " + seed, e);
            }
            told.frames.forEach(frame -> assertTrue(frame.length > 0 && frame.length <= MTU));
        }
    }

    private static BrokenStreamException broken(byte[] bytes) {
        return assertThrows(BrokenStreamException.class, () -> {
            FrameStream stream = new FrameStream(MTU);
            feed(stream, bytes, new SplittableRandom(1), new Told());
            stream.end();
        });
    }

    @Test
    void a_frame_of_no_bytes_or_too_many_is_named_with_its_place() {
        byte[] bytes = stream(List.of(new byte[10], new byte[20]));
        int second = Preamble.BYTES + 4 + 10;
        System.arraycopy(length(0), 0, bytes, second, 4);
        assertEquals(Cause.EMPTY_FRAME, broken(bytes).what());
        assertEquals("a frame of no bytes at offset 30", broken(bytes).getMessage());
        System.arraycopy(length(MTU + 1), 0, bytes, second, 4);
        assertEquals(Cause.OVERSIZE_FRAME, broken(bytes).what());
        System.arraycopy(length(-1), 0, bytes, second, 4);
        assertEquals(
                "a frame of 4294967295 bytes at offset 30, the most is 65536",
                broken(bytes).getMessage());
    }

    @Test
    void what_is_not_a_preamble_is_named() {
        assertEquals(
                Cause.NOT_HEADWAY,
                broken("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                        .what());
        byte[] version = stream(List.of());
        version[4] = 2;
        assertEquals(Cause.WRONG_VERSION, broken(version).what());
        byte[] address = stream(List.of());
        address[15] = (byte) 0x80;
        assertEquals(Cause.BAD_ADDRESS, broken(address).what());
    }

    @Test
    void an_end_within_a_frame_is_named() {
        byte[] bytes = stream(List.of(new byte[100]));
        BrokenStreamException broken = broken(Arrays.copyOf(bytes, bytes.length - 1));
        assertEquals(Cause.TRUNCATED, broken.what());
        assertEquals("it ended 103 bytes into a frame at offset 16", broken.getMessage());
        assertEquals(Cause.TRUNCATED, broken(new byte[] {'H', 'D'}).what());
    }
}
