package headway.transport.loopback;

import headway.transport.Address;
import headway.transport.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * The connection over which one peer receives what this link sends it.
 *
 * <p>A frame is written at once if the socket has room. What does not fit waits here, at most one large frame or many
 * small ones, and leaves in one write when there is room again. A connection that broke is never replaced: nobody can
 * tell what was lost in it, so its peer is unreachable from then on.
 *
 * <p>The sending thread and the I/O thread meet here; the monitor guards all state.
 */
final class Outbound {

    private static final int LENGTH_BYTES = Integer.BYTES;

    private final Address peer;
    private final SocketChannel channel;
    private final int waitingBytes;
    private SelectionKey key;
    /** What waits for room, in the order sent; its position is the end. Made when first needed. */
    private ByteBuffer waiting;
    /** Somebody was told FULL and waits to hear that there is room. */
    private boolean owed;

    private boolean broken;

    /**
     * @param channel connected, not blocking
     * @param mtu the largest frame
     */
    Outbound(Address peer, SocketChannel channel, int mtu) {
        this.peer = peer;
        this.channel = channel;
        this.waitingBytes = LENGTH_BYTES + mtu;
    }

    Address peer() {
        return peer;
    }

    /** The key that watches this connection: for its end always, for room while something waits. */
    synchronized void watchedBy(SelectionKey selectionKey) {
        key = selectionKey;
    }

    synchronized boolean isBroken() {
        return broken;
    }

    /** Room for {@link #send} to put a frame and its length together. */
    static ByteBuffer staging(int mtu) {
        return ByteBuffer.allocateDirect(LENGTH_BYTES + mtu).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Sends a frame or lets it wait.
     *
     * @param staging room that belongs to the sending thread
     * @return {@code SENT}, {@code FULL}, or {@code UNREACHABLE} if the connection is broken
     * @throws IOException if the connection broke just now
     */
    synchronized SendResult send(ByteBuffer frame, ByteBuffer staging) throws IOException {
        if (broken) {
            return SendResult.UNREACHABLE;
        }
        int length = frame.remaining();
        if (hasWaiting()) {
            if (waiting.remaining() < LENGTH_BYTES + length) {
                owed = true;
                return SendResult.FULL;
            }
            waiting.putInt(length).put(frame);
            return SendResult.SENT;
        }
        staging.clear().putInt(length).put(frame).flip();
        channel.write(staging);
        if (staging.hasRemaining()) {
            if (waiting == null) {
                waiting = ByteBuffer.allocateDirect(waitingBytes).order(ByteOrder.LITTLE_ENDIAN);
            }
            waiting.put(staging);
            key.interestOpsOr(SelectionKey.OP_WRITE);
            key.selector().wakeup();
        }
        return SendResult.SENT;
    }

    /** Whether something waits for room. */
    synchronized boolean hasWaiting() {
        return waiting != null && waiting.position() > 0;
    }

    /**
     * Writes what waits, as far as there is room.
     *
     * @throws IOException if the connection broke
     */
    synchronized void write() throws IOException {
        if (!broken && hasWaiting()) {
            waiting.flip();
            try {
                channel.write(waiting);
            } finally {
                waiting.compact();
            }
        }
    }

    /**
     * Writes what waits when the socket says that it has room. Called by the I/O thread.
     *
     * @return whether somebody waits to hear that there is room now
     * @throws IOException if the connection broke
     */
    synchronized boolean writable() throws IOException {
        write();
        if (hasWaiting()) {
            return false;
        }
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
        boolean tell = owed;
        owed = false;
        return tell;
    }

    /**
     * Gives the connection up, with what waits in it.
     *
     * @return whether somebody waits to hear that the answer is no longer FULL
     */
    synchronized boolean giveUp() {
        broken = true;
        waiting = null;
        boolean tell = owed;
        owed = false;
        closeQuietly();
        return tell;
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing depends on it any more.
        }
    }
}
