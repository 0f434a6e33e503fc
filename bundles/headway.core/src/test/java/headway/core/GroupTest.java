package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Delivery;
import headway.core.SimMedium.Quality;
import headway.transport.Feature;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes through a group, and what does not. */
class GroupTest {

    private static final long MILLI = 1_000_000;

    /** Faults by the dozen, each with a line in the log. */
    private static final Logger LOG = Logger.getLogger("headway.core");

    private static final NodeConfig CONFIG = new NodeConfig("sim", 1 << 21, 1 << 20, 1 << 20, 250, 2000);

    private final Simulation simulation = new Simulation(1);
    private final SimMedium medium = medium("medium");
    private final SimProcess publisher = process();
    private final List<SimProcess> subscribers = new ArrayList<>();
    private final List<List<Long>> got = new ArrayList<>();
    private final Map<Frame.Kind, Integer> frames = new EnumMap<>(Frame.Kind.class);
    private long envelopes;
    private long published;

    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    private SimMedium medium(String name) {
        return new SimMedium(simulation, name, EnumSet.of(Feature.LOSSLESS, Feature.ORDERED, Feature.GROUPS));
    }

    private SimProcess process() {
        return new SimProcess(simulation, CONFIG);
    }

    private SimProcess subscribe(SimProcess process, String pattern) {
        process.open(medium, 0);
        List<Long> messages = new ArrayList<>();
        process.bus()
                .subscribe(
                        pattern,
                        Delivery.onReceivingThread(),
                        message -> messages.add((Long) message.body().get(0)));
        subscribers.add(process);
        got.add(messages);
        return process;
    }

    private void publish(String topic, int count, int size) {
        for (int i = 0; i < count; i++) {
            long number = ++published;
            publisher.run(() -> publisher.bus().publish(topic, "tay", number, new byte[size]));
            simulation.run(MILLI / 10);
        }
    }

    /** Three who want the same, served by a group. */
    private void meet(SimProcess... processes) {
        publisher.open(medium, 0);
        for (SimProcess process : processes) {
            subscribe(process, "a/*");
        }
        simulation.run(1000 * MILLI);
        publish("a/b", 20, 10);
        simulation.run(100 * MILLI);
        medium.sabotage(frame -> {
            frames.merge(Frame.kind(frame, 0), 1, Integer::sum);
            envelopes = Frame.kind(frame, 0) == Frame.Kind.GROUP ? Frame.sequence(frame, 0) : envelopes;
            return frame;
        });
    }

    private void assertAllGotAll() {
        simulation.run(2000 * MILLI);
        for (List<Long> messages : got) {
            assertEquals(published, messages.size());
            for (int i = 0; i < messages.size(); i++) {
                assertEquals(i + 1, messages.get(i));
            }
        }
        for (Session session : publisher.node().sessions()) {
            assertEquals(0, session.windowBytes(), session::toString);
        }
    }

    private int count(Frame.Kind kind) {
        return frames.getOrDefault(kind, 0);
    }

    @Test
    void what_several_nodes_want_leaves_once() {
        meet(process(), process(), process());
        long before = medium.groupFrames();
        publish("a/b", 50, 100);
        publish("a/c/d", 50, 100);
        assertAllGotAll();
        assertEquals(before + 100, medium.groupFrames(), "another topic of the same nodes has the same group");
        assertEquals(300, count(Frame.Kind.GROUP));
        assertEquals(0, count(Frame.Kind.DATA));
    }

    @Test
    void who_may_not_join_gets_it_alone_beside_the_group() {
        SimProcess ordinary = process();
        ordinary.withoutGroups();
        meet(process(), ordinary, process());
        publish("a/b", 100, 100);
        assertAllGotAll();
        assertEquals(2, envelopes);
        assertEquals(200, count(Frame.Kind.GROUP));
        assertEquals(100, count(Frame.Kind.DATA));
    }

    @Test
    void with_one_who_may_join_there_is_nothing_to_share() {
        SimProcess ordinary = process();
        ordinary.withoutGroups();
        meet(process(), ordinary);
        publish("a/b", 100, 100);
        assertAllGotAll();
        assertEquals(0, medium.groupFrames());
        assertEquals(0, medium.groups().size(), "who has joined has left");
    }

    @Test
    void what_somebody_gets_in_between_keeps_its_place_and_the_others_go_on_sharing() {
        meet(process(), process(), process());
        String one = subscribers.get(1).bus().uniqueName();
        for (int i = 0; i < 20; i++) {
            publisher.run(() -> {
                for (int k = 0; k < 3; k++) {
                    long number = ++published;
                    publisher.bus().publish("a/b", "tay", number, new byte[100]);
                    publisher.node().sessionOf(one).send(Control.tellNames());
                }
            });
            simulation.run(MILLI);
        }
        assertAllGotAll();
        assertTrue(count(Frame.Kind.GROUP) > 0, frames::toString);
    }

