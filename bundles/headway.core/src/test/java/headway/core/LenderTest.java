package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.transport.Address;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LenderTest {

    private final Workers workers = new Workers("test");
    private final CountDownLatch standIn = new CountDownLatch(1);
    private final LinkedBlockingQueue<Thread> ran = new LinkedBlockingQueue<>();
    private final LinkSlot slot = slot(Set.of(Feature.GUESTS));
    private final Callers.Loan loan = workers.loan(slot);

    @AfterEach
    void close() {
        workers.close();
    }

    private LinkSlot slot(Set<Feature> features) {
        Link link = new Nowhere();
        return new LinkSlot(new Only(link, features), link, 0);
    }

    /** Has the thread noted on which it runs. */
    private void note() {
        ran.add(Thread.currentThread());
    }

    private Thread whoRan() throws InterruptedException {
        return ran.take();
    }

    @Test
    void what_a_links_thread_executes_it_runs_itself_when_it_is_lent() throws Exception {
        loan.gather();
        workers.execute(this::note);
        assertTrue(ran.isEmpty());
        loan.lend();
        assertSame(Thread.currentThread(), whoRan());
    }

    @Test
    void what_it_executes_otherwise_is_run_by_others() throws Exception {
        loan.gather();
        loan.lend();
        workers.execute(this::note);
        assertNotEquals(Thread.currentThread(), whoRan());
    }

    @Test
    void the_thread_of_an_application_that_receives_in_its_place_is_not_lent() throws Exception {
        boolean unused = slot.receive(
                () -> {
                    loan.gather();
                    workers.execute(this::note);
                    loan.lend();
                    return true;
                },
                0);
        assertNotEquals(Thread.currentThread(), whoRan());
    }

    @Test
    void where_nobody_could_receive_in_its_place_no_thread_is_lent() throws Exception {
        Callers.Loan none = workers.loan(slot(Set.of()));
        none.gather();
        workers.execute(this::note);
        none.lend();
        assertNotEquals(Thread.currentThread(), whoRan());
    }

    @Test
    void while_it_is_stuck_another_receives_and_others_run_what_waits() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        loan.gather();
        workers.execute(() -> {
            await(standIn);
            await(next);
        });
        workers.execute(next::countDown);
        loan.lend();
        assertEquals(0, standIn.getCount());
    }

    @Test
    void who_was_stuck_is_not_lent_for_a_while() throws Exception {
        loan.gather();
        workers.execute(() -> await(standIn));
        loan.lend();
        loan.gather();
        workers.execute(this::note);
        assertNotEquals(Thread.currentThread(), whoRan());
        loan.lend();
    }

    @Test
    void a_receiver_that_fails_takes_nothing_from_the_next() throws Exception {
        loan.gather();
        workers.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        workers.execute(this::note);
        loan.lend();
        assertNotNull(whoRan());
    }

    @Test
    void a_receiver_that_is_interrupted_leaves_the_thread_as_it_was() {
        loan.gather();
        workers.execute(() -> Thread.currentThread().interrupt());
        loan.lend();
        assertEquals(false, Thread.currentThread().isInterrupted());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(50, TimeUnit.SECONDS), "waited in vain");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A link from which nothing comes. */
    private final class Nowhere implements Link {

        @Override
        public boolean receive(BooleanSupplier enough, long nanos) {
            if (Thread.currentThread().getName().startsWith("headway-stand-in")) {
                standIn.countDown();
            }
            return enough.getAsBoolean();
        }

        @Override
        public Address local() {
            return Address.of(1);
        }

        @Override
        public int mtu() {
            return Frame.MAX;
        }

        @Override
        public SendResult send(Address to, ByteBuffer frame) {
            return SendResult.UNREACHABLE;
        }

        @Override
        public void flush() {}

        @Override
        public void join(Address group) {}

        @Override
        public void leave(Address group) {}

        @Override
        public void close() {}
    }

    private record Only(Link link, Set<Feature> features) implements Transport {

        @Override
        public String name() {
            return "only";
        }

        @Override
        public Link open(String bus, LinkListener listener) {
            return link;
        }
    }
}
