package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Message;
import headway.bus.Target;
import headway.transport.Feature;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Two or three nodes in virtual time over two media: which one is taken, and when. */
class LinkSwitchTest {

    private static final long MILLI = 1_000_000;
    private static final Set<Feature> GOOD = EnumSet.of(Feature.LOSSLESS, Feature.ORDERED);

    private final Simulation simulation = new Simulation(1);
    private final SimMedium plain = new SimMedium(simulation, "plain", GOOD);
    private final SimMedium better = new SimMedium(simulation, "better", GOOD);
    private final SimProcess a = start();
    private final SimProcess b = start();
    private final List<Long> received = new ArrayList<>();
    private long published;

    private SimProcess start() {
        SimProcess process =
                new SimProcess(simulation, new NodeConfig("sim", 1 << 18, 1 << 16, 1 << 20, 100_000, 2000));
        process.open(plain, 0);
        return process;
    }

    LinkSwitchTest() {
        b.run(() -> b.bus()
                .subscribe(
                        "*",
                        Delivery.queue(1000),
                        message -> received.add((Long) message.body().get(0))));
        simulation.run(1000 * MILLI);
        assertEquals("plain", way());
    }

    /** By what the first node reaches the second. */
    private String way() {
        return switchOf(a, b).current().slot().transport().name();
    }

    private static LinkSwitch switchOf(SimProcess from, SimProcess to) {
        return from.node().sessionOf(to.bus().uniqueName()).links();
    }

    private void openBetter() {
        a.open(better, 10);
        b.open(better, 10);
    }

    /** Publishes, and lets some time pass. */
    private void publishFor(long millis) {
        long step = 7;
        for (long passed = 0; passed < millis; passed += step) {
            a.run(() -> a.bus().publish("t", "x", ++published));
            simulation.run(step * MILLI);
        }
    }

    private void assertAllReceivedInOrder() {
        assertEquals(LongStream.rangeClosed(1, published).boxed().toList(), received);
    }

    @Test
    void a_better_link_is_taken_when_it_has_answered() {
        openBetter();
        publishFor(50);
        assertEquals("better", way());
        assertEquals(1, switchOf(a, b).switches());
        assertAllReceivedInOrder();
    }

    @Test
    void a_better_link_that_swallows_everything_changes_nothing() {
        openBetter();
        better.silence(3000 * MILLI);
        publishFor(2500);
        assertEquals("plain", way());
        assertEquals(0, switchOf(a, b).switches());
        assertAllReceivedInOrder();
    }

    @Test
    void a_better_link_that_swallowed_everything_is_tried_again_and_taken_when_it_answers() {
        openBetter();
        better.silence(3000 * MILLI);
        publishFor(10_000);
        assertEquals("better", way());
        assertAllReceivedInOrder();
    }

    @Test
    void a_link_in_use_that_falls_silent_is_left_and_nothing_is_lost() {
        openBetter();
        publishFor(50);
        better.silence(10_000 * MILLI);
        publishFor(2000);
        assertEquals("plain", way());
        assertAllReceivedInOrder();
    }

    @Test
    void a_peer_that_stands_still_is_no_reason_to_leave_a_link() {
        openBetter();
        publishFor(50);
        b.freeze(1500 * MILLI);
        publishFor(3000);
        assertEquals("better", way());
        assertEquals(1, switchOf(a, b).switches());
        assertAllReceivedInOrder();
    }

    @Test
    void a_link_that_is_gone_is_left_at_once() {
        openBetter();
        publishFor(50);
        a.remove(better);
        assertEquals("plain", way());
        publishFor(50);
        assertAllReceivedInOrder();
    }

    @Test
    void the_transport_that_is_asked_for_is_taken_whatever_its_rank_and_then_the_rank_decides_again() {
        openBetter();
        publishFor(50);
        a.run(() -> assertTrue(a.bus().prefer("plain")));
        publishFor(50);
        assertEquals("plain", way());
        a.run(() -> assertTrue(a.bus().prefer("")));
        publishFor(50);
        assertEquals("better", way());
        assertAllReceivedInOrder();
    }

    @Test
    void a_transport_that_is_not_there_cannot_be_asked_for() {
        a.run(() -> assertFalse(a.bus().prefer("better")));
        publishFor(50);
        assertEquals("plain", way());
    }

    @Test
    void a_peer_that_lacks_the_better_transport_is_reached_over_the_other() {
        SimProcess poor = start();
        simulation.run(1000 * MILLI);
        openBetter();
        publishFor(50);
        assertEquals("better", way());
        assertEquals("plain", switchOf(a, poor).current().slot().transport().name());
    }

