package headway.core;

import headway.bus.Gap;
import headway.bus.Gap.Cause;
import headway.bus.Peer;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The subscriptions and ports here that have got something of one node, whatever its sessions: when it was given up and is
 * back, they are told that they may have missed something. Belongs to the bus's owner.
 */
final class Hearers {

    private final Peer node;

    /** Weak, so that it keeps none that is closed. */
    private final Set<Inbox> all = Collections.newSetFromMap(new WeakHashMap<>());

    /** Those that were added last; most often the next are the same. */
    private Inbox[] last = Topic.NOBODY;

    /** The number that was due when the node was given up; 0 if there is nothing to tell. */
    private long due;

    /** Nobody has heard of that node yet. */
    Hearers(Peer node) {
        this.node = node;
    }

    Peer node() {
        return node;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** They get something of the node. */
    void add(Inbox[] inboxes) {
        if (inboxes != last) {
            last = inboxes;
            for (Inbox inbox : inboxes) {
                all.add(inbox);
            }
        }
    }

    /** The node is given up: what it publishes from that number on may be missed, until they are told. */
    void missFrom(long number) {
        due = due == 0 ? number : due;
        last = Topic.NOBODY;
    }

    /** Whether they have to be told something. */
    boolean missSome() {
        return due != 0;
    }

    /** What that subscription or port has to be told, or null. */
    GapMessage gapFor(Inbox inbox) {
        return all.contains(inbox)
                ? new GapMessage(node, new Gap(inbox.pattern(), node.uniqueName(), due, 0, 0, Cause.GIVEN_UP))
                : null;
    }

    /** They are told. */
    void told() {
        due = 0;
    }
}
