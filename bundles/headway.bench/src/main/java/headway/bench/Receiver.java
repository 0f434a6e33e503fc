package headway.bench;

import java.io.Closeable;

/** Receives one-way messages until it is closed. */
@FunctionalInterface
interface Receiver extends Closeable {

    /** Bytes that came so far, everything counted that travels with the messages; 0 where that is not known. */
    default long bytes() {
        return 0;
    }
}
