package headway.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.dbus.InvalidMessageException;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What lies on another's shelf is looked at with care: it may be anything, and change at any time. */
class LoanTest {

    private static final int BODY_LENGTH = 4;
    private static final int FIELDS_LENGTH = 12;

    private final AtomicInteger returned = new AtomicInteger();
    private final byte[] image = Oracle.padding(100_000, 3);
    private final byte[] there = signal("t", image);

    private static byte[] signal(String member, byte[] body) {
        return MessageBuilder.signal("/a/b", "org.example.Camera", member)
                .serial(7)
                .body("ay", (Object) body)
                .build()
                .bytes();
    }

    private Loan loan(byte[] bytes) {
        return new Loan(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), returned::incrementAndGet);
    }

    @Test
    void a_header_is_a_message_without_its_body() {
        byte[] header = loan(there).signalHeader();
        Message message = Message.parse(header);
        assertEquals("/a/b", message.path());
        assertEquals("org.example.Camera", message.interfaceName());
        assertEquals("t", message.member());
        assertEquals("ay", message.signature().toString());
        assertEquals(header.length, message.length());
    }

    @Test
    void the_bytes_are_where_they_were_written() {
        Loan loan = loan(there);
        loan.lend(1);
        int bodyAt = loan.signalHeader().length;
        ByteBuffer view = loan.viewBytes(bodyAt);
        assertEquals(ByteBuffer.wrap(image), view);
        assertTrue(view.isReadOnly());
        there[there.length - 1] ^= 1;
        assertFalse(ByteBuffer.wrap(image).equals(view), "not a copy");
        assertArrayEquals(there, loan.copyLent());
    }

    @Test
    void the_last_of_several_borrowers_returns_it_and_then_nobody_may_read_it() {
        Loan loan = loan(there);
        loan.lend(2);
        loan.giveBack();
        assertEquals(0, returned.get());
        assertFalse(loan.isOver());
        loan.giveBack();
        assertEquals(1, returned.get());
        assertTrue(loan.isOver());
        assertThrows(IllegalStateException.class, () -> loan.viewBytes(64));
        assertThrows(IllegalStateException.class, loan::copyLent);
    }

    @Test
    void what_is_no_signal_or_not_as_long_as_it_says_is_not_lent() {
        byte[] call = MessageBuilder.call("/a", "a.b", "C")
                .serial(1)
                .body("ay", (Object) image)
                .build()
                .bytes();
        assertNull(loan(call).signalHeader());
        String longName = "t".repeat(255);
        byte[] longHeader = MessageBuilder.signal("/" + longName + "/" + longName, "a.b", longName)
                .serial(1)
                .body("ay", (Object) image)
                .build()
                .bytes();
        assertNull(loan(longHeader).signalHeader());
        assertNull(loan(Arrays.copyOf(there, there.length - 8)).signalHeader());
        assertNull(loan(new byte[70_000]).signalHeader());
        Bytes.putInt(there, FIELDS_LENGTH, 600);
        assertNull(loan(there).signalHeader());
    }

    @Test
    void an_array_that_says_it_is_longer_than_its_message_is_refused() {
        Loan loan = loan(there);
        loan.lend(1);
        int bodyAt = loan.signalHeader().length;
        for (int size : new int[] {image.length + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            Bytes.putInt(there, bodyAt, size);
            assertThrows(InvalidMessageException.class, () -> loan.viewBytes(bodyAt));
        }
        assertThrows(InvalidMessageException.class, () -> loan.viewBytes(there.length - 3));
    }

    @Test
    void whatever_lies_there_is_refused_or_has_a_header_of_its_own() {
        SplittableRandom random = new SplittableRandom(1);
        int lent = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Arrays.copyOf(there, there.length);
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(160)] = (byte) random.nextInt();
            }
            byte[] header = loan(bytes).signalHeader();
            if (header != null) {
                lent++;
                assertEquals(0, Bytes.getInt(header, BODY_LENGTH));
                parseOrRefuse(header);
            }
        }
        assertTrue(lent > 1000 && lent < 19_000, "lent " + lent);
    }

    private static void parseOrRefuse(byte[] header) {
        try {
            assertNotNull(Message.parse(header));
        } catch (InvalidMessageException e) {
            assertNotNull(e.getMessage());
        }
    }
}
