package headway.core;

import headway.bus.Peer;

/**
 * Somebody on the bus with a unique name: a node, or somebody who reaches the bus through one. Immutable but for whether it
 * has gone.
 */
final class Participant implements Correspondent {

    private final Peer peer;
    private final Session session;
    private final NodePort port;
    private final long pid;
    private final long uid;

    /** Belongs to the bus's owner. */
    private boolean gone;

    private Participant(Peer peer, Session session, NodePort port, long pid, long uid) {
        this.peer = peer;
        this.session = session;
        this.port = port;
        this.pid = pid;
        this.uid = uid;
    }

    /** This node. */
    static Participant self(Peer peer) {
        return new Participant(peer, null, null, ProcessHandle.current().pid(), -1);
    }

    /** Somebody here, behind a port. */
    static Participant here(Peer peer, NodePort port, long pid, long uid) {
        return new Participant(peer, null, port, pid, uid);
    }

    /** Another node, or somebody behind it. */
    static Participant elsewhere(Peer peer, Session session, long pid, long uid) {
        return new Participant(peer, session, null, pid, uid);
    }

    @Override
    public Peer peer() {
        return peer;
    }

    String name() {
        return peer.uniqueName();
    }

    /** The node it belongs to, or null if that is this one. */
    Session session() {
        return session;
    }

    /** The port it is behind, or null if it is a node or somewhere else. */
    NodePort port() {
        return port;
    }

    boolean isHere() {
        return session == null;
    }

    long pid() {
        return pid;
    }

    long uid() {
        return uid;
    }

    void go() {
        gone = true;
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    /** To somebody here, from this node. */
    @Override
    public void send(byte[] message) {
        port.bring(port.node(), name(), message, 0, message.length);
    }

    @Override
    public void expectAnswer() {
        // It cannot die unnoticed: it is in this process.
    }

    @Override
    public void expectAnswerNoMore() {
        // See above.
    }

    @Override
    public String toString() {
        return name();
    }
}
