package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Delivery;
import headway.bus.Delivery.Mode;
import headway.bus.Gap;
import headway.bus.Message;
import headway.bus.Peer;
import headway.bus.Subscriber;
import headway.transport.Credentials;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What each contract does when the subscriber is slow: it is called only when the test says so. */
class MailboxTest {

    private static final Peer SENDER = new Peer(":a.1", Credentials.NONE);

    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final AtomicInteger rooms = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();

    private final Subscriber subscriber = new Subscriber() {
        @Override
        public void onMessage(Message message) {
            told.add(message.topic() + message.sequence());
        }

        @Override
        public void onGap(Gap gap) {
            told.add("gap " + gap.topic() + gap.from() + "-" + gap.to() + " x" + gap.count());
        }
    };

    /** A message that is nothing but its topic and number. */
    private static class Numbered extends BusMessage {
        private final String topic;

        Numbered(String topic, long number) {
            super(SENDER, number);
            this.topic = topic;
        }

        @Override
        public Type type() {
            return Type.SIGNAL;
        }

        @Override
        public String topic() {
            return topic;
        }

        @Override
        public String path() {
            return "/" + topic;
        }

        @Override
        public String interfaceName() {
            return SignalName.INTERFACE;
        }

        @Override
        public String member() {
            return SignalName.MEMBER;
        }

        @Override
        public String errorName() {
            return null;
        }

        @Override
        public String signature() {
            return "";
        }

        @Override
        public List<Object> body() {
            return List.of();
        }

        @Override
        headway.dbus.Message wire() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object handedOver() {
            return null;
        }
    }

    /** One that somebody wants back. */
    private final class Borrowed extends Numbered {

        Borrowed(String topic, long number) {
            super(topic, number);
        }

        @Override
        void giveBack() {
            told.add("back " + topic() + sequence());
        }
    }

    private void lend(Mailbox mailbox, String topic, long number) {
        mailbox.put(new Borrowed(topic, number));
        mailbox.schedule();
    }

    private Mailbox mailbox(Delivery delivery, Subscriber calls) {
        return new Mailbox("t/*", delivery, calls, later::add, rooms::incrementAndGet, closes::incrementAndGet);
    }

    private static void put(Mailbox mailbox, String topic, long number) {
        mailbox.put(new Numbered(topic, number));
        mailbox.schedule();
    }

    private static GapMessage gap(long from, long to) {
        return new GapMessage(SENDER, new Gap("t", SENDER.uniqueName(), from, to, to - from + 1, Gap.Cause.SLOW_NODE));
    }

    private void runAll() {
        while (!later.isEmpty()) {
            later.remove().run();
        }
    }

    private static GapMessage uncounted(long from) {
        return new GapMessage(SENDER, new Gap("t/*", SENDER.uniqueName(), from, 0, 0, Gap.Cause.GIVEN_UP));
    }

    @Test
    void every_contract_tells_a_loss_that_nobody_has_counted_before_what_follows_it() {
        for (Delivery delivery : List.of(
                Delivery.latest(), Delivery.queue(3), Delivery.block(Duration.ofSeconds(1)), Delivery.disconnect(3))) {
            told.clear();
            Mailbox mailbox = mailbox(delivery, subscriber);
            put(mailbox, "t", 6);
            runAll();
            mailbox.putGap(uncounted(7));
            put(mailbox, "t", 1);
            runAll();
            assertEquals(
                    List.of("t6", "gap t/*7-0 x0", "t1"), told, delivery.mode().name());
            assertEquals(0, mailbox.lost());
        }
    }

    @Test
    void a_loss_that_nobody_has_counted_is_told_also_when_there_is_no_room_for_it_and_nothing_follows() {
        Mailbox mailbox = mailbox(Delivery.queue(1), subscriber);
        mailbox.putGap(uncounted(7));
        put(mailbox, "t", 1);
        put(mailbox, "t", 2);
        runAll();
        assertEquals(List.of("gap t/*7-0 x1", "t2"), told);
        assertEquals(1, mailbox.lost());
        mailbox.putGap(uncounted(3));
        mailbox.schedule();
        runAll();
        assertEquals("gap t/*3-0 x0", told.get(2));
    }

    @Test
    void latest_keeps_the_newest_of_each_topic_and_calls_nothing_a_loss() {
        Mailbox mailbox = mailbox(Delivery.latest(), subscriber);
        put(mailbox, "a", 1);
        put(mailbox, "b", 2);
        put(mailbox, "a", 3);
        assertEquals(2, mailbox.waiting());
        runAll();
        assertEquals(List.of("b2", "a3"), told);
        assertEquals(0, mailbox.lost());
    }

