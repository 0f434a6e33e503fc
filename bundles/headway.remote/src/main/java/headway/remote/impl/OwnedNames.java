package headway.remote.impl;

import headway.bus.Bus;
import headway.bus.NameReply;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The well-known names that exported objects are found by: each is owned as long as one of them needs it. Any thread. */
final class OwnedNames {

    private static final System.Logger LOG = System.getLogger(OwnedNames.class.getName());

    private final Bus bus;

    /** How many objects need a name; guarded by this. */
    private final Map<String, Integer> needs = new HashMap<>();

    OwnedNames(Bus bus) {
        this.bus = bus;
    }

    /** One more object needs the name. */
    synchronized void need(String name) {
        if (needs.merge(name, 1, Integer::sum) == 1) {
            CompletableFuture<NameReply> ignored =
                    bus.requestName(name, Set.of()).whenComplete((reply, failure) -> tell(name, reply, failure));
        }
    }

    /** One object less needs the name. */
    synchronized void needNoMore(String name) {
        if (needs.merge(name, -1, Integer::sum) == 0) {
            needs.remove(name);
            CompletableFuture<Boolean> ignored = bus.releaseName(name);
        }
    }

    private static void tell(String name, NameReply reply, Throwable failure) {
        if (failure != null) {
            LOG.log(Level.ERROR, "The name " + name + " cannot be had; its objects are found by nobody", failure);
        } else if (reply == NameReply.IN_QUEUE) {
            LOG.log(Level.INFO, "Somebody else has the name " + name + "; its objects here are found once he leaves");
        }
    }
}
