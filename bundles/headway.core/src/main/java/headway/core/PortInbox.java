package headway.core;

import headway.bus.port.PortListener;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What waits for one port: signals, messages and news, in the order they came, until its executor takes them. Nothing is given
 * up: when much waits those who send wait.
 */
final class PortInbox implements Inbox, Runnable {

    private static final System.Logger LOG = System.getLogger(PortInbox.class.getName());

    /** So much may wait before others wait. */
    private static final int MOST_MESSAGES = 4096;

    private static final long MOST_BYTES = 8 << 20;

    /** So many are handed over before others of the executor have their turn. */
    private static final int MOST_AT_ONCE = 256;

    /** Something that waits: what it takes, and what it does. */
    private record Item(int bytes, Consumer<PortListener> what) {}

    private final Executor executor;
    private final PortListener listener;

    /** Tells the bus that there is room again after {@link #admits} said no. */
    private final Runnable onRoom;

    private final ConcurrentLinkedQueue<Item> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean roomWanted;
    private volatile boolean closed;

    /** Belongs to the bus's owner. */
    private boolean filled;

    PortInbox(Executor executor, PortListener listener, Runnable onRoom) {
        this.executor = executor;
        this.listener = listener;
        this.onRoom = onRoom;
    }

    void close() {
        closed = true;
        waiting.clear();
    }

    @Override
    public String pattern() {
        return "*";
    }

    @Override
    public boolean admits(long now) {
        if (closed || hasRoom()) {
            return true;
        }
        roomWanted = true;
        // There may be room since, which nobody has told as nobody wanted it.
        return hasRoom();
    }

    private boolean hasRoom() {
        return messages.get() < MOST_MESSAGES && bytes.get() < MOST_BYTES;
    }

    @Override
    public long waitsUntil() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean holdsPublishers() {
        return true;
    }

    @Override
    public boolean takesDirectly() {
        return false;
    }

    @Override
    public boolean borrows() {
        return false;
    }

    /** Puts a signal for everybody. */
    @Override
    public void put(BusMessage message) {
        headway.dbus.Message wire = message.wire();
        String sender = message.sender().uniqueName();
        put(wire.length(), to -> to.onMessage(sender, null, wire.array(), wire.offset(), wire.length()));
    }

    /** Puts a message for a participant. {@link #schedule} must follow. */
    void put(String sender, String to, byte[] array, int offset, int length) {
        put(length, taker -> taker.onMessage(sender, to, array, offset, length));
    }

    /** Puts something that is no message. {@link #schedule} must follow. */
    void put(Consumer<PortListener> news) {
        put(0, news);
    }

    private void put(int size, Consumer<PortListener> what) {
        if (!closed) {
            messages.incrementAndGet();
            bytes.addAndGet(size);
            waiting.add(new Item(size, what));
        }
    }

    @Override
    public void putGap(GapMessage told) {
        put(to -> to.onGap(told.gap()));
    }

    @Override
    public void deliverDirectly(BusMessage message) {
        put(message);
        schedule();
    }

    @Override
    public void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            executor.execute(this);
        }
    }

    @Override
    public boolean markFilled() {
        boolean first = !filled;
        filled = true;
        return first;
    }

    @Override
    public void scheduleFilled() {
        filled = false;
        schedule();
    }

    @Override
    public void run() {
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            Item item = waiting.poll();
            if (item == null) {
                break;
            }
            messages.decrementAndGet();
            bytes.addAndGet(-item.bytes);
            handOver(item);
            if (roomWanted && messages.get() < MOST_MESSAGES / 2 && bytes.get() < MOST_BYTES / 2) {
                roomWanted = false;
                onRoom.run();
            }
        }
        if (waiting.isEmpty()) {
            scheduled.set(false);
            if (waiting.isEmpty() || !scheduled.compareAndSet(false, true)) {
                return;
            }
        }
        executor.execute(this);
    }

    private void handOver(Item item) {
        try {
            item.what.accept(listener);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOG.log(Level.WARNING, listener.getClass().getName() + " failed at what its port brought; it goes on", e);
        }
    }
}