    @Test
    void a_drill_closes_the_link_under_its_users_and_opens_another() throws Exception {
        openBetter();
        publishFor(50);
        better.opener(a);
        a.run(() -> {
            try {
                assertTrue(a.bus().fail("better"));
                assertFalse(a.bus().fail("unknown"));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        publishFor(500);
        assertEquals("better", way());
        assertTrue(switchOf(a, b).switches() >= 2);
        assertAllReceivedInOrder();
    }

    /** What the first node knows of the second: its state, or that it knows nothing. */
    private String stateOfB() {
        Session session = a.node().sessionOf(b.bus().uniqueName());
        return session == null ? "unknown" : session.state().name();
    }

    @Test
    void two_nodes_that_share_no_link_any_more_say_so_wait_and_go_on_when_one_comes_back() throws Exception {
        b.run(() -> b.bus().export("/b", "org.sim.B", Execution.DIRECT, call -> call.reply("s", "here")));
        a.run(() -> a.remove(plain));
        Target target = new Target(b.bus().uniqueName(), "/b", "org.sim.B");
        List<CompletableFuture<Message>> calls = new ArrayList<>();
        a.run(() -> calls.add(a.bus().call(target, "Ask", "")));
        publishFor(1500);
        assertEquals("UNREACHABLE", stateOfB());
        assertFalse(calls.get(0).isDone());
        a.open(plain, 0);
        publishFor(100);
        assertEquals("LIVE", stateOfB());
        assertEquals(List.of("here"), calls.get(0).getNow(null).body());
        assertAllReceivedInOrder();
    }

    @Test
    void the_other_end_waits_as_long_though_it_only_listens() {
        b.run(() -> b.remove(plain));
        publishFor(1500);
        assertEquals("UNREACHABLE", stateOfB());
        b.open(plain, 0);
        publishFor(100);
        assertAllReceivedInOrder();
    }

    @Test
    void a_node_that_no_link_reaches_for_longer_than_the_grace_time_is_gone_and_its_calls_fail() {
        Target target = new Target(b.bus().uniqueName(), "/b", "org.sim.B");
        a.run(() -> a.remove(plain));
        List<CompletableFuture<Message>> calls = new ArrayList<>();
        a.run(() -> calls.add(a.bus().call(target, "Ask", "")));
        simulation.run(2100 * MILLI);
        assertEquals("unknown", stateOfB());
        assertTrue(calls.get(0).isCompletedExceptionally());
    }

    @Test
    void a_node_whose_links_end_without_a_word_is_taken_for_dead_soon_also_when_it_was_reached_over_others_before() {
        openBetter();
        publishFor(50);
        for (String transport : List.of("plain", "better", "plain")) {
            a.run(() -> a.bus().prefer(transport));
            b.run(() -> b.bus().prefer(transport));
            publishFor(50);
        }
        b.crash();
        simulation.run(300 * MILLI);
        assertEquals("unknown", stateOfB());
    }

    @Test
    void who_was_given_up_and_comes_back_is_announced_as_gone_and_as_new_at_both_ends() {
        List<String> heard = new ArrayList<>();
        for (SimProcess process : List.of(a, b)) {
            String self = process == a ? "a" : "b";
            process.run(() -> process.bus()
                    .watchNames(change -> heard.add(self + (change.newOwner().isEmpty() ? " lost" : " met"))));
        }
        // The first gives up; the second, whose link stays, only hears of it when they meet again.
        a.run(() -> a.remove(plain));
        simulation.run(2500 * MILLI);
        a.open(plain, 0);
        simulation.run(1000 * MILLI);
        assertEquals(
                List.of("a lost", "a met"),
                heard.stream().filter(each -> each.startsWith("a")).toList());
        assertEquals(
                List.of("b lost", "b met"),
                heard.stream().filter(each -> each.startsWith("b")).toList());
        published = 0;
        received.clear();
        publishFor(50);
        assertAllReceivedInOrder();
    }

    @Test
    void a_node_that_was_suspended_for_long_goes_on_where_it_stood() {
        openBetter();
        publishFor(50);
        b.freeze(60_000 * MILLI);
        publishFor(1000);
        simulation.run(60_000 * MILLI);
        publishFor(50);
        assertAllReceivedInOrder();
    }

    @Test
    void a_link_at_rest_is_left_in_peace() {
        openBetter();
        publishFor(50);
        simulation.run(2000 * MILLI);
        long before = simulation.count();
        simulation.run(60_000 * MILLI);
        assertEquals(before, simulation.count());
    }

    /** The medium says that its link is gone only after all that was under way has come. */
    @Test
    void a_peer_that_died_is_given_up_soon_although_it_was_sending_to_it_that_told_first() {
        publishFor(50);
        String name = b.bus().uniqueName();
        b.crash();
        a.run(() -> a.bus().publish("t", "x", 0L));
        assertNull(switchOf(a, b).current());
        simulation.run(300 * MILLI);
        assertNull(a.node().sessionOf(name));
    }
}
