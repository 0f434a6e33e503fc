package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Gap;
import headway.bus.Peer;
import headway.transport.Credentials;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** What threads leave for each other: {@link Outbox}, {@link MessageRing}, {@link SerialQueue}, {@link DirectRunner}. */
class QueuesTest {

    private static final int PRODUCERS = 4;
    private static final Peer SENDER = new Peer(":a.1", Credentials.NONE);

    /** Runs the same in several threads and waits for all of them. */
    private static void inThreads(int count, IntConsumer body) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            int number = i;
            Thread thread = new Thread(() -> body.accept(number));
            thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(60_000);
            assertFalse(thread.isAlive(), "still running");
        }
        assertEquals(List.of(), failures);
    }

    private static BusMessage message(long sequence) {
        return new GapMessage(SENDER, new Gap("t", "", sequence, sequence, 1, Gap.Cause.SLOW_NODE));
    }

    // ---------------------------------------------------------------- Outbox

    @Test
    void an_outbox_gives_back_each_record_exactly_as_it_was_put() {
        SplittableRandom random = new SplittableRandom(1);
        Outbox outbox = new Outbox(1 << 12);
        ArrayDeque<byte[]> model = new ArrayDeque<>();
        int full = 0;
        for (int i = 0; i < 100_000; i++) {
            if (random.nextInt(3) > 0) {
                byte[] data = new byte[random.nextInt(random.nextInt(8) == 0 ? 512 : 60)];
                random.nextBytes(data);
                if (outbox.put(model, data, 0, data.length)) {
                    model.add(data);
                } else {
                    full++;
                }
            } else {
                int most = random.nextInt(2000);
                boolean[] refuse = {false};
                boolean all = outbox.drain(
                        (subject, bytes, offset, size) -> {
                            if (random.nextInt(5) == 0) {
                                refuse[0] = true;
                                return false;
                            }
                            byte[] expected = model.remove();
                            assertTrue(Arrays.equals(expected, 0, expected.length, bytes, offset, offset + size));
                            return true;
                        },
                        most);
                assertTrue(!all || model.isEmpty());
                assertFalse(all && refuse[0]);
            }
            assertEquals(model.isEmpty(), outbox.isEmpty());
        }
        assertTrue(full > 0, "never full");
    }

    @Test
    void an_outbox_that_is_full_says_so_and_takes_again_what_was_made_room_for() {
        Outbox outbox = new Outbox(256);
        byte[] data = new byte[24];
        int put = 0;
        while (outbox.put("", data, 0, data.length)) {
            put++;
        }
        assertEquals(8, put);
        assertFalse(outbox.drain((subject, bytes, offset, size) -> true, 1));
        assertTrue(outbox.put("", data, 0, data.length));
        assertFalse(outbox.put("", data, 0, data.length));
    }

    @Test
    void what_is_too_large_for_an_outbox_counts_a_quarter_and_one_of_any_size_finds_room() {
        Outbox outbox = new Outbox(256);
        byte[] none = {};
        Large huge = () -> new byte[2000];
        Large large = () -> new byte[300];
        assertTrue(outbox.put(huge, none, 0, 0));
        assertFalse(outbox.put(large, none, 0, 0));
        assertTrue(outbox.drain((subject, bytes, offset, size) -> true, 256));
        for (int i = 0; i < 3; i++) {
            assertTrue(outbox.put(large, none, 0, 0));
        }
        assertFalse(outbox.put(large, none, 0, 0));
    }

    @Test
    void many_threads_lose_nothing_in_an_outbox_and_each_keeps_its_order() throws Exception {
        int each = 40_000;
        Outbox outbox = new Outbox(1 << 12);
        long[] last = new long[PRODUCERS];
        AtomicInteger taken = new AtomicInteger();
        Thread consumer = new Thread(() -> {
            while (taken.get() < PRODUCERS * each) {
                outbox.drain(
                        (subject, bytes, offset, size) -> {
                            int producer = (Integer) subject;
                            long number = Bytes.getLong(bytes, offset);
                            if (number == last[producer] + 1 && size == 8 + number % 100) {
                                last[producer] = number;
                            }
                            taken.incrementAndGet();
                            return true;
                        },
                        1 << 16);
                LockSupport.parkNanos(1000);
            }
        });
        consumer.start();
        inThreads(PRODUCERS, producer -> {
            byte[] data = new byte[108];
            for (long i = 1; i <= each; i++) {
                Bytes.putLong(data, 0, i);
                while (!outbox.put(producer, data, 0, (int) (8 + i % 100))) {
                    LockSupport.parkNanos(1000);
                }
            }
        });
        consumer.join(60_000);
        for (long number : last) {
            assertEquals(each, number);
        }
        assertTrue(outbox.isEmpty());
    }

    // ---------------------------------------------------------------- MessageRing

    @Test
    void a_ring_is_full_at_its_capacity_and_gives_the_oldest_first() {
        MessageRing ring = new MessageRing(5);
        assertEquals(8, ring.capacity());
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 8; i++) {
                assertTrue(ring.offer(message(i)));
            }
            assertFalse(ring.offer(message(8)));
            assertEquals(8, ring.size());
            for (int i = 0; i < 8; i++) {
                assertEquals(i, ring.take(ring.claim()).sequence());
            }
            assertEquals(-1, ring.claim());
        }
    }

    @Test
    void many_threads_put_and_evict_and_nothing_is_taken_twice() throws Exception {
        int each = 30_000;
        MessageRing ring = new MessageRing(64);
        AtomicLong taken = new AtomicLong();
        AtomicLong sum = new AtomicLong();
        inThreads(PRODUCERS, producer -> {
            for (int i = 1; i <= each; i++) {
                BusMessage message = message(i);
                while (!ring.offer(message)) {
                    take(ring, taken, sum);
                }
            }
        });
        while (take(ring, taken, sum)) {}
        assertEquals((long) PRODUCERS * each, taken.get());
        assertEquals((long) PRODUCERS * each * (each + 1) / 2, sum.get());
    }

    private static boolean take(MessageRing ring, AtomicLong taken, AtomicLong sum) {
        long position = ring.claim();
        if (position < 0) {
            return false;
        }
        sum.addAndGet(ring.take(position).sequence());
        taken.incrementAndGet();
        return true;
    }

    // ---------------------------------------------------------------- SerialQueue

    @Test
    void a_serial_queue_runs_one_at_a_time_and_in_order() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            SerialQueue queue = new SerialQueue(executor, 1 << 20);
            int each = 20_000;
            CountDownLatch done = new CountDownLatch(PRODUCERS * each);
            AtomicInteger running = new AtomicInteger();
            AtomicInteger wrong = new AtomicInteger();
            int[] last = new int[PRODUCERS];
            inThreads(PRODUCERS, producer -> {
                for (int i = 1; i <= each; i++) {
                    int number = i;
                    boolean taken = queue.execute(() -> {
                        if (running.getAndIncrement() != 0 || last[producer] + 1 != number) {
                            wrong.incrementAndGet();
                        }
                        last[producer] = number;
                        running.decrementAndGet();
                        done.countDown();
                    });
                    assertTrue(taken);
                }
            });
            assertTrue(done.await(60, TimeUnit.SECONDS));
            assertEquals(0, wrong.get());
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void a_serial_queue_is_bounded() {
        List<Runnable> later = new ArrayList<>();
        SerialQueue queue = new SerialQueue(later::add, 2);
        AtomicInteger ran = new AtomicInteger();
        assertTrue(queue.execute(ran::incrementAndGet));
        assertTrue(queue.execute(ran::incrementAndGet));
        assertFalse(queue.execute(ran::incrementAndGet));
        later.remove(0).run();
        assertEquals(2, ran.get());
        assertTrue(queue.execute(ran::incrementAndGet));
    }

    // ---------------------------------------------------------------- DirectRunner

    @Test
    void a_direct_runner_runs_in_order_and_what_is_added_meanwhile_after_it() {
        DirectRunner runner = new DirectRunner();
        List<Integer> ran = new ArrayList<>();
        runner.add(() -> {
            assertTrue(DirectRunner.isRunningHere());
            ran.add(1);
            runner.add(() -> ran.add(3));
            runner.runAll();
            assertEquals(List.of(1), ran, "not nested");
        });
        runner.add(() -> {
            throw new IllegalStateException("on purpose");
        });
        runner.add(() -> ran.add(2));
        assertTrue(runner.hasWork());
        runner.runAll();
        assertEquals(List.of(1, 2, 3), ran);
        assertFalse(runner.hasWork());
        assertFalse(DirectRunner.isRunningHere());
    }

    @Test
    void a_direct_runner_never_runs_two_at_the_same_time_and_forgets_none() throws Exception {
        DirectRunner runner = new DirectRunner();
        int each = 50_000;
        AtomicInteger running = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        Object owner = new Object();
        inThreads(PRODUCERS, producer -> {
            for (int i = 0; i < each; i++) {
                synchronized (owner) {
                    runner.add(() -> {
                        if (running.getAndIncrement() != 0) {
                            wrong.incrementAndGet();
                        }
                        ran.incrementAndGet();
                        running.decrementAndGet();
                    });
                }
                runner.runAll();
            }
        });
        runner.runAll();
        assertEquals(0, wrong.get());
        assertEquals(PRODUCERS * each, ran.get());
    }
}