    @Test
    void queue_drops_the_oldest_and_tells_the_exact_gap_in_its_place() {
        Mailbox mailbox = mailbox(Delivery.queue(3), subscriber);
        put(mailbox, "t", 1);
        runAll();
        for (int i = 2; i <= 9; i++) {
            put(mailbox, "t", i);
        }
        assertEquals(3, mailbox.waiting());
        runAll();
        put(mailbox, "t", 10);
        runAll();
        assertEquals(List.of("t1", "gap t2-6 x5", "t7", "t8", "t9", "t10"), told);
        assertEquals(5, mailbox.lost());
        assertEquals(5, mailbox.delivered());
    }

    @Test
    void a_gap_that_a_sender_told_comes_between_the_messages_around_it() {
        Mailbox mailbox = mailbox(Delivery.queue(10), subscriber);
        put(mailbox, "t", 1);
        put(mailbox, "t", 2);
        mailbox.putGap(gap(3, 5));
        put(mailbox, "t", 6);
        runAll();
        assertEquals(List.of("t1", "t2", "gap t3-5 x3", "t6"), told);
        assertEquals(3, mailbox.lost());
    }

    @Test
    void a_gap_of_several_topics_names_the_pattern() {
        Mailbox mailbox = mailbox(Delivery.queue(1), subscriber);
        put(mailbox, "t/a", 1);
        put(mailbox, "t/b", 2);
        put(mailbox, "t/c", 3);
        runAll();
        assertEquals(List.of("gap t/*1-2 x2", "t/c3"), told);
    }

    @Test
    void what_is_borrowed_goes_back_when_the_subscriber_returns_or_fails() {
        Mailbox mailbox = mailbox(Delivery.queue(5).borrowing(), message -> {
            told.add("got " + message.sequence());
            if (message.sequence() == 2) {
                throw new IllegalStateException("on purpose");
            }
        });
        lend(mailbox, "t", 1);
        lend(mailbox, "t", 2);
        mailbox.deliverDirectly(new Borrowed("t", 3));
        runAll();
        assertEquals(List.of("got 1", "back t1", "got 2", "back t2", "got 3", "back t3"), told);
    }

    @Test
    void what_is_borrowed_and_never_handed_over_goes_back_too() {
        Mailbox queue = mailbox(Delivery.queue(1).borrowing(), subscriber);
        lend(queue, "t", 1);
        lend(queue, "t", 2);
        Mailbox latest = mailbox(Delivery.latest().borrowing(), subscriber);
        lend(latest, "t", 3);
        lend(latest, "t", 4);
        Mailbox disconnect = mailbox(Delivery.disconnect(1).borrowing(), subscriber);
        lend(disconnect, "t", 5);
        lend(disconnect, "t", 6);
        lend(disconnect, "t", 7);
        assertEquals(List.of("back t1", "back t3", "back t6", "back t7"), told);
    }

    @Test
    void what_is_borrowed_when_a_subscription_is_closed_goes_back_also_what_comes_afterwards() {
        for (Delivery delivery : List.of(Delivery.queue(5), Delivery.latest(), Delivery.disconnect(5))) {
            told.clear();
            Mailbox mailbox = mailbox(delivery.borrowing(), subscriber);
            lend(mailbox, "t/a", 1);
            lend(mailbox, "t/b", 2);
            mailbox.close();
            lend(mailbox, "t/c", 3);
            mailbox.deliverDirectly(new Borrowed("t/d", 4));
            runAll();
            assertEquals(List.of("back t/c3", "back t/d4", "back t/a1", "back t/b2"), told);
            assertEquals(0, mailbox.waiting());
        }
    }

    @Test
    void block_says_no_until_there_is_room_and_then_calls() {
        Mailbox mailbox = mailbox(new Delivery(Mode.BLOCK, 2, Duration.ofNanos(100), false), subscriber);
        assertTrue(mailbox.admits(1000));
        put(mailbox, "t", 1);
        put(mailbox, "t", 2);
        assertFalse(mailbox.admits(1000));
        assertEquals(1100, mailbox.waitsUntil());
        assertFalse(mailbox.admits(1099));
        assertEquals(0, rooms.get());
        runAll();
        assertEquals(1, rooms.get());
        assertTrue(mailbox.admits(1099));
        assertEquals(List.of("t1", "t2"), told);
        assertEquals(0, mailbox.lost());
    }

