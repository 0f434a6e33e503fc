package headway.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import headway.bus.BodyWriter;
import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Gap;
import headway.bus.Marshaller;
import headway.bus.Message;
import headway.bus.NameReply;
import headway.bus.Outcome;
import headway.bus.Publication;
import headway.bus.Registration;
import headway.bus.Subscriber;
import headway.bus.Subscription;
import headway.bus.Target;
import headway.bus.dto.PeerView;
import headway.bus.dto.ShelfView;
import headway.tck.MemoryTransport;
import headway.transport.Transport;
import headway.transport.loopback.LoopbackTransport;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two and three nodes with real threads in one JVM. */
class RunningNodeTest {

    private static final Delivery QUEUE = Delivery.queue(100_000);
    /** On a busy machine a node may take nothing for a while; that is not what is tested here. */
    private static final NodeConfig PATIENT = new NodeConfig("test", 1 << 22, 1 << 20, 1 << 24, 60_000, 10_000);

    private static final Target SERVICE = new Target("org.test.Service", "/service", "org.test.Service");

    private final Transport transport = MemoryTransport.builder().threaded().build();
    private final List<RunningNode> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(RunningNode::close);
    }

    private Bus start() throws Exception {
        return start(transport);
    }

    private Bus start(Transport over) throws Exception {
        RunningNode node = RunningNode.start(PATIENT);
        nodes.add(node);
        node.add(over, 0).awaitJoined(Duration.ofSeconds(20));
        return node.bus();
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long until = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < until, "waited in vain for " + what);
            Thread.sleep(1);
        }
    }

    /** What all others want, as that node knows it. */
    private List<String> interests(int node) {
        return nodes.get(node).inspector().view().peers().stream()
                .flatMap(peer -> peer.interests().stream())
                .toList();
    }

    private ShelfView shelf() {
        return nodes.get(0).inspector().view().shelf();
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(20, TimeUnit.SECONDS);
        assertNotNull(next, "nothing came");
        return next;
    }

    private static BlockingQueue<Message> subscribe(Bus bus, String pattern) {
        BlockingQueue<Message> queue = new LinkedBlockingQueue<>();
        bus.subscribe(pattern, QUEUE, queue::add);
        return queue;
    }

    private static String errorOf(Future<?> answer) throws Exception {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS));
        return ((CallException) failure.getCause()).errorName();
    }

    // ---------------------------------------------------------------- publish and subscribe

    @Test
    void what_is_published_together_comes_in_order_also_if_it_does_not_fit_or_ends_in_the_middle() throws Exception {
        Bus a = start();
        Bus b = start();
        BlockingQueue<Message> got = subscribe(b, "t");
        await(() -> a.wanted("t"), "the interest");
        byte[] padding = new byte[30_000];
        int number = 100;
        a.together(() -> {
            for (int i = 0; i < number; i++) {
                assertEquals(Outcome.SENT, a.publish("t", "iay", i, padding));
            }
        });
        for (int i = 0; i < number; i++) {
            assertEquals(i, next(got).body().get(0));
        }
        assertThrows(
                IllegalStateException.class,
                () -> a.together(() -> {
                    assertEquals(Outcome.SENT, a.publish("t", "iay", number, padding));
                    throw new IllegalStateException("on purpose");
                }));
        assertEquals(number, next(got).body().get(0));
    }

    @Test
    void patterns_get_what_they_match_and_nobody_gets_it_twice() throws Exception {
        Bus a = start();
        Bus b = start();
        BlockingQueue<Message> below = subscribe(b, "vehicle/*");
        BlockingQueue<Message> doors = subscribe(b, "vehicle/+/door");
        await(() -> interests(0).containsAll(List.of("vehicle/*", "vehicle/+/door")), "the interests");
        BlockingQueue<Message> own = subscribe(a, "vehicle/*");
        assertEquals(Outcome.UNWANTED, a.publish("other", "i", 0));
        for (int i = 0; i < 100; i++) {
            assertEquals(Outcome.SENT, a.publish(i % 2 == 0 ? "vehicle/left/door" : "vehicle/speed", "i", i));
        }
        for (int i = 0; i < 100; i++) {
            Message message = next(below);
            assertEquals(List.of(i), message.body());
            assertEquals(a.uniqueName(), message.sender().uniqueName());
            assertEquals(i + 1, message.sequence());
            assertEquals(List.of(i), next(own).body());
            if (i % 2 == 0) {
                assertEquals(List.of(i), next(doors).body());
            }
        }
        assertNull(below.poll());
        assertNull(doors.poll());
        assertNull(own.poll(), "no echo");
    }

    /** Whatever it is, it cannot be marshalled. */
    private static final class Never implements Marshaller<Object> {
        @Override
        public String signature() {
            return "s";
        }

        @Override
        public void marshal(Object value, BodyWriter out) {
            throw new AssertionError("marshalled");
        }
    }

    @Test
    void within_one_process_the_very_object_is_handed_over_and_not_marshalled() throws Exception {
        Bus bus = start();
        BlockingQueue<Message> queue = subscribe(bus, "a");
        Object value = new Object();
        Publication<Object> publication = bus.publication("a", new Never());
        assertEquals(Outcome.SENT, publication.send(value));
        assertSame(value, next(queue).handedOver());
    }

    @Test
    void large_messages_arrive_whole_and_in_order_with_small_ones() throws Exception {
        Bus a = start();
        Bus b = start();
        BlockingQueue<Message> queue = subscribe(b, "*");
        await(() -> a.wanted("big"), "the interest");
        int[] sizes = {1, 65_400, 65_600, 1 << 20, 3, 20 << 20, 5};
        for (int i = 0; i < sizes.length; i++) {
            byte[] bytes = new byte[sizes[i]];
            Arrays.fill(bytes, (byte) (i + 1));
            assertEquals(Outcome.SENT, a.publish("big", "ay", (Object) bytes));
        }
        for (int i = 0; i < sizes.length; i++) {
            byte[] bytes = (byte[]) next(queue).body().get(0);
            byte[] expected = new byte[sizes[i]];
            Arrays.fill(expected, (byte) (i + 1));
            assertArrayEquals(expected, bytes);
        }
    }

    @Test
    void from_the_second_on_a_large_message_for_many_lies_in_shared_memory_once() throws Exception {
        assumeTrue(Files.isWritable(SharedFiles.DIRECTORY), "There is no " + SharedFiles.DIRECTORY);
        Bus a = start();
        List<BlockingQueue<Message>> queues = List.of(subscribe(start(), "big"), subscribe(start(), "big"));
        await(() -> interests(0).equals(List.of("big", "big")), "the interests");
        assertNull(shelf());
        for (int i = 0; i < 5; i++) {
            byte[] image = Oracle.padding(1 << 20, i + 1);
            assertEquals(Outcome.SENT, a.publish("big", "ay", (Object) image));
            for (BlockingQueue<Message> queue : queues) {
                assertEquals(ByteBuffer.wrap(image), next(queue).bytes());
            }
            await(() -> shelf().readers().size() == 2, "the readers");
            // Else the next would lie beside it.
            await(() -> shelf().bytes() == 0, "the acknowledgements");
        }
        ShelfView shelf = shelf();
        assertTrue(shelf.highest() > 1 << 20 && shelf.highest() < 2 << 20, shelf::toString);
    }

    @Test
    void who_only_borrows_reads_a_large_message_where_it_was_written_and_who_keeps_it_has_a_copy() throws Exception {
        assumeTrue(Files.isWritable(SharedFiles.DIRECTORY), "There is no " + SharedFiles.DIRECTORY);
        Bus a = start();
        Bus b = start();
        BlockingQueue<Message> borrowed = new LinkedBlockingQueue<>();
        BlockingQueue<byte[]> seen = new LinkedBlockingQueue<>();
        b.subscribe("big", Delivery.queue(10).borrowing(), message -> {
            byte[] bytes = new byte[message.bytes().remaining()];
            message.bytes().get(bytes);
            seen.add(
                    message.bytes().isDirect()
                            ? bytes
                            : new byte[] {(byte) message.bytes().capacity()});
            borrowed.add(message);
        });
        BlockingQueue<Message> kept = subscribe(b, "big");
        await(() -> a.wanted("big"), "the interest");
        // The first of all offers the shelf, and comes in pieces.
        assertEquals(Outcome.SENT, a.publish("big", "ay", (Object) new byte[1 << 17]));
        assertEquals(1 << 17, next(borrowed).bytes().remaining());
        seen.remove();
        await(() -> shelf().readers().size() == 1, "the reader");
        for (int i = 0; i < 20; i++) {
            byte[] image = Oracle.padding(1 << 20, i + 1);
            assertEquals(Outcome.SENT, a.publish("big", "ay", (Object) image));
            assertArrayEquals(image, seen.poll(10, TimeUnit.SECONDS));
            Message message = next(borrowed);
            await(() -> shelf().bytes() == 0, "it to be given back");
            assertEquals(i + 2, message.sequence());
            assertThrows(IllegalStateException.class, message::bytes);
            assertThrows(IllegalStateException.class, message::body);
            assertEquals("SIGNAL big from " + a.uniqueName() + ", given back", message.toString());
        }
        assertEquals(1 << 17, next(kept).bytes().remaining());
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    ByteBuffer.wrap(Oracle.padding(1 << 20, i + 1)), next(kept).bytes());
        }
    }

    @Test
    void who_borrows_for_long_holds_up_nobody_and_gets_the_next_ones_as_copies() throws Exception {
        assumeTrue(Files.isWritable(SharedFiles.DIRECTORY), "There is no " + SharedFiles.DIRECTORY);
        Bus a = start();
        Bus b = start();
        CountDownLatch release = new CountDownLatch(1);
        BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
        b.subscribe("big", Delivery.queue(100).borrowing(), message -> {
            try {
                boolean blocks = message.sequence() == 2;
                if (blocks && !release.await(30, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] image = Oracle.padding(1 << 20, message.sequence());
            seen.add(message.bytes().equals(ByteBuffer.wrap(image)) ? message.sequence() : -1);
        });
        BlockingQueue<Message> other = subscribe(start(), "big");
        await(() -> interests(0).equals(List.of("big", "big")), "the interests");
        for (int i = 1; i <= 30; i++) {
            assertEquals(Outcome.SENT, a.publish("big", "ay", (Object) Oracle.padding(1 << 20, i)));
            assertEquals(
                    ByteBuffer.wrap(Oracle.padding(1 << 20, i)), next(other).bytes());
            if (i == 1) {
                await(() -> shelf().readers().size() == 2, "the readers");
            }
        }
        assertTrue(shelf().bytes() >= 1 << 20 && shelf().bytes() <= 5 << 20, () -> shelf().toString());
        release.countDown();
        for (long i = 1; i <= 30; i++) {
            assertEquals(i, seen.poll(10, TimeUnit.SECONDS));
        }
        await(() -> shelf().bytes() == 0, "all to be given back");
    }

    @Test
    void a_message_over_the_limit_is_refused_with_its_size_and_the_next_one_goes() throws Exception {
        Bus a = start();
        Bus b = start();
        BlockingQueue<Message> queue = subscribe(b, "t");
        await(() -> a.wanted("t"), "the interest");
        String message = assertThrows(
                        IllegalArgumentException.class, () -> a.publish("t", "ay", (Object) new byte[(128 << 20) - 50]))
                .getMessage();
        assertTrue(message.matches("message of 1342[0-9]* bytes, at most 128 MiB are allowed.*"), message);
        assertEquals(Outcome.SENT, a.publish("t", "i", 1));
        assertEquals(List.of(1), next(queue).body());
    }

    @Test
    void a_subscriber_that_blocks_delays_nobody_else_and_a_full_queue_tells_its_gap() throws Exception {
        Bus a = start();
        Bus b = start();
        CountDownLatch release = new CountDownLatch(1);
        AtomicLong seen = new AtomicLong();
        b.subscribe("*", Delivery.queue(10), new Subscriber() {
            @Override
            public void onMessage(Message message) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                seen.incrementAndGet();
            }

            @Override
            public void onGap(Gap gap) {
                seen.addAndGet(gap.count());
            }
        });
        BlockingQueue<Message> other = subscribe(b, "*");
        await(() -> a.wanted("t"), "the interest");
        for (int i = 0; i < 5000; i++) {
            a.publish("t", "i", i);
        }
        for (int i = 0; i < 5000; i++) {
            assertEquals(List.of(i), next(other).body());
        }
        release.countDown();
        await(() -> seen.get() == 5000, "all to be seen or told as lost, not " + seen);
    }

    @Test
    void a_slow_subscriber_with_block_holds_its_publishers_back_and_loses_nothing() throws Exception {
        Bus a = start();
        Bus b = start();
        AtomicInteger got = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        Delivery block = new Delivery(Delivery.Mode.BLOCK, 20, Duration.ofSeconds(30), false);
        Subscription subscription = b.subscribe("t", block, message -> {
            if (!message.body().get(0).equals(got.getAndIncrement())) {
                wrong.incrementAndGet();
            }
            if (got.get() % 500 == 0) {
                LockSupport.parkNanos(100_000);
            }
        });
        await(() -> a.wanted("t"), "the interest");
        for (int i = 0; i < 50_000; i++) {
            assertEquals(Outcome.SENT, a.publish("t", "i", i));
        }
        await(() -> got.get() == 50_000, "all messages");
        assertEquals(0, wrong.get());
        assertEquals(0, subscription.lost());
    }

    @Test
    void closing_flushes_what_was_published() throws Exception {
        Bus a = start();
        Bus b = start();
        BlockingQueue<Message> queue = subscribe(b, "t");
        await(() -> a.wanted("t"), "the interest");
        for (int i = 0; i < 10_000; i++) {
            a.publish("t", "i", i);
        }
        nodes.get(0).close();
        assertEquals(Outcome.CLOSED, a.publish("t", "i", 0));
        for (int i = 0; i < 10_000; i++) {
            assertEquals(List.of(i), next(queue).body());
        }
    }

    @Test
    void many_threads_publish_and_each_keeps_its_order() throws Exception {
        Bus a = start();
        Bus b = start();
        BlockingQueue<Message> queue = subscribe(b, "t/*");
        await(() -> a.wanted("t/0"), "the interest");
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String topic = "t/" + t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 5000; i++) {
                    a.publish(topic, "i", i);
                }
            });
            thread.start();
            threads.add(thread);
        }
        int[] last = {-1, -1, -1, -1};
        for (int i = 0; i < 20_000; i++) {
            Message message = next(queue);
            int t = message.topic().charAt(2) - '0';
            assertEquals(++last[t], message.body().get(0));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void a_direct_subscriber_is_called_by_one_thread_at_a_time() throws Exception {
        Bus a = start();
        Bus b = start();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger got = new AtomicInteger();
        b.subscribe("t", Delivery.onReceivingThread(), new Subscriber() {
            private void call(long count) {
                if (inside.getAndIncrement() != 0) {
                    wrong.incrementAndGet();
                }
                got.addAndGet((int) count);
                inside.decrementAndGet();
            }

            @Override
            public void onMessage(Message message) {
                call(1);
            }

            @Override
            public void onGap(Gap gap) {
                call(gap.count());
            }
        });
        await(() -> a.wanted("t"), "the interest");
        List<Thread> threads = new ArrayList<>();
        for (Bus publisher : List.of(a, b, b)) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 5000; i++) {
                    publisher.publish("t", "i", i);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await(() -> got.get() == 15_000, "all to be seen or told as lost");
        assertEquals(0, wrong.get());
    }

    @Test
    void a_signal_reaches_subscribers_of_its_interface_and_member_here_and_elsewhere() throws Exception {
        Bus a = start();
        Bus b = start();
        BlockingQueue<Message> there = subscribe(b, "org/test/Player/Seeked");
        BlockingQueue<Message> all = subscribe(b, "org/test/Player/*");
        await(() -> interests(0).size() == 2, "the interests");
        BlockingQueue<Message> here = subscribe(a, "org/test/Player/+");

        assertEquals(Outcome.UNWANTED, a.emit("/player", "org.test.Other", "Seeked", "x", 5L));
        assertEquals(Outcome.SENT, a.emit("/player", "org.test.Player", "Seeked", "xs", 5L, "track"));
        for (BlockingQueue<Message> each : List.of(there, all, here)) {
            Message signal = next(each);
            assertEquals(
                    List.of("org/test/Player/Seeked", "/player", "org.test.Player", "Seeked", a.uniqueName()),
                    List.of(
                            signal.topic(),
                            signal.path(),
                            signal.interfaceName(),
                            signal.member(),
                            signal.sender().uniqueName()));
            assertEquals(List.of(5L, "track"), signal.body());
            assertNull(signal.handedOver(), "values are no object that was published");
        }
        assertThrows(IllegalArgumentException.class, () -> a.emit("player", "org.test.Player", "Seeked", ""));
        assertThrows(IllegalArgumentException.class, () -> a.emit("/player", "org.headway.Node", "Names", ""));
        assertThrows(IllegalArgumentException.class, () -> a.emit("/a", "org.headway.Topic", "Published", ""));
    }

    // ---------------------------------------------------------------- calls and names

    @Test
    void a_call_gets_its_reply_or_the_error_that_says_what_is_wrong() throws Exception {
        Bus a = start();
        Bus b = start();
        assertEquals(
                NameReply.PRIMARY_OWNER,
                b.requestName("org.test.Service", Set.of()).get(20, TimeUnit.SECONDS));
        for (Execution execution : Execution.values()) {
            Registration export = b.export("/service", "org.test.Service", execution, call -> {
                switch (call.message().member()) {
                    case "Echo" -> call.reply("s", call.message().body().get(0));
                    case "Refuse" -> throw new CallException("org.test.Error.No", "no");
                    case "Throw" -> throw new IllegalStateException("on purpose");
                    default -> {}
                }
            });
            await(() -> a.names().containsKey("org.test.Service"), "the name");
            for (Bus caller : List.of(a, b)) {
                assertEquals(
                        List.of("hello"),
                        caller.call(SERVICE, "Echo", "s", "hello")
                                .get(20, TimeUnit.SECONDS)
                                .body());
                assertEquals("org.test.Error.No", errorOf(caller.call(SERVICE, "Refuse", "")));
                assertEquals(CallException.FAILED, errorOf(caller.call(SERVICE, "Throw", "")));
                assertEquals(
                        CallException.NO_REPLY, errorOf(caller.call(SERVICE, Duration.ofMillis(50), "Ignore", "")));
                assertEquals(
                        CallException.UNKNOWN_METHOD,
                        errorOf(caller.call(new Target(b.uniqueName(), "/no", "org.test.No"), "Echo", "")));
            }
            export.close();
        }
        assertEquals(
                CallException.SERVICE_UNKNOWN,
                errorOf(a.call(new Target("org.test.Nobody", "/service", "org.test.Service"), "Echo", "")));
    }

    @Test
    void a_call_to_a_peer_that_goes_says_so() throws Exception {
        Bus a = start();
        Bus b = start();
        CountDownLatch called = new CountDownLatch(1);
        b.export("/service", "org.test.Service", Execution.SERIAL, call -> called.countDown());
        var answer = a.call(new Target(b.uniqueName(), "/service", "org.test.Service"), "Wait", "");
        assertTrue(called.await(20, TimeUnit.SECONDS));
        nodes.get(1).close();
        assertEquals(CallException.PEER_DIED, errorOf(answer));
    }

    @Test
    void a_call_when_the_bus_is_closed_says_so() throws Exception {
        Bus a = start();
        nodes.get(0).close();
        assertEquals(CallException.CLOSED, errorOf(a.call(SERVICE, "Echo", "")));
    }

    @Test
    void a_name_passes_on_along_its_queue_also_when_the_arbiter_leaves() throws Exception {
        Bus arbiter = start();
        Bus b = start();
        Bus c = start();
        String name = "org.test.Name";
        assertEquals(
                NameReply.PRIMARY_OWNER, arbiter.requestName(name, Set.of()).get(20, TimeUnit.SECONDS));
        assertEquals(NameReply.IN_QUEUE, c.requestName(name, Set.of()).get(20, TimeUnit.SECONDS));
        assertEquals(NameReply.IN_QUEUE, b.requestName(name, Set.of()).get(20, TimeUnit.SECONDS));
        nodes.get(0).close();
        await(() -> c.uniqueName().equals(b.names().get(name)), "the next owner at b");
        await(() -> c.uniqueName().equals(c.names().get(name)), "the next owner at c");
        assertTrue(c.releaseName(name).get(20, TimeUnit.SECONDS));
        await(() -> b.uniqueName().equals(c.names().get(name)), "the last owner at c");
        assertFalse(c.releaseName(name).get(20, TimeUnit.SECONDS));
        assertEquals(NameReply.ALREADY_OWNER, b.requestName(name, Set.of()).get(20, TimeUnit.SECONDS));
    }

    // ---------------------------------------------------------------- links

    /** Over a transport whose thread calls subscribers itself. */
    @Test
    void a_subscriber_that_waits_for_what_arrives_later_keeps_nothing_from_arriving(@TempDir Path directory)
            throws Exception {
        Transport loopback = new LoopbackTransport(directory);
        Bus a = start(loopback);
        Bus b = start(loopback);
        a.export("/service", "org.test.Service", Execution.DIRECT, call -> call.reply("s", "answer"));
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<Void> later = new CompletableFuture<>();
        CountDownLatch done = new CountDownLatch(1);
        b.subscribe("now", QUEUE, message -> {
            waits.countDown();
            later.join();
            b.call(new Target(a.uniqueName(), "/service", "org.test.Service"), "Ask", "")
                    .join();
            done.countDown();
        });
        b.subscribe("later", QUEUE, message -> later.complete(null));
        await(() -> a.wanted("now") && a.wanted("later"), "the interests");
        a.publish("now", "");
        waits.await();
        a.publish("later", "");
        assertTrue(done.await(20, TimeUnit.SECONDS));
    }

    @Test
    void a_better_transport_takes_over_and_leaves_again_without_loss() throws Exception {
        Bus a = start();
        Bus b = start();
        BlockingQueue<Message> queue = subscribe(b, "t");
        await(() -> a.wanted("t"), "the interest");
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> published = CompletableFuture.supplyAsync(() -> {
            int count = 0;
            while (count < 60_000 || !enough.get()) {
                a.publish("t", "i", count++);
                if (count > 60_000) {
                    LockSupport.parkNanos(100_000);
                }
            }
            return count;
        });
        for (int round = 0; round < 10; round++) {
            long before = switches(0);
            Transport better = MemoryTransport.builder().threaded().build();
            nodes.get(round % 2).add(better, 10);
            nodes.get(1 - round % 2).add(better, 10);
            await(() -> switches(0) > before, "the better transport");
            nodes.get(0).remove(better);
            nodes.get(1).remove(better);
            await(() -> switches(0) > before + 1, "the other transport");
        }
        enough.set(true);
        int count = published.get(20, TimeUnit.SECONDS);
        for (int i = 0; i < count; i++) {
            assertEquals(List.of(i), next(queue).body());
        }
    }

    /** How often a node has taken another link to its only peer. */
    private long switches(int node) {
        return nodes.get(node).inspector().view().peers().stream()
                .mapToLong(PeerView::switches)
                .sum();
    }
}
