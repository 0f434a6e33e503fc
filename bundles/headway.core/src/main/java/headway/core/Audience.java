package headway.core;

/** The nodes that want some topics, and the group that serves them once it is worth it. Belongs to the bus's owner. */
final class Audience {

    /** So many messages to the same nodes are worth a group. */
    private static final int WORTH = 16;

    private static final int MOST_TRIES = 16;

    private final Session[] sessions;
    private Group group;
    private int tries;
    private long published;

    Audience(Session[] sessions) {
        this.sessions = sessions;
    }

    Session[] sessions() {
        return sessions;
    }

    Group group() {
        return group;
    }

    /** Counts a message; says whether it is time for a group. If none comes of it, it takes twice as long the next time. */
    boolean isWorthGroup() {
        published++;
        if (published < (long) WORTH << tries) {
            return false;
        }
        published = 0;
        tries = Math.min(tries + 1, MOST_TRIES);
        return true;
    }

    /** That group serves it from now on. */
    void serve(Group newGroup) {
        group = newGroup;
    }

    /** No group serves it any more. */
    void serveNoMore() {
        tries = group.hasServed() ? 0 : tries;
        group = null;
    }
}
