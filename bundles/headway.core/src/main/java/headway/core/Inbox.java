package headway.core;

/** Where messages for somebody in this JVM go: a subscription, or a port. Any thread puts. */
interface Inbox {

    /** A pattern of all topics it takes. */
    String pattern();

    /** Whether somebody who publishes need not wait; after a no the bus is told when there is room. */
    boolean admits(long now);

    /** When those who publish have waited long enough. */
    long waitsUntil();

    /** Whether those who publish wait for room at all. */
    boolean holdsPublishers();

    /** Whether it takes messages on the thread that brings them, see {@link #deliverDirectly}. */
    boolean takesDirectly();

    /** Whether it {@linkplain BusMessage#giveBack gives back} each message soon, and takes those that must be. */
    boolean borrows();

    /** Puts a message; never waits. {@link #schedule} must follow, once for all that are put together. */
    void put(BusMessage message);

    /** Puts a loss that happened before, in its place among the messages. {@link #schedule} must follow. */
    void putGap(GapMessage told);

    /** Hands over at once, on this thread. */
    void deliverDirectly(BusMessage message);

    /** Has whoever takes the messages called soon. */
    void schedule();

    /** Remembers that messages were put; says no if that is remembered already. Belongs to the bus's owner. */
    boolean markFilled();

    /** {@link #schedule} for what was put since {@link #markFilled}. */
    void scheduleFilled();
}
