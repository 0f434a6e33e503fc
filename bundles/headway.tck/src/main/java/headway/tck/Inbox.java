package headway.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.Link;
import headway.transport.LinkListener;
import headway.transport.SendResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listener for tests: keeps a copy of what it is told, in order, and checks that it is told one thing at a time.
 *
 * <p>Everything that waits gives up with a failure after {@link #PATIENCE_SECONDS}.
 */
public final class Inbox implements LinkListener {

    /** Far more than anything takes on a busy machine. */
    public static final int PATIENCE_SECONDS = 30;

    /** Something a link has told. */
    public sealed interface Event permits Frame, Gone, Closed {}

    /** A frame that arrived: a copy, little-endian. */
    public record Frame(Address from, Credentials credentials, ByteBuffer buffer) implements Event {

        /** Its bytes. */
        public byte[] bytes() {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
    }

    /** A peer that will never send again. */
    public record Gone(Address peer) implements Event {}

    /** The link ended by itself. */
    public record Closed(Exception cause) implements Event {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Semaphore writable = new Semaphore(0);
    private final AtomicInteger inside = new AtomicInteger();
    /** How many frames had been told at each pause. */
    private final BlockingQueue<Integer> pauses = new LinkedBlockingQueue<>();

    private final AtomicInteger told = new AtomicInteger();
    private int toldAtPause;
    private volatile boolean needlessPause;
    private volatile boolean crowded;
    private volatile boolean bigEndian;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile Runnable onFrame = () -> {};

    @Override
    public void onFrame(Address from, Credentials credentials, ByteBuffer frame) {
        enter();
        await(gate);
        bigEndian |= frame.order() != ByteOrder.LITTLE_ENDIAN;
        ByteBuffer copy = ByteBuffer.allocate(frame.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        events.add(new Frame(from, credentials, copy.put(frame).flip()));
        told.incrementAndGet();
        onFrame.run();
        inside.decrementAndGet();
    }

    @Override
    public void onPause() {
        enter();
        int frames = told.get();
        needlessPause |= frames == toldAtPause;
        toldAtPause = frames;
        pauses.add(frames);
        inside.decrementAndGet();
    }

    @Override
    public void onWritable() {
        enter();
        writable.release();
        inside.decrementAndGet();
    }

    @Override
    public void onGone(Address peer) {
        enter();
        events.add(new Gone(peer));
        inside.decrementAndGet();
    }

    @Override
    public void onClosed(Exception cause) {
        enter();
        events.add(new Closed(cause));
        inside.decrementAndGet();
    }

    private void enter() {
        if (inside.incrementAndGet() > 1) {
            crowded = true;
        }
    }

    /** From now on, frames are not taken: the link's own thread waits in the listener. */
    public void stall() {
        gate = new CountDownLatch(1);
    }

    /** Ends {@link #stall}. */
    public void resume() {
        gate.countDown();
    }

    /** Runs something on the link's own thread, after each frame. */
    public void onEachFrame(Runnable what) {
        onFrame = what;
    }

    /** The next thing the link tells. */
    public Event next() {
        Event event = poll();
        assertNotNull(event, "Nothing was told for " + PATIENCE_SECONDS + " s");
        check();
        return event;
    }

    /** The next thing the link tells, which must be a frame. */
    public Frame nextFrame() {
        return assertInstanceOf(Frame.class, next());
    }

    /** Waits until so many frames were told and the link has said that this was all that came together. */
    public void awaitPauseAfter(int frames) {
        try {
            Integer at = 0;
            while (at < frames) {
                at = pauses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertNotNull(at, "After " + frames + " frames no pause was told for " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        check();
    }

    /** Waits until a peer is gone; everything else it hears on the way is dropped. */
    public void awaitGone(Address peer) {
        Event event = next();
        while (!event.equals(new Gone(peer))) {
            event = next();
        }
    }

    /** What was told and not asked for yet, without waiting; null if there is nothing. */
    public Event pollNow() {
        return events.poll();
    }

    /** Fails if the link broke a promise about how it calls its listener. */
    public void check() {
        assertTrue(!crowded, "The listener was called by two threads at once");
        assertTrue(!bigEndian, "A frame was not little-endian");
        assertTrue(!needlessPause, "The end of what came together was told, and nothing had come");
    }

    /** Sends a frame through this inbox's own link, waiting for room as often as necessary. */
    public void deliver(Link link, Address to, ByteBuffer frame) {
        SendResult result = link.send(to, frame.duplicate());
        while (result == SendResult.FULL) {
            awaitWritable(link);
            result = link.send(to, frame.duplicate());
        }
        assertEquals(SendResult.SENT, result);
    }

    /** Waits until the link says that there may be room again. */
    public void awaitWritable(Link link) {
        link.flush();
        try {
            assertTrue(
                    writable.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS),
                    "FULL, and then no onWritable for " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Event poll() {
        try {
            return events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS * 2L, TimeUnit.SECONDS)) {
                fail("Nobody resumed the inbox");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("Interrupted", e);
    }
}
