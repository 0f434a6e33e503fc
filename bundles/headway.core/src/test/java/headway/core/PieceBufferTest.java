package headway.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PieceBufferTest {

    @Test
    void pieces_of_any_size_become_one_again() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 50; round++) {
            PieceBuffer buffer = new PieceBuffer(1 << 20);
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            for (int i = random.nextInt(20); i >= 0; i--) {
                byte[] piece = new byte[random.nextInt(50_000)];
                random.nextBytes(piece);
                assertTrue(buffer.add(piece, 3 % (piece.length + 1), Math.max(0, piece.length - 3)));
                whole.write(piece, 3 % (piece.length + 1), Math.max(0, piece.length - 3));
            }
            assertArrayEquals(whole.toByteArray(), buffer.take());
        }
    }

    @Test
    void it_does_not_keep_crumbs_that_cost_more_than_they_are() {
        PieceBuffer buffer = new PieceBuffer(200_000);
        int taken = 0;
        while (buffer.add(new byte[1], 0, 1)) {
            taken++;
        }
        assertTrue(taken < 100, taken + " pieces of one byte");
    }

    @Test
    void it_takes_up_to_its_limit_and_not_one_byte_more() {
        PieceBuffer buffer = new PieceBuffer(200_000);
        assertTrue(buffer.add(new byte[199_999], 0, 199_999));
        assertFalse(buffer.add(new byte[2], 0, 2));
        assertTrue(buffer.add(new byte[1], 0, 1));
        assertFalse(buffer.add(new byte[1], 0, 1));
    }
}
