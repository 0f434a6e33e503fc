package headway.core;

import headway.bus.Delivery;
import headway.bus.Delivery.Mode;
import headway.bus.Gap;
import headway.bus.Gap.Cause;
import headway.bus.Subscriber;
import headway.bus.Subscription;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * One subscription: what waits for its subscriber, under the contract it chose. Any thread puts; the subscriber is called
 * by one thread at a time, which comes from the executor when something waits and goes when nothing does.
 */
final class Mailbox implements Inbox, Subscription, Runnable {

    private static final System.Logger LOG = System.getLogger(Mailbox.class.getName());
    private static final VarHandle DELIVERED;

    static {
        try {
            DELIVERED = MethodHandles.lookup().findVarHandle(Mailbox.class, "delivered", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** So many messages are handed over before other subscribers have their turn. */
    private static final int MOST_AT_ONCE = 256;

    /** Publishers wait no longer than this for anybody, whatever a contract says. */
    static final Duration MOST_PATIENCE = Duration.ofMinutes(10);

    /** Publishers that saw room at the same time may all put. */
    private static final int SLACK = 64;

    private final String pattern;
    private final Delivery delivery;
    private final Subscriber subscriber;
    private final Executor executor;
    private final Runnable onClose;

    /** Tells the bus that there is room again after {@link #admits} said no. */
    private final Runnable onRoom;

    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean left = new AtomicBoolean();
    private final LongAdder lost = new LongAdder();
    private long delivered; // through DELIVERED, by the delivering thread only
    private long failures; // by the delivering thread only
    private volatile boolean closed;

    /** The contract ended the subscription: what waits is still handed over, then the gap, then nothing. */
    private volatile boolean disconnected;

    private volatile boolean roomWanted;

    /** Belongs to the bus's owner. */
    private boolean filled;

    /** Since when a publisher has waited for room, or 0. */
    private volatile long fullSince;

    /** Created with the first message: a subscription that never gets one costs nothing. */
    private volatile MessageRing ring;

    /** The next position the subscriber gets; a jump means that a producer evicted what lies between. */
    private long nextPosition;

    /** With {@link Mode#LATEST} instead of the ring: by topic, oldest first. Guarded by itself. */
    private final Map<String, BusMessage> latest = new LinkedHashMap<>();

    /** What the subscriber must be told; guarded by {@link #gapLock}. */
    private final GapRecord gap;

    private final Object gapLock = new Object();
    private volatile boolean gapWaits;

    /** How many positions were evicted and are in {@link #gap} or told already; guarded by {@link #gapLock}. */
    private long evictedRecorded;

    private long evictedSeen;

    Mailbox(
            String pattern,
            Delivery delivery,
            Subscriber subscriber,
            Executor executor,
            Runnable onRoom,
            Runnable onClose) {
        this.pattern = pattern;
        this.delivery = delivery;
        this.subscriber = subscriber;
        this.executor = executor;
        this.onRoom = onRoom;
        this.onClose = onClose;
        this.gap = new GapRecord(pattern);
    }

    @Override
    public String pattern() {
        return pattern;
    }

    Delivery delivery() {
        return delivery;
    }

    /** How long publishers wait for room. */
    Duration patience() {
        Duration asked = delivery.deadline();
        return asked.compareTo(MOST_PATIENCE) < 0 ? asked : MOST_PATIENCE;
    }

    @Override
    public long delivered() {
        return (long) DELIVERED.getOpaque(this);
    }

    @Override
    public long lost() {
        return lost.sum();
    }

    @Override
    public int waiting() {
        if (delivery.mode() == Mode.LATEST) {
            synchronized (latest) {
                return latest.size();
            }
        }
        MessageRing r = ring;
        return r == null ? 0 : r.size();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            leave();
            if (waiting() > 0) {
                schedule();
            }
        }
    }

    private void leave() {
        if (left.compareAndSet(false, true)) {
            onClose.run();
        }
    }

    /**
     * Whether a publisher need not wait: there is room, the contract does not ask for it, or publishers have waited long
     * enough. After a no, {@code onRoom} is called when there is room.
     */
    @Override
    public boolean admits(long now) {
        if (delivery.mode() != Mode.BLOCK || closed || hasRoom()) {
            return true;
        }
        if (fullSince == 0) {
            fullSince = now;
        }
        if (now >= waitsUntil()) {
            return true;
        }
        roomWanted = true;
        // The subscriber may have made room before it could see that somebody wants it.
        return hasRoom();
    }

    /** When publishers have waited long enough. */
    @Override
    public long waitsUntil() {
        return fullSince + patience().toNanos();
    }

    @Override
    public boolean holdsPublishers() {
        return delivery.mode() == Mode.BLOCK;
    }

    @Override
    public boolean takesDirectly() {
        return delivery.direct();
    }

    @Override
    public boolean borrows() {
        return delivery.borrows();
    }

    private boolean hasRoom() {
        MessageRing r = ring;
        if (r == null || r.hasLess(delivery.capacity())) {
            if (fullSince != 0) {
                fullSince = 0;
            }
            return true;
        }
        return false;
    }

    /**
     * Puts a message; when there is no room the contract decides what is lost. Never waits: see {@link #admits}. {@link
     * #schedule} must follow, once for all that are put together.
     */
    @Override
    public void put(BusMessage message) {
        if (closed || disconnected) {
            message.giveBack();
            return;
        }
        switch (delivery.mode()) {
            case LATEST -> putLatest(message);
            case QUEUE, BLOCK -> putEvicting(message);
            case DISCONNECT -> {
                if (!ring().hasLess(delivery.capacity()) || !ring().offer(message)) {
                    disconnect(message);
                }
            }
        }
    }

    /** Puts a loss that happened before this mailbox, in its place among the messages. {@link #schedule} must follow. */
    @Override
    public void putGap(GapMessage told) {
        lost.add(told.gap().count());
        if (delivery.mode() == Mode.LATEST) {
            synchronized (gapLock) {
                gap.add(told.gap());
                gapWaits = true;
            }
        } else {
            put(told);
        }
    }

    private MessageRing ring() {
        MessageRing r = ring;
        return r != null ? r : createRing();
    }

    private synchronized MessageRing createRing() {
        if (ring == null) {
            ring = new MessageRing(delivery.capacity() + SLACK);
        }
        return ring;
    }

    private void putEvicting(BusMessage message) {
        MessageRing r = ring();
        int most = delivery.mode() == Mode.BLOCK ? r.capacity() : delivery.capacity();
        while (!r.hasLess(most) || !r.offer(message)) {
            long position = r.claim();
            if (position >= 0) {
                synchronized (gapLock) {
                    giveUp(r.take(position));
                    evictedRecorded++;
                }
            }
        }
    }

    private void putLatest(BusMessage message) {
        synchronized (latest) {
            BusMessage replaced = latest.remove(message.topic());
            if (replaced != null) {
                replaced.giveBack();
            }
            if (latest.size() >= delivery.capacity()) {
                Iterator<BusMessage> oldest = latest.values().iterator();
                BusMessage evicted = oldest.next();
                oldest.remove();
                synchronized (gapLock) {
                    giveUp(evicted);
                }
            }
            latest.put(message.topic(), message);
        }
    }

    private void disconnect(BusMessage message) {
        synchronized (gapLock) {
            giveUp(message);
        }
        disconnected = true;
        leave();
    }

    /** There is no room for it. Guarded by {@link #gapLock}. */
    private void giveUp(BusMessage message) {
        message.giveBack();
        gap.add(message, Cause.SLOW_SUBSCRIBER);
        gapWaits = true;
        if (!(message instanceof GapMessage)) {
            // What a gap is about was counted when it came.
            lost.increment();
        }
    }

    /** Remembers that messages were put and the subscriber is to be scheduled; says no if that is remembered already. */
    @Override
    public boolean markFilled() {
        boolean first = !filled;
        filled = true;
        return first;
    }

    /** Schedules the subscriber for what was put since {@link #markFilled}. */
    @Override
    public void scheduleFilled() {
        filled = false;
        schedule();
    }

    /** Has the subscriber called soon, if it is not at it already. */
    @Override
    public void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            executor.execute(this);
        }
    }

