package headway.core;

import headway.bus.dto.ShelfView;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The {@link Shelf} of this node and those of others, and who can read whose. A node offers its shelf to another with the
 * first large message for it, and uses it from when the other says that it can read it; everybody else gets large messages
 * in pieces. Belongs to the bus's owner.
 */
final class Shelves {

    private static final System.Logger LOG = System.getLogger(Shelves.class.getName());

    private final long incarnation;
    private final long limit;
    private final SharedMemory.Provider provider;
    private final Rejections rejections;
    private final Runnable onReturn;
    private final Set<Session> offered = new HashSet<>();
    private final Set<Session> readers = new HashSet<>();
    private final Map<Session, SharedMemory> others = new HashMap<>();
    private SharedMemory memory;
    private Shelf shelf;
    private boolean without;

    /**
     * No shelf yet.
     *
     * @param limit how many bytes may lie on ours; 0 for none
     * @param onReturn has the bus look after what was given back to others; any thread
     */
    Shelves(long incarnation, long limit, SharedMemory.Provider provider, Rejections rejections, Runnable onReturn) {
        this.incarnation = incarnation;
        this.limit = limit;
        this.provider = provider;
        this.rejections = rejections;
        this.onReturn = onReturn;
        this.without = limit == 0;
    }

    /** This node's, or null if it needed none so far. */
    Shelf ours() {
        return shelf;
    }

    // ---------------------------------------------------------------- ours

    /** A large message will follow to that session. */
    void offer(Session session) {
        if (!without && offered.add(session) && isOpen()) {
            session.send(Control.shelf(ProcessHandle.current().pid()));
        }
    }

    private boolean isOpen() {
        if (shelf == null && !without) {
            try {
                memory = provider.create(incarnation, limit);
                shelf = new Shelf(memory, limit);
            } catch (IOException e) {
                doWithout(e);
            }
        }
        return shelf != null;
    }

    private void doWithout(IOException e) {
        without = true;
        LOG.log(Level.INFO, "Large messages travel in pieces, for want of shared memory: {0}", e.toString());
    }

    /** That session can read ours, or says that it cannot. */
    void answered(Session session, boolean reads) {
        if (reads && offered.contains(session)) {
            readers.add(session);
        } else {
            readers.remove(session);
        }
    }

    /** Lays a message on the shelf for that session; null if it must travel in pieces. */
    Shelf.Place put(Session session, byte[] data) {
        if (without || !readers.contains(session)) {
            return null;
        }
        try {
            return shelf.put(data);
        } catch (IOException e) {
            doWithout(e);
            return null;
        }
    }

    /** That session reads no more of what lies there, or will never take it. */
    void leave(Shelf.Place place) {
        shelf.leave(place);
    }

    // ---------------------------------------------------------------- others

    /** That session offers its shelf; it is told whether it can be read here. */
    void offered(Session session, long pid) {
        try {
            others.put(session, provider.open(session.id(), pid));
            session.send(Control.readsShelf(true));
        } catch (IOException e) {
            LOG.log(
                    Level.DEBUG,
                    "{0}''s shelf cannot be read: {1}",
                    session.peer().uniqueName(),
                    e.toString());
            session.send(Control.readsShelf(false));
        }
    }

    /** What lies on the shelf of that session; null if nothing can. */
    Loan read(Session session, long at, int length) {
        SharedMemory its = others.get(session);
        try {
            return its == null ? null : new Loan(its.read(at, length), onReturn);
        } catch (IOException e) {
            rejections.add(
                    "no message on the shelf: " + e.getMessage(), session.peer().uniqueName());
            return null;
        }
    }

    /** That node is gone. */
    void forget(Session session) {
        offered.remove(session);
        readers.remove(session);
        SharedMemory its = others.remove(session);
        if (its != null) {
            its.close();
        }
    }

    /** What operators see of ours; null if it was not needed so far. */
    ShelfView view() {
        return shelf == null
                ? null
                : new ShelfView(
                        shelf.bytes(),
                        shelf.highest(),
                        shelf.limit(),
                        readers.stream()
                                .map(reader -> reader.peer().uniqueName())
                                .sorted()
                                .toList());
    }

    /** Nothing is sent any more. */
    void close() {
        without = true;
        if (memory != null) {
            memory.close();
        }
    }
}
