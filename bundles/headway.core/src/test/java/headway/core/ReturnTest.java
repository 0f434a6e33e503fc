package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Delivery;
import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.Subscriber;
import headway.bus.port.NameClaim;
import headway.bus.port.PortListener;
import headway.transport.Feature;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What subscribers are told when a node that was given up is back, in virtual time. */
class ReturnTest {

    private static final long MILLI = 1_000_000;
    private static final long GRACE_MILLIS = 2000;

    private final Simulation simulation = new Simulation(1);
    private final NodeConfig config = new NodeConfig("sim", 1 << 18, 1 << 16, 1 << 20, 100, GRACE_MILLIS);
    private final SimMedium medium = new SimMedium(simulation, "only", EnumSet.of(Feature.LOSSLESS, Feature.ORDERED));
    private final SimProcess one = bear();
    private final SimProcess other = bear();

    private SimProcess bear() {
        SimProcess process = new SimProcess(simulation, config);
        process.open(medium, 0);
        return process;
    }

    /** What it got, a word for each. */
    private List<String> subscribe(SimProcess process, String pattern, Delivery delivery) {
        List<String> got = new ArrayList<>();
        process.run(() -> process.bus().subscribe(pattern, delivery, new Subscriber() {
            @Override
            public void onMessage(Message message) {
                got.add((String) message.body().get(0));
            }

            @Override
            public void onGap(Gap gap) {
                got.add(said(gap));
            }
        }));
        simulation.run(50 * MILLI);
        return got;
    }

    private static String said(Gap gap) {
        return gap.cause() + " " + gap.topic() + " from " + gap.from() + ", " + gap.howMany();
    }

    private void publish(SimProcess process, String topic, String what) {
        process.run(() -> process.bus().publish(topic, "s", what));
        simulation.run(50 * MILLI);
    }

    /** Nobody reaches anybody until both have given each other up. */
    private void cutOff() {
        one.remove(medium);
        simulation.run((GRACE_MILLIS + 100) * MILLI);
    }

    private void goOn() {
        one.open(medium, 0);
        simulation.run(500 * MILLI);
    }

    @Test
    void on_both_sides_who_has_heard_of_the_other_is_told_before_anything_new() {
        List<String> here = subscribe(one, "t/*", Delivery.queue(100));
        List<String> there = subscribe(other, "t/a", Delivery.onReceivingThread());
        publish(other, "t/a", "before");
        publish(one, "t/a", "before");
        cutOff();
        publish(other, "t/a", "missed");
        publish(one, "t/a", "missed");
        goOn();
        publish(other, "t/b", "after");
        publish(one, "t/a", "after");

        assertEquals(
                List.of("before", "before", "missed", "GIVEN_UP t/* from 2, an unknown number", "after", "after"),
                here);
        assertEquals(List.of("before", "before", "missed", "GIVEN_UP t/a from 2, an unknown number", "after"), there);
        assertEquals(1, one.bus().view().uncountedGaps());
        assertEquals(0, one.bus().view().lost());
    }

    @Test
    void of_what_is_published_while_it_returns_nothing_is_missed_but_what_the_gap_comes_after() {
        long[] published = {0};
        List<Long> got = new ArrayList<>();
        List<Long> publishedAtGap = new ArrayList<>();
        one.run(() -> one.bus().subscribe("t/a", Delivery.onReceivingThread(), new Subscriber() {
            @Override
            public void onMessage(Message message) {
                got.add((Long) message.body().get(0));
            }

            @Override
            public void onGap(Gap gap) {
                publishedAtGap.add(published[0]);
                got.add(-1L);
            }
        }));
        simulation.run(50 * MILLI);
        for (int round = 0; round < 20; round++) {
            got.clear();
            publishedAtGap.clear();
            number(published, 1);
            simulation.run(50 * MILLI);
            cutOff();
            one.open(medium, 0);
            number(published, 200);
            simulation.run(500 * MILLI);

            assertEquals(1, publishedAtGap.size());
            assertEquals(-1, got.get(1), "the gap comes before what is new: " + got);
            List<Long> all = new ArrayList<>();
            for (long number = got.get(2); number <= published[0]; number++) {
                all.add(number);
            }
            assertEquals(all, got.subList(2, got.size()));
            long missed = got.get(2) - 1;
            assertTrue(missed <= publishedAtGap.get(0), missed + " was missed, and the gap told before it");
        }
    }

    private void number(long[] published, int count) {
        for (int i = 0; i < count; i++) {
            other.run(() -> {
                published[0]++;
                other.bus().publish("t/a", "x", published[0]);
            });
            simulation.run(5000);
        }
    }

    @Test
    void they_are_told_although_nothing_follows_and_each_time_again() {
        List<String> here = subscribe(one, "t/*", Delivery.latest());
        publish(other, "t/a", "before");
        cutOff();
        goOn();
        cutOff();
        publish(other, "t/a", "missed");
        goOn();
        assertEquals(
                List.of("before", "GIVEN_UP t/* from 2, an unknown number", "GIVEN_UP t/* from 1, an unknown number"),
                here);
    }

    @Test
    void who_has_not_heard_of_the_node_is_told_nothing() {
        List<String> here = subscribe(one, "u", Delivery.queue(100));
        publish(other, "t/a", "for nobody");
        cutOff();
        goOn();
        publish(other, "u", "after");
        assertEquals(List.of("after"), here);
    }

    @Test
    void who_comes_back_within_the_grace_time_was_not_given_up() {
        List<String> here = subscribe(one, "t/*", Delivery.queue(100));
        publish(other, "t/a", "before");
        one.remove(medium);
        publish(other, "t/a", "late");
        goOn();
        assertEquals(List.of("before", "late"), here);
    }

    @Test
    void a_process_that_was_born_again_is_another_sender_and_no_gap() {
        List<String> here = subscribe(one, "t/*", Delivery.queue(100));
        publish(other, "t/a", "before");
        other.crash();
        simulation.run((GRACE_MILLIS + 100) * MILLI);
        SimProcess again = bear();
        simulation.run(500 * MILLI);
        publish(again, "t/a", "of the next life");
        assertEquals(List.of("before", "of the next life"), here);
    }

    @Test
    void a_port_is_told_too() {
        List<String> told = new ArrayList<>();
        NodePort port = new NodePort(one.node(), one.executor(), new PortListener() {
            @Override
            public void onParticipant(String participant, String node, long pid, long uid) {}

            @Override
            public void onGone(String participant) {}

            @Override
            public void onName(String name, List<NameClaim> queue) {}

            @Override
            public void onMessage(String sender, String to, byte[] array, int offset, int length) {
                told.add("message");
            }

            @Override
            public void onGap(Gap gap) {
                told.add(said(gap));
            }

            @Override
            public void onRoom() {}
        });
        one.run(() -> port.open().want("t/*"));
        simulation.run(50 * MILLI);
        publish(other, "t/a", "before");
        cutOff();
        goOn();
        publish(other, "t/a", "after");
        assertEquals(List.of("message", "GIVEN_UP * from 2, an unknown number", "message"), told);
    }
}