    /** Hands over some of what waits; the rest when the others had their turn. */
    @Override
    public void run() {
        if (delivery.mode() == Mode.LATEST) {
            drainLatest();
        } else {
            drainRing();
        }
        if (closed) {
            drop();
            return;
        }
        if (waiting() == 0) {
            tellGap();
            scheduled.set(false);
            if (!somethingWaits() || !scheduled.compareAndSet(false, true)) {
                return;
            }
        }
        executor.execute(this);
    }

    private boolean somethingWaits() {
        return !closed && (gapWaits || waiting() > 0);
    }

    /** Nobody gets what waits: what is borrowed goes back. Somebody who saw this open may be about to put more. */
    private void drop() {
        do {
            BusMessage message;
            while ((message = takeAny()) != null) {
                message.giveBack();
            }
            scheduled.set(false);
        } while (waiting() > 0 && scheduled.compareAndSet(false, true));
    }

    private BusMessage takeAny() {
        if (delivery.mode() == Mode.LATEST) {
            return takeLatest();
        }
        MessageRing r = ring;
        long position = r == null ? -1 : r.claim();
        return position < 0 ? null : r.take(position);
    }

    private void drainRing() {
        MessageRing r = ring;
        if (r == null) {
            return;
        }
        long position;
        for (int i = 0; i < MOST_AT_ONCE && !closed && (position = r.claim()) >= 0; i++) {
            BusMessage message = r.take(position);
            if (position != nextPosition) {
                awaitEvicted(position - nextPosition);
                tellGap();
            }
            nextPosition = position + 1;
            deliver(message);
            if (roomWanted && r.size() <= r.capacity() / 2) {
                roomWanted = false;
                onRoom.run();
            }
        }
    }

