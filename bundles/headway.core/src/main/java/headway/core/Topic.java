package headway.core;

/** One topic as this node sees it: who wants it, here and elsewhere. The arrays are replaced, never changed. */
final class Topic {

    static final Inbox[] NOBODY = {};
    static final Session[] NOWHERE = {};

    private final String name;

    /** Subscriptions and ports in this JVM; replaced under the lock of {@link Topics}, read by any thread. */
    private volatile Inbox[] here = NOBODY;

    /** Nodes that want it; replaced by the bus's owner, read by any thread. */
    private volatile Session[] elsewhere = NOWHERE;

    /** What the bus's owner has worked out for the nodes of that array; its own. */
    private Audience audience;

    private Session[] audienceOf;

    /** {@link Topics} does not know it any more; whoever still holds it must ask for the topic again. */
    private volatile boolean forgotten;

    /** Messages published here so far. */
    private final java.util.concurrent.atomic.AtomicLong published = new java.util.concurrent.atomic.AtomicLong();

    Topic(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Inbox[] here() {
        return here;
    }

    void here(Inbox[] inboxes) {
        here = inboxes;
    }

    Session[] elsewhere() {
        return elsewhere;
    }

    void elsewhere(Session[] sessions) {
        elsewhere = sessions;
    }

    /** What was worked out for those nodes, or null. */
    Audience audience(Session[] receivers) {
        return receivers == audienceOf ? audience : null;
    }

    void audience(Session[] receivers, Audience newAudience) {
        audienceOf = receivers;
        audience = newAudience;
    }

    boolean isForgotten() {
        return forgotten;
    }

    void forget() {
        forgotten = true;
    }

    boolean isWanted() {
        return here.length > 0 || elsewhere.length > 0;
    }

    long nextNumber() {
        return published.incrementAndGet();
    }

    @Override
    public String toString() {
        return name;
    }
}
