package headway.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A bus on one thread: only steps make things happen, and a seed decides all of it. */
class SteppedTest {

    private final Inbox left = new Inbox();
    private final Inbox right = new Inbox();

    private static ByteBuffer number(int value) {
        return ByteBuffer.allocate(4).putInt(value).flip();
    }

    /** What an inbox has been told so far, in words. */
    private static List<String> told(Inbox inbox) {
        List<String> words = new ArrayList<>();
        for (Inbox.Event event = inbox.pollNow(); event != null; event = inbox.pollNow()) {
            words.add(
                    event instanceof Inbox.Frame frame
                            ? frame.from().value() + ":"
                                    + ByteBuffer.wrap(frame.bytes()).getInt()
                            : event.toString());
        }
        return words;
    }

    @Test
    void nothing_happens_without_a_step() {
        MemoryTransport memory = MemoryTransport.builder().build();
        Link a = memory.open("bus", left);
        Link b = memory.open("bus", right);
        a.send(b.local(), number(1));
        assertNull(right.pollNow());
        assertTrue(memory.step());
        assertEquals(List.of("1:1"), told(right));
        assertFalse(memory.step());
    }

    @Test
    void a_frame_that_is_kept_is_overwritten() {
        List<ByteBuffer> kept = new ArrayList<>();
        MemoryTransport memory = MemoryTransport.builder().build();
        Link a = memory.open("bus", left);
        Link b = memory.open("bus", new Keeper(kept));
        a.send(b.local(), number(1));
        memory.settle(10);
        assertEquals(0xDDDDDDDD, kept.get(0).getInt(0));
    }

    private record Keeper(List<ByteBuffer> kept) implements LinkListener {
        @Override
        public void onFrame(Address from, Credentials credentials, ByteBuffer frame) {
            kept.add(frame);
        }

        @Override
        public void onWritable() {}

        @Override
        public void onGone(Address peer) {}

        @Override
        public void onClosed(Exception cause) {}
    }

    @Test
    void a_way_that_is_full_is_writable_when_a_frame_has_left_it() {
        MemoryTransport memory = MemoryTransport.builder().capacity(10).build();
        Link a = memory.open("bus", left);
        Link b = memory.open("bus", right);
        assertEquals(SendResult.SENT, a.send(b.local(), number(1)));
        assertEquals(SendResult.SENT, a.send(b.local(), number(2)));
        assertEquals(SendResult.FULL, a.send(b.local(), number(3)));
        memory.step();
        memory.settle(10);
        left.awaitWritable(a);
        assertEquals(SendResult.SENT, a.send(b.local(), number(3)));
        memory.settle(10);
        assertEquals(List.of("1:1", "1:2", "1:3"), told(right));
    }

    @Test
    void a_link_whose_medium_goes_tells_its_owner_and_its_peers() {
        MemoryTransport memory = MemoryTransport.builder().build();
        Link a = memory.open("bus", left);
        Link b = memory.open("bus", right);
        a.send(b.local(), number(1));
        memory.end(a, new IOException("gone"));
        memory.settle(10);
        assertEquals(
                "gone",
                assertInstanceOf(Inbox.Closed.class, left.next()).cause().getMessage());
        assertEquals(List.of("1:1", "Gone[peer=" + a.local() + "]"), told(right));
        assertEquals(SendResult.CLOSED, a.send(b.local(), number(2)));
    }

    @Test
    void a_bus_that_never_rests_is_noticed() {
        MemoryTransport memory = MemoryTransport.builder().build();
        Link a = memory.open("bus", left);
        Link b = memory.open("bus", right);
        left.onEachFrame(() -> a.send(b.local(), number(1)));
        right.onEachFrame(() -> b.send(a.local(), number(1)));
        a.send(b.local(), number(0));
        assertThrows(IllegalStateException.class, () -> memory.settle(100));
    }

