package headway.bench;

import java.io.Closeable;

/** What one process does in a workload, until it is closed. */
interface Role extends Closeable {

    /** How far it is. */
    Mark mark();

    /** Does no more of what it does by itself; what it has begun is finished when this returns. */
    default void stop() throws InterruptedException {}
}