    @Test
    void loss_is_asked_for_by_who_misses_it_and_sent_to_nobody_else() {
        meet(process(), process(), process());
        medium.quality(new Quality(0.3, 0, 0, 50_000));
        publish("a/b", 200, 100);
        assertTrue(medium.groupLosses() > 50);
        medium.quality(Quality.PERFECT);
        assertAllGotAll();
        for (Session session : publisher.node().sessions()) {
            assertTrue(session.replayed() > 0, session::toString);
        }
    }

    @Test
    void a_member_that_stands_still_keeps_the_others_waiting_for_a_moment_only() {
        meet(process(), process(), process());
        subscribers.get(0).stall();
        long before = got.get(1).size();
        for (int i = 0; i < 40; i++) {
            publish("a/b", 1, 20_000);
        }
        simulation.run(200 * MILLI);
        assertEquals(before + 40, got.get(1).size());
        assertEquals(before + 40, got.get(2).size());
        subscribers.get(0).goOn();
        assertAllGotAll();
        long shared = medium.groupFrames();
        publish("a/b", 10, 100);
        assertEquals(shared + 10, medium.groupFrames());
        assertEquals(3, envelopes, "it has caught up");
        assertAllGotAll();
    }

    @Test
    void no_more_is_under_way_through_a_group_than_a_member_has_shown_to_have_room_for() {
        meet(process(), process(), process());
        subscribers.get(0).stall();
        medium.quality(new Quality(0, 0, 0, 50_000));
        for (int i = 0; i < 100; i++) {
            long number = ++published;
            publisher.run(() -> publisher.bus().publish("a/b", "tay", number, new byte[10_000]));
        }
        long sent = medium.groupBytes();
        assertTrue(sent <= 1 << 18, sent + " bytes");
        subscribers.get(0).goOn();
        assertAllGotAll();
        assertTrue(medium.groupBytes() > sent);
    }

    @Test
    void a_member_that_is_reached_over_another_link_has_left_the_group() {
        SimMedium better = medium("better");
        meet(process(), process(), process());
        publisher.open(better, 1);
        subscribers.get(2).open(better, 1);
        simulation.run(100 * MILLI);
        frames.clear();
        long before = medium.groupFrames();
        publish("a/b", 30, 100);
        assertAllGotAll();
        assertEquals(before + 30, medium.groupFrames());
        assertEquals(2, envelopes);
        assertEquals(0, count(Frame.Kind.DATA), "the third gets its own over the better link");
        assertEquals(
                0,
                publisher.node().sessions().stream()
                        .mapToLong(Session::replayed)
                        .sum());
    }

    @Test
    void a_member_that_opens_its_link_anew_is_served_alone_until_it_is_invited_anew() {
        meet(process(), process(), process());
        subscribers.get(2).remove(medium);
        subscribers.get(2).open(medium, 0);
        simulation.run(100 * MILLI);
        publish("a/b", 30, 100);
        assertEquals(2, envelopes);
        assertAllGotAll();
    }

    @Test
    void when_nobody_is_left_to_share_with_the_group_ends_and_its_members_leave() {
        meet(process(), process());
        assertEquals(1, medium.groups().size());
        subscribers.get(0).close(() -> {});
        simulation.run(3000 * MILLI);
        assertEquals(0, publisher.node().groups().all().size());
        assertEquals(0, medium.groups().size());
        assertEquals(0, subscribers.get(1).node().invitations().count());
    }

    @Test
    void a_node_sends_to_few_groups_and_the_one_that_is_not_used_makes_room() {
        publisher.open(medium, 0);
        SimProcess all = subscribe(process(), "t/*");
        for (int i = 0; i < 2 * Groups.MOST; i++) {
            subscribe(process(), "t/" + i);
        }
        simulation.run(1000 * MILLI);
        for (int i = 0; i < 2 * Groups.MOST; i++) {
            publish("t/" + i, 20, 10);
        }
        simulation.run(100 * MILLI);
        assertEquals(Groups.MOST, publisher.node().groups().all().size());
        assertEquals(Groups.MOST, medium.groups().size());
        simulation.run(2000 * MILLI);
        long before = medium.groupFrames();
        publish("t/" + (2 * Groups.MOST - 1), 40, 10);
        simulation.run(100 * MILLI);
        assertTrue(medium.groupFrames() > before);
        assertEquals(Groups.MOST, publisher.node().groups().all().size());
        assertEquals(Groups.MOST, medium.groups().size());
        assertEquals(Groups.MOST, all.node().invitations().count());
    }

    @Test
    void a_message_larger_than_a_frame_goes_to_each() {
        meet(process(), process(), process());
        long before = medium.groupFrames();
        publish("a/b", 5, 200_000);
        publish("a/b", 5, 60_000);
        publish("a/b", 5, 100);
        assertAllGotAll();
        assertEquals(before + 10, medium.groupFrames());
    }
}
