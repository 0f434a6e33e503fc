package headway.bus;

import java.time.Duration;

/**
 * The contract a subscriber chooses: what happens when it is slower than its publishers. Nothing is ever lost silently: a
 * lost range reaches the subscriber as a {@link Gap}.
 *
 * @param mode what happens when there is no room
 * @param capacity how many messages may wait
 * @param deadline with {@link Mode#BLOCK}, how long a publisher waits for room
 * @param direct whether the subscriber runs on the thread that received the message; it must then never block
 * @param borrows whether the subscriber is done with a message when it returns, see {@link #borrowing}
 */
public record Delivery(Mode mode, int capacity, Duration deadline, boolean direct, boolean borrows) {

    /** What happens when there is no room. */
    public enum Mode {
        /** Only the newest message of each topic waits; the ones it replaced are not a loss. */
        LATEST,
        /** The oldest message is dropped; the gap is reported. */
        QUEUE,
        /** Publishers wait up to the deadline; then the oldest message is dropped and the gap is reported. */
        BLOCK,
        /** The subscription is closed; its last call is the gap. */
        DISCONNECT
    }

    /** How many messages wait when a contract does not say. */
    public static final int DEFAULT_CAPACITY = 10_000;

    public Delivery {
        if (capacity < 1 || capacity > 1 << 24) {
            throw new IllegalArgumentException("The capacity is 1 to " + (1 << 24) + " messages, not " + capacity);
        }
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("The deadline is not negative, as is " + deadline);
        }
    }

    /** A contract of a subscriber that may keep its messages. */
    public Delivery(Mode mode, int capacity, Duration deadline, boolean direct) {
        this(mode, capacity, deadline, direct, false);
    }

    /** Only the newest message of each topic matters. */
    public static Delivery latest() {
        return new Delivery(Mode.LATEST, DEFAULT_CAPACITY, Duration.ZERO, false);
    }

    /** Up to n messages wait, then the oldest goes. */
    public static Delivery queue(int n) {
        return new Delivery(Mode.QUEUE, n, Duration.ZERO, false);
    }

    /** Publishers wait for this subscriber up to the deadline, then the oldest message goes. */
    public static Delivery block(Duration deadline) {
        return new Delivery(Mode.BLOCK, DEFAULT_CAPACITY, deadline, false);
    }

    /** Up to n messages wait, then the subscription ends. */
    public static Delivery disconnect(int n) {
        return new Delivery(Mode.DISCONNECT, n, Duration.ZERO, false);
    }

    /** Runs on the receiving thread, so nothing ever waits; for subscribers that never block. */
    public static Delivery onReceivingThread() {
        return new Delivery(Mode.QUEUE, DEFAULT_CAPACITY, Duration.ZERO, true);
    }

    /**
     * The same for a subscriber that only borrows: it is done with each message when it returns, and keeps neither the message
     * nor its {@link Message#bytes() bytes}. A large one, a picture of a camera perhaps, is then not copied for it: it reads it
     * where its sender wrote it. Afterwards the bytes of such a message may be another's, and to ask it for them is an {@link
     * IllegalStateException}.
     *
     * <p>Its sender has to keep the message that long. Who takes longer than a moment gets its next ones as copies.
     */
    public Delivery borrowing() {
        return new Delivery(mode, capacity, deadline, direct, true);
    }
}
