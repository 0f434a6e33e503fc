package headway.bench;

import java.io.Closeable;

/** Receives one-way messages until it is closed. */
interface Receiver extends Closeable {

    /** Bytes that came so far, everything counted that travels with the messages. */
    long bytes();
}
