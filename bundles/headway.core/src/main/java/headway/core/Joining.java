package headway.core;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * How far this node is in joining the bus: it has joined when everybody it found, and everybody those know, is known here
 * and has told everything; or when it has waited long enough for that. Belongs to the bus's owner.
 */
final class Joining {

    /** A node that joins waits so long for the answers of those it found. */
    private static final long JOIN_NANOS = 500_000_000;

    private final long incarnation;
    private final DirectRunner direct;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();

    /** Nodes that others know. */
    private final Set<Long> mentioned = new HashSet<>();

    private long until;
    private boolean answersExpected;
    private boolean done;

    Joining(long incarnation, DirectRunner direct) {
        this.incarnation = incarnation;
        this.direct = direct;
    }

    /** Completes when this node has joined, exceptionally if it closes before. */
    CompletableFuture<Void> joined() {
        return joined;
    }

    /** A link opened: those that are found over it have time from now on. */
    void linkOpened(long now) {
        until = now + JOIN_NANOS;
    }

    /** Somebody may have heard this node's hello. */
    void expectAnswers() {
        answersExpected = true;
    }

    /** A node told whom it knows. */
    void mention(Collection<Long> nodes) {
        mentioned.addAll(nodes);
        mentioned.remove(incarnation);
    }

    /** That node is gone. */
    void forget(long node) {
        mentioned.remove(node);
    }

    /**
     * Sees whether it is done; without links nobody can be found.
     *
     * @return when it will be done, whoever is missing then
     */
    long onTime(Membership members, boolean linked, long now) {
        if (done || !linked) {
            return Long.MAX_VALUE;
        }
        boolean answered = !answersExpected || !members.sessions().isEmpty();
        boolean allLive = members.sessions().stream().allMatch(Session::isLive);
        if ((answered && allLive && members.knowsAll(mentioned)) || now >= until) {
            done = true;
            direct.add(() -> joined.complete(null));
            return Long.MAX_VALUE;
        }
        return until;
    }
}
