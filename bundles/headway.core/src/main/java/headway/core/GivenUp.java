package headway.core;

import headway.bus.Peer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Nodes that were given up but may live, and who here has heard of them: so many, and of one more the oldest is forgotten.
 * Belongs to the bus's owner.
 */
final class GivenUp {

    private final int most;
    private final Map<Long, Hearers> byNode = new LinkedHashMap<>();

    GivenUp(int most) {
        this.most = most;
    }

    /**
     * Remembers a node that is given up.
     *
     * @return those of a node that is forgotten for it, who must be told now because nobody will know later; or null
     */
    Hearers remember(long node, Hearers hearers) {
        byNode.put(node, hearers);
        if (byNode.size() <= most) {
            return null;
        }
        Iterator<Hearers> oldest = byNode.values().iterator();
        Hearers forgotten = oldest.next();
        oldest.remove();
        return forgotten;
    }

    /** That node is here, perhaps again: who has heard of it. */
    Hearers recall(long node, Peer peer) {
        Hearers hearers = byNode.remove(node);
        return hearers != null ? hearers : new Hearers(peer);
    }
}
