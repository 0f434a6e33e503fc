package headway.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proof that {@link SimulationTest} can fail: mistakes that the session's code could have, each of them noticed. */
class MutantsTest {

    /** In so many schedules of a kind each must be noticed. */
    private static final int MOST = 300;

    private static final Logger LOG = Logger.getLogger("headway.core");

    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    /** A mistake, and the kind of schedule that tells. */
    enum Mistake {
        DUPLICATES_ARE_TAKEN(Schedule.Kind.SWAPS, "ReceiveWindow", "return Arrival.DUPLICATE;", "return Arrival.NEXT;"),
        EARLY_FRAMES_OVERTAKE(
                Schedule.Kind.SWAPS,
                "ReceiveWindow",
                "if (sequence == next && !held) {\n            next++;",
                "if (!held) {\n            next = sequence + 1;"),
        MORE_IS_ACKNOWLEDGED_THAN_ARRIVED(
                Schedule.Kind.SWAPS,
                "ReceiveWindow",
                "return next - 1;\n    }\n\n    /** Whether frames",
                "return next;\n    }\n\n    /** Whether frames"),
        WHAT_CAME_EARLY_IS_FORGOTTEN(
                Schedule.Kind.SWAPS,
                "ReceiveWindow",
                "early.put(sequence, copy);",
                "early.put(sequence, new byte[Frame.HEADER]);"),
        THE_WINDOW_IS_FREED_EARLY(
                Schedule.Kind.SWAPS,
                "SessionSender",
                "        nextToSend++;\n",
                "        window.acknowledge(nextToSend++);\n"),
        A_REPLAY_FORGETS_A_FRAME(
                Schedule.Kind.SWAPS,
                "SessionSender",
                "            nextToSend = from;\n",
                "            window.acknowledge(from);\n            nextToSend = from + 1;\n"),
        A_FULL_LINK_SWALLOWS(
                Schedule.Kind.CALM, "SessionSender", "case FULL -> blocked = true;", "case FULL -> nextToSend++;"),
        ROOM_IS_NOT_NOTICED(
                Schedule.Kind.SWAPS,
                "SessionSender",
                "    void unblock() {\n        blocked = false;",
                "    void unblock() {\n"),
        A_MISSING_FRAME_IS_NOT_ASKED_FOR(
                Schedule.Kind.SWAPS,
                "SessionReceiver",
                "if (window.have() < lastSequence) {",
                "if (lastSequence < 0) {"),
        WHAT_WAS_HELD_IS_HANDED_OVER_TWICE(
                Schedule.Kind.SWAPS, "SessionReceiver", "heldOffset = offset;", "heldOffset = from;"),
        WHAT_WAS_HELD_IS_DROPPED(
                Schedule.Kind.SWAPS, "SessionReceiver", "            dispatch(array, heldOffset, 0);\n", ""),
        THE_WINDOW_HAS_NO_LIMIT(
                Schedule.Kind.SWAPS, "SendWindow", "if (ring.length >= limit) {", "if (ring.length >= 64 * limit) {"),
        NOTHING_IS_SENT_AGAIN_AFTER_A_LINK_ENDED(
                Schedule.Kind.CALM,
                "Session",
                "    public void movedInNeed() {\n        sender.unshare();\n        sender.replay();",
                "    public void movedInNeed() {\n        sender.unshare();\n        sender.unblock();"),
        THE_MARKER_IS_DROPPED(
                Schedule.Kind.CALM,
                "Session",
                "        sendControl(before, Frame.Kind.MARKER, sender.lastSent());\n",
                ""),
        A_SILENT_LINK_IS_KEPT(
                Schedule.Kind.CALM,
                "LinkSwitch",
                "            suspect = true;\n            lookAt = Long.MIN_VALUE;",
                "            lookAt = Long.MIN_VALUE;"),
        A_BETTER_LINK_IS_NEVER_TAKEN(
                Schedule.Kind.SWAPS,
                "LinkSwitch",
                "} else if (place < routes.indexOf(before)) {",
                "} else if (place < 0) {"),
        A_PEER_THAT_BEGAN_ANEW_IS_TAKEN_FOR_THE_OLD(
                Schedule.Kind.OUTAGES,
                "Membership",
                "            gone(session, \"began anew\");\n            session = null;",
                "            session.bind(epoch);"),
        A_DEAD_NODE_STAYS(
                Schedule.Kind.LIVES, "Membership", "        remove(session);\n        watcher", "        watcher"),
        THE_SECOND_MEMBER_OF_A_GROUP_GETS_ANOTHER_NUMBER(
                Schedule.Kind.GROUPS,
                "GroupFrame",
                "Bytes.putLong(a, at + SEQUENCE, sequence);",
                "Bytes.putLong(a, at + SEQUENCE, sequence + (index == 1 ? 1 : 0));"),
        A_PLACE_ON_THE_SHELF_IS_FREED_EARLY(
                Schedule.Kind.SWAPS,
                "SessionSender",
                "        shelvedBytes += place.length();\n",
                "        shelvedBytes += place.length();\n        clearShelf();\n"),
        WHAT_LAY_ON_THE_SHELF_STAYS_THERE(
                Schedule.Kind.SWAPS, "Session", "            sender.onGivenBack(givenBack);\n", ""),
        A_PLACE_IS_GIVEN_BACK_THAT_IS_STILL_READ(
                Schedule.Kind.SWAPS,
                "SessionReceiver",
                "return loans.isEmpty() ? window.ack() : loans.peek().sequence() - 1;",
                "return window.ack();"),
        WHAT_WAS_BORROWED_IS_KEPT(Schedule.Kind.SWAPS, "LentMessage", "        loan.giveBack();\n", ""),
        WHAT_LAY_ON_THE_SHELF_FOR_A_DEAD_NODE_STAYS_THERE(
                Schedule.Kind.LIVES, "Membership", "        session.sender().clearShelf();\n", ""),
        A_RETURN_IS_NOT_TOLD(
                Schedule.Kind.OUTAGES,
                "Membership",
                "hearers.missFrom(session.receivedMessages() + 1);",
                "hearers.told();"),
        WHO_HEARD_BEFORE_IS_FORGOTTEN(
                Schedule.Kind.OUTAGES,
                "GivenUp",
                "return hearers != null ? hearers : new Hearers(peer);",
                "return new Hearers(peer);"),
        A_LOSS_IS_NOT_TOLD(Schedule.Kind.OUTAGES, "FanOut", "session.send(Control.gap(gap.take()))", "gap.take()");

        private final Schedule.Kind kind;
        private final String file;
        private final String old;
        private final String instead;

        Mistake(Schedule.Kind kind, String file, String old, String instead) {
            this.kind = kind;
            this.file = file;
            this.old = old;
            this.instead = instead;
        }
    }

    @ParameterizedTest
    @EnumSource
    void it_is_noticed_when(Mistake mistake) throws Exception {
        Mutant mutant = new Mutant(mistake.file, mistake.old, mistake.instead);
        Method complaints = mutant.load(MutantsTest.class).getDeclaredMethod("complaints", String.class, long.class);
        complaints.setAccessible(true);
        long seed = 1;
        while (seed <= MOST && ((List<?>) complaints.invoke(null, mistake.kind.name(), seed)).isEmpty()) {
            seed++;
        }
        assertTrue(seed <= MOST, "nobody noticed in " + MOST + " schedules");
    }

    /** What the oracle says to one schedule; runs in the mutant's package. */
    static List<String> complaints(String kind, long seed) {
        try {
            return new Schedule(Schedule.Kind.valueOf(kind), seed).run();
        } catch (RuntimeException | AssertionError itself) {
            return List.of("fails by itself: " + itself);
        }
    }
}
