package headway.core;

import headway.bus.Peer;

/** Somebody who calls, or is called, through this node: another node, or a participant here. Belongs to the bus's owner. */
interface Correspondent {

    /** Who it is. */
    Peer peer();

    /** Whether it will take nothing any more. */
    boolean isGone();

    /** Sends a message that is for it alone. */
    void send(byte[] message);

    /** A call was sent to it: while one waits for its answer its death must be noticed. */
    void expectAnswer();

    /** The answer came, or is not waited for any more. */
    void expectAnswerNoMore();
}
