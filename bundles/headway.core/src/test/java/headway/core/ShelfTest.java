package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Large messages have a place each while somebody is to get them, and the room is another's afterwards. */
class ShelfTest {

    private static final int PAGE = 4096;

    private final SharedMemory memory = new SimMemory().create(1, 16 * PAGE);
    private final Shelf shelf = new Shelf(memory, 16 * PAGE);

    private static byte[] message(int size, int content) {
        return Oracle.padding(size, content);
    }

    @Test
    void a_message_for_many_lies_there_once_until_the_last_has_it() throws IOException {
        byte[] message = message(5000, 1);
        Shelf.Place place = shelf.put(message);
        assertSame(place, shelf.put(message));
        assertEquals(2 * PAGE, shelf.bytes());
        shelf.leave(place);
        assertEquals(2 * PAGE, shelf.bytes());
        assertEquals(ByteBuffer.wrap(message), memory.read(place.at(), place.length()));
        shelf.leave(place);
        assertEquals(0, shelf.bytes());
        assertEquals(2 * PAGE, shelf.highest());
    }

    @Test
    void a_full_shelf_says_so_and_has_room_again_when_something_left() throws IOException {
        Shelf.Place first = shelf.put(message(10 * PAGE, 1));
        assertNull(shelf.put(message(7 * PAGE, 2)));
        assertNotNull(shelf.put(message(6 * PAGE, 3)));
        shelf.leave(first);
        assertEquals(0, shelf.put(message(7 * PAGE, 4)).at(), "the lowest place that has room");
    }

    @Test
    void memory_that_is_missing_takes_no_room() {
        Shelf broken = new Shelf(
                new SharedMemory() {
                    @Override
                    public void write(long at, byte[] data) throws IOException {
                        throw new IOException("No space left on device");
                    }

                    @Override
                    public ByteBuffer read(long at, int length) {
                        throw new AssertionError();
                    }

                    @Override
                    public void close() {}
                },
                16 * PAGE);
        assertThrows(IOException.class, () -> broken.put(message(PAGE, 1)));
        assertEquals(0, broken.bytes());
    }

    @Test
    void whatever_comes_and_goes_no_two_overlap_and_nothing_is_lost() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        List<Shelf.Place> there = new ArrayList<>();
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            byte[] message = message(1 + random.nextInt(5 * PAGE), i);
            Shelf.Place place = random.nextInt(3) > 0 ? shelf.put(message) : null;
            if (place != null) {
                there.add(place);
                messages.add(message);
            } else if (!there.isEmpty()) {
                int one = random.nextInt(there.size());
                ByteBuffer read =
                        memory.read(there.get(one).at(), there.get(one).length());
                assertEquals(ByteBuffer.wrap(messages.remove(one)), read);
                shelf.leave(there.remove(one));
            }
        }
        there.forEach(shelf::leave);
        assertEquals(0, shelf.bytes());
        assertNotNull(shelf.put(message(16 * PAGE, 0)), "what was free in parts is free as a whole");
    }
}