    @Test
    void block_waits_no_longer_than_its_deadline_and_then_drops_the_oldest() {
        Mailbox mailbox = mailbox(new Delivery(Mode.BLOCK, 100, Duration.ofNanos(100), false), subscriber);
        int put = 0;
        while (mailbox.admits(1000)) {
            put(mailbox, "t", ++put);
        }
        assertEquals(100, put);
        assertTrue(mailbox.admits(1100));
        for (int i = 0; i < 1000; i++) {
            put(mailbox, "t", ++put);
        }
        assertTrue(mailbox.waiting() <= 300, "bounded, but " + mailbox.waiting() + " wait");
        long kept = mailbox.waiting();
        runAll();
        assertEquals(put - kept, mailbox.lost());
        assertEquals("gap t1-" + mailbox.lost() + " x" + mailbox.lost(), told.get(0));
        assertEquals("t" + put, told.get(told.size() - 1));
        assertEquals(kept + 1, told.size());
    }

    @Test
    void disconnect_hands_over_what_waits_and_the_gap_is_the_last_call() {
        Mailbox mailbox = mailbox(Delivery.disconnect(2), subscriber);
        for (int i = 1; i <= 5; i++) {
            put(mailbox, "t", i);
        }
        assertEquals(1, closes.get());
        runAll();
        put(mailbox, "t", 6);
        runAll();
        assertEquals("gap t3-3 x1", told.get(told.size() - 1));
        assertEquals(List.of("t1", "t2"), told.subList(0, told.size() - 1));
        assertEquals(1, closes.get());
    }

    @Test
    void a_subscriber_that_throws_gets_the_next_message_all_the_same() {
        Mailbox mailbox = mailbox(Delivery.queue(10), message -> {
            told.add(message.topic() + message.sequence());
            if (message.sequence() == 1) {
                throw new IllegalStateException("on purpose");
            }
            if (message.sequence() == 2) {
                throw new StackOverflowError("on purpose");
            }
        });
        put(mailbox, "t", 1);
        put(mailbox, "t", 2);
        put(mailbox, "t", 3);
        runAll();
        assertEquals(List.of("t1", "t2", "t3"), told);
        assertEquals(3, mailbox.delivered());
    }

    @Test
    void closing_stops_it_also_for_what_waits() {
        Mailbox mailbox = mailbox(Delivery.queue(10), subscriber);
        put(mailbox, "t", 1);
        mailbox.close();
        mailbox.close();
        put(mailbox, "t", 2);
        runAll();
        assertEquals(List.of(), told);
        assertEquals(1, closes.get());
    }

    @Test
    void an_empty_mailbox_costs_no_task() {
        Mailbox mailbox = mailbox(Delivery.queue(10), subscriber);
        put(mailbox, "t", 1);
        put(mailbox, "t", 2);
        assertEquals(1, later.size());
        runAll();
        assertEquals(0, mailbox.waiting());
    }

    @Test
    void under_threads_every_message_is_delivered_or_counted_in_a_gap() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            AtomicLong seen = new AtomicLong();
            AtomicInteger calls = new AtomicInteger();
            AtomicInteger wrong = new AtomicInteger();
            Mailbox mailbox = new Mailbox(
                    "t/*",
                    Delivery.queue(50),
                    new Subscriber() {
                        private void call(long count) {
                            if (calls.getAndIncrement() != 0) {
                                wrong.incrementAndGet();
                            }
                            seen.addAndGet(count);
                            calls.decrementAndGet();
                        }

                        @Override
                        public void onMessage(Message message) {
                            call(1);
                        }

                        @Override
                        public void onGap(Gap gap) {
                            call(gap.count());
                        }
                    },
                    executor,
                    () -> {},
                    () -> {});
            int each = 30_000;
            List<Thread> threads = new ArrayList<>();
            for (int p = 0; p < 3; p++) {
                Thread thread = new Thread(() -> {
                    for (int i = 1; i <= each; i++) {
                        put(mailbox, "t", i);
                    }
                });
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join(60_000);
            }
            for (int i = 0; i < 10_000 && seen.get() < 3L * each; i++) {
                Thread.sleep(1);
            }
            assertEquals(3L * each, seen.get());
            assertEquals(0, wrong.get());
            assertEquals(3L * each, mailbox.delivered() + mailbox.lost());
        } finally {
            executor.shutdownNow();
        }
    }
}
