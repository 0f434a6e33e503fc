package headway.bench;

import java.io.Closeable;
import java.io.IOException;

/** Makes calls; one thread. */
interface Caller extends Closeable {

    /** One call and its reply. */
    void call() throws IOException, InterruptedException;
}
