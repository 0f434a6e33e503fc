package headway.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.transport.Credentials;
import org.junit.jupiter.api.Test;

/** Whom a node is believed to have. */
class ParticipantsTest {

    private static final long SOMEBODY = 4711;
    private static final long ANOTHER = 4712;

    @Test
    void a_node_is_believed_about_users_it_could_be() {
        assertTrue(Participants.vouchesFor(SOMEBODY, SOMEBODY));
        assertTrue(Participants.vouchesFor(0, SOMEBODY));
    }

    @Test
    void an_ordinary_node_has_no_participants_of_root_or_of_others() {
        assertFalse(Participants.vouchesFor(SOMEBODY, 0));
        assertFalse(Participants.vouchesFor(SOMEBODY, ANOTHER));
    }

    @Test
    void a_node_that_the_medium_does_not_vouch_for_vouches_for_nobody() {
        assertFalse(Participants.vouchesFor(Credentials.UNKNOWN, 0));
        assertFalse(Participants.vouchesFor(Credentials.UNKNOWN, SOMEBODY));
    }
}