    /** Producers claim before they record; those who have claimed so many positions are about to record them. */
    private void awaitEvicted(long count) {
        evictedSeen += count;
        while (true) {
            synchronized (gapLock) {
                if (evictedRecorded >= evictedSeen) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    private void drainLatest() {
        BusMessage message;
        for (int i = 0; i < MOST_AT_ONCE && !closed && (message = takeLatest()) != null; i++) {
            if (gapWaits) {
                tellGap();
            }
            deliver(message);
        }
    }

    private BusMessage takeLatest() {
        synchronized (latest) {
            Iterator<BusMessage> oldest = latest.values().iterator();
            if (!oldest.hasNext()) {
                return null;
            }
            BusMessage message = oldest.next();
            oldest.remove();
            return message;
        }
    }

    /** Hands over at once, on this thread; if another thread is at it, or others wait, the message waits as well. */
    @Override
    public void deliverDirectly(BusMessage message) {
        if (closed) {
            message.giveBack();
            return;
        }
        if (somethingWaits() || !scheduled.compareAndSet(false, true)) {
            put(message);
            schedule();
            return;
        }
        deliver(message);
        scheduled.set(false);
        if (somethingWaits()) {
            schedule();
        }
    }

    private void deliver(BusMessage message) {
        if (closed) {
            message.giveBack();
            return;
        }
        if (message instanceof GapMessage told) {
            tell(told.gap());
            return;
        }
        try {
            subscriber.onMessage(message);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            failed(message.topic(), e);
        } finally {
            message.giveBack();
        }
        DELIVERED.setOpaque(this, delivered + 1);
    }

    private void tellGap() {
        Gap told;
        synchronized (gapLock) {
            gapWaits = false;
            if (gap.isEmpty()) {
                return;
            }
            told = gap.take();
        }
        if (!closed) {
            tell(told);
        }
    }

    private void tell(Gap told) {
        try {
            subscriber.onGap(told);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            failed(told.topic(), e);
        }
    }

    /** The first failure is told in full; then each doubling of their number, so that a broken handler floods no log. */
    private void failed(String topic, Throwable e) {
        failures++;
        if (Long.bitCount(failures) == 1) {
            LOG.log(
                    Level.WARNING,
                    "The subscriber " + subscriber.getClass().getName() + " of " + pattern + " failed on " + topic
                            + " (failure " + failures + "); it stays subscribed and the message is not repeated",
                    e);
        }
    }
}
