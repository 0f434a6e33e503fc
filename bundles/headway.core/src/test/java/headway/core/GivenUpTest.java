package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Gap.Cause;
import headway.bus.Peer;
import headway.transport.Credentials;
import org.junit.jupiter.api.Test;

/** {@link GivenUp} and {@link Hearers}: who is told when a node is back. */
class GivenUpTest {

    private final GivenUp givenUp = new GivenUp(2);

    private static Peer peer(long node) {
        return new Peer(Greeter.uniqueName(node), Credentials.NONE);
    }

    private static Mailbox mailbox(String pattern) {
        return new Mailbox(pattern, Delivery.queue(3), message -> {}, task -> {}, () -> {}, () -> {});
    }

    @Test
    void who_has_heard_of_a_node_is_known_when_it_is_back_and_not_of_its_next_life() {
        Hearers hearers = new Hearers(peer(1));
        assertNull(givenUp.remember(1, hearers));
        assertNotSame(hearers, givenUp.recall(7, peer(7)));
        assertSame(hearers, givenUp.recall(1, peer(1)));
        assertNotSame(hearers, givenUp.recall(1, peer(1)));
    }

    @Test
    void there_is_room_for_so_many_and_who_has_heard_of_the_oldest_is_not_forgotten_silently() {
        Hearers oldest = new Hearers(peer(1));
        assertNull(givenUp.remember(1, oldest));
        assertNull(givenUp.remember(2, new Hearers(peer(2))));
        assertSame(oldest, givenUp.remember(3, new Hearers(peer(3))));
        assertNotSame(oldest, givenUp.recall(1, peer(1)));
    }

    @Test
    void only_who_has_heard_of_the_node_is_told_and_from_the_first_number_that_was_due() {
        Hearers hearers = new Hearers(peer(1));
        Mailbox one = mailbox("t/*");
        Mailbox other = mailbox("t/+");
        hearers.add(new Inbox[] {one});
        assertFalse(hearers.missSome());
        hearers.missFrom(7);
        // It was back and is given up again before anybody could be told.
        hearers.missFrom(1);
        assertEquals(
                new Gap("t/*", peer(1).uniqueName(), 7, 0, 0, Cause.GIVEN_UP),
                hearers.gapFor(one).gap());
        assertNull(hearers.gapFor(other));
        hearers.told();
        assertFalse(hearers.missSome());
    }
}
