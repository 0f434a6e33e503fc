package headway.core;

import headway.transport.Address;
import headway.transport.Credentials;
import headway.transport.LinkListener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where one link tells its node what it brings, on the transport's thread: each time that thread owns the bus's state, and
 * calls the code of others after it has let go.
 */
final class LinkPort implements LinkListener {

    private static final System.Logger LOG = System.getLogger(LinkPort.class.getName());

    private final Node node;
    private final Membership members;

    /** Belongs to the owner, as does everything below; null until the link is open. */
    private LinkSlot slot;

    private boolean ended;

    private volatile Callers.Loan loan = Callers.NONE;

    /** Where borrowed bytes go that are not in an array. */
    private byte[] copy = new byte[0];

    LinkPort(Node node, Membership members) {
        this.node = node;
        this.members = members;
    }

    /**
     * The link is open; before that, what it tells is not heard.
     *
     * @throws IOException if it has ended already
     */
    void opened(LinkSlot newSlot) throws IOException {
        if (ended) {
            throw new IOException("The link " + newSlot + " ended as soon as it was opened");
        }
        slot = newSlot;
        loan = node.callers().loan(newSlot);
    }

    @Override
    public void onFrame(Address from, Credentials credentials, ByteBuffer frame) {
        loan.gather();
        node.enter();
        try {
            if (slot == null || slot.isDead() || node.isClosed()) {
                return;
            }
            int length = frame.remaining();
            if (frame.hasArray()) {
                members.onFrame(slot, from, credentials, frame.array(), frame.arrayOffset() + frame.position(), length);
            } else {
                if (copy.length < length) {
                    copy = new byte[Math.max(length, Frame.MAX)];
                }
                frame.get(copy, 0, length);
                members.onFrame(slot, from, credentials, copy, 0, length);
            }
        } finally {
            node.owner().leave();
        }
    }

    /** What frames have caused (acknowledgements, subscribers to wake) is done once for all that came together. */
    @Override
    public void onPause() {
        try {
            node.enter();
            node.owner().workAndLeave();
            node.direct().runAll();
        } finally {
            loan.lend();
        }
    }

    @Override
    public void onWritable() {
        own(() -> node.onWritable(slot));
    }

    @Override
    public void onGone(Address peer) {
        own(() -> members.onGone(slot, peer));
    }

    @Override
    public void onClosed(Exception cause) {
        LinkSlot dead;
        node.enter();
        try {
            ended = true;
            dead = slot;
            if (dead != null && !node.isClosed()) {
                node.removeLinks(List.of(dead));
            }
        } finally {
            node.owner().workAndLeave();
        }
        node.direct().runAll();
        if (dead != null) {
            LOG.log(
                    Level.WARNING,
                    "The link {0} of bus {1} ended: {2}",
                    dead,
                    node.config().bus(),
                    cause.getMessage());
            reopen(dead);
        }
    }

    private void own(Runnable change) {
        node.enter();
        try {
            if (slot != null && !node.isClosed()) {
                change.run();
            }
        } finally {
            node.owner().workAndLeave();
        }
        node.direct().runAll();
    }

    /** A link ended while its transport is still there: one new attempt; if it fails the transport will say when it works. */
    private void reopen(LinkSlot dead) {
        if (node.isClosed()) {
            return;
        }
        try {
            node.addTransport(dead.transport(), dead.ranking());
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "The transport {0} could not be opened again: {1}",
                    dead.transport().name(),
                    e.getMessage());
        }
    }
}
