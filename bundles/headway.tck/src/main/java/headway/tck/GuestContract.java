package headway.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a transport with {@link headway.transport.Feature#GUESTS} promises, as tests. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
public abstract class GuestContract {

    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private final Checked received = new Checked();
    private Link receiver;
    private Link sender;

    /** Numbered frames must come in order and on one thread at a time. */
    private static final class Checked extends Delegate {
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicBoolean busy = new AtomicBoolean();
        private volatile String wrong;
        private volatile Thread last;

        /** Whether the next thread that pauses stays until another has received. */
        private final AtomicBoolean lingers = new AtomicBoolean();

        private final CountDownLatch relieved = new CountDownLatch(1);

        @Override
        public void onFrame(Address from, Credentials credentials, ByteBuffer frame) {
            if (!busy.compareAndSet(false, true)) {
                wrong = "two threads at once";
            }
            int number = frame.getInt(frame.position());
            if (number != next.get()) {
                wrong = "frame " + number + " instead of " + next.get();
            }
            last = Thread.currentThread();
            next.incrementAndGet();
            busy.set(false);
        }

        @Override
        public void onPause() {
            int before = next.get();
            if (lingers.compareAndSet(true, false)) {
                relieved.countDown();
                while (next.get() == before) {
                    LockSupport.parkNanos(this, 100_000);
                }
            }
        }
    }

    /** A listener that cares for frames only. */
    private abstract static class Delegate implements LinkListener {
        @Override
        public void onWritable() {}

        @Override
        public void onGone(Address peer) {}

        @Override
        public void onClosed(Exception cause) {}
    }

    /** A transport that works here. To skip the tests where it cannot, fail an assumption and say what is missing. */
    protected abstract Transport transport() throws Exception;

    @BeforeEach
    final void openLinks() throws Exception {
        Transport transport = transport();
        receiver = transport.open("guest", received);
        sender = transport.open("guest", new Inbox());
    }

    @AfterEach
    final void closeLinks() {
        if (receiver != null) {
            receiver.close();
            sender.close();
        }
    }

    private void send(int number) {
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (sender.send(receiver.local(), frame.clear().putInt(number).flip()) == SendResult.FULL) {
            LockSupport.parkNanos(10_000);
        }
        sender.flush();
    }

    private boolean receiveUntil(int count) {
        return receiver.receive(() -> received.next.get() >= count, LONG);
    }

    private void awaitReceived(int count) {
        while (received.next.get() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_thread_that_waits_takes_in_what_arrives_itself() {
        int number = 0;
        do {
            // The link's own thread may just be busy with what came before; then it takes this one too.
            send(number);
            number++;
            if (!receiveUntil(number)) {
                awaitReceived(number);
            }
        } while (received.last != Thread.currentThread());
        assertEquals(null, received.wrong);
    }

    @Test
    void what_arrives_after_a_guest_has_left_is_taken_in_by_the_link_again() {
        send(0);
        boolean unused = receiveUntil(1);
        send(1);
        awaitReceived(2);
        assertEquals(null, received.wrong);
    }

    @Test
    void while_the_links_own_thread_lingers_in_a_pause_a_guest_receives() throws Exception {
        received.lingers.set(true);
        send(0);
        received.relieved.await();
        send(1);
        while (!receiveUntil(2)) {
            // It has only just begun to linger.
            Thread.onSpinWait();
        }
        send(2);
        awaitReceived(3);
        assertEquals(null, received.wrong);
    }

    @Test
    void order_holds_whoever_receives() throws Exception {
        int count = 50_000;
        Thread source = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                send(i);
            }
        });
        Thread other = new Thread(() -> {
            while (received.next.get() < count) {
                int now = received.next.get();
                boolean unused = receiver.receive(() -> received.next.get() > now, 1_000_000);
            }
        });
        source.start();
        other.start();
        while (received.next.get() < count) {
            int now = received.next.get();
            boolean unused = receiver.receive(() -> received.next.get() > now + 10, 1_000_000);
        }
        source.join();
        other.join();
        assertEquals(null, received.wrong);
        assertEquals(count, received.next.get());
    }

    @Test
    void an_interrupted_thread_does_not_receive_and_breaks_nothing() {
        Thread.currentThread().interrupt();
        boolean received = receiver.receive(() -> true, LONG);
        assertTrue(Thread.interrupted());
        assertFalse(received);
        send(0);
        awaitReceived(1);
    }

    @Test
    void an_interrupted_thread_can_send() {
        Thread.currentThread().interrupt();
        send(0);
        assertTrue(Thread.interrupted());
        send(1);
        awaitReceived(2);
    }

    @Test
    void a_guest_leaves_when_its_time_is_over_or_the_link_closes() throws Exception {
        assertFalse(receiver.receive(() -> false, 1_000_000));
        CountDownLatch left = new CountDownLatch(1);
        Thread guest = new Thread(() -> {
            boolean unused = receiver.receive(() -> false, LONG);
            left.countDown();
        });
        guest.start();
        receiver.close();
        assertTrue(left.await(30, TimeUnit.SECONDS));
    }
}