    /** A run of a faulty bus, as one long text. */
    private static String run(long seed, Faults faults) {
        MemoryTransport memory = MemoryTransport.builder().seed(seed).build();
        FaultyTransport faulty = new FaultyTransport(memory, seed, faults);
        List<Inbox> inboxes = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                inboxes.add(new Inbox());
                links.add(faulty.open("bus", inboxes.get(i)));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 400; i++) {
            Link from = links.get(random.nextInt(4));
            from.send(links.get(random.nextInt(4)).local(), number(i));
            if (random.nextBoolean()) {
                memory.step();
            }
        }
        faulty.faults(Faults.NONE);
        faulty.release();
        memory.settle(10_000);
        StringBuilder text = new StringBuilder(faulty.counts().toString());
        inboxes.forEach(inbox -> text.append('\n').append(told(inbox)));
        return text.toString();
    }

    @Test
    void the_same_seed_gives_the_same_run_and_another_gives_another() {
        Faults faults = Faults.NONE
                .lose(0.05)
                .duplicate(0.05)
                .reorder(0.05)
                .delay(0.1, 10)
                .full(0.05);
        for (long seed = 0; seed < 20; seed++) {
            assertEquals(run(seed, faults), run(seed, faults));
            assertNotEquals(run(seed, faults), run(seed + 1000, faults));
        }
    }

    private record Pair(MemoryTransport memory, FaultyTransport faulty, Link from, Link to) {}

    private Pair pair(Faults faults) throws IOException {
        MemoryTransport memory = MemoryTransport.builder().build();
        FaultyTransport faulty = new FaultyTransport(memory, 1, faults);
        return new Pair(memory, faulty, faulty.open("bus", left), faulty.open("bus", right));
    }

    private void send(Pair pair, int first, int last) {
        for (int i = first; i <= last; i++) {
            pair.from.send(pair.to.local(), number(i));
        }
        pair.memory.settle(1000);
    }

    @Test
    void each_fault_does_what_it_says() throws IOException {
        Pair pair = pair(Faults.NONE.lose(1));
        assertFalse(pair.faulty.features().contains(Feature.LOSSLESS));
        send(pair, 1, 3);
        assertEquals(List.of(), told(right));
        assertEquals(Map.of(FaultyTransport.Fault.LOST, 3L), pair.faulty.counts());

        pair = pair(Faults.NONE.duplicate(1));
        send(pair, 1, 2);
        assertEquals(List.of("1:1", "1:1", "1:2", "1:2"), told(right));

        pair = pair(Faults.NONE.reorder(1));
        send(pair, 1, 1);
        pair.faulty.faults(Faults.NONE);
        send(pair, 2, 3);
        assertEquals(List.of("1:2", "1:1", "1:3"), told(right));

        pair = pair(Faults.NONE.delay(1, 5));
        send(pair, 1, 1);
        assertEquals(List.of(), told(right));
        pair.faulty.release();
        pair.memory.settle(10);
        assertEquals(List.of("1:1"), told(right));
    }

    @Test
    void a_link_that_claims_to_be_full_says_when_it_no_longer_is() throws IOException {
        Pair pair = pair(Faults.NONE.full(1));
        assertEquals(SendResult.FULL, pair.from.send(pair.to.local(), number(1)));
        pair.faulty.release();
        left.awaitWritable(pair.from);
    }

    @Test
    void a_link_that_ends_on_purpose_tells_its_owner_when_released() throws IOException {
        Pair pair = pair(Faults.NONE.close(1));
        assertEquals(SendResult.CLOSED, pair.from.send(pair.to.local(), number(1)));
        assertNull(left.pollNow());
        pair.faulty.release();
        assertInstanceOf(Inbox.Closed.class, left.pollNow());
        pair.memory.settle(10);
        assertEquals(List.of("Gone[peer=" + pair.from.local() + "]"), told(right));

        pair = pair(Faults.NONE);
        pair.faulty.end(new IOException("the module went"));
        assertInstanceOf(Inbox.Closed.class, left.pollNow());
        assertInstanceOf(Inbox.Closed.class, right.pollNow());
        assertEquals(SendResult.CLOSED, pair.to.send(pair.from.local(), number(1)));
    }
}
