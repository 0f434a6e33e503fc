package headway.transport;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One open attachment to a transport.
 *
 * <p>{@link #send} and {@link #flush} are called by one thread at a time; {@link #close} may be called by any thread, more
 * than once. No method blocks for another process. Frames between two links arrive whole, unchanged and, where the
 * transport has {@link Feature#ORDERED}, in the order sent.
 */
@ConsumerType
public interface Link extends AutoCloseable {

    /** The address others reach this link at: unique on the bus and never used again, also not after a restart. */
    Address local();

    /** The largest frame {@link #send} takes, in bytes; at least 65536. */
    int mtu();

    /**
     * Sends one frame to one link, to a group, or to {@link Address#EVERYONE}. The sender itself never receives it.
     *
     * <p>May hold the frame back (as a copy) until {@link #flush}. To {@link Address#EVERYONE}, {@code FULL} says that at
     * least one had no room; all others have it, so that one that stalls never keeps the rest from hearing anything. To
     * another group, {@code SENT} says that all members with room have it, and one without misses it, for the same reason;
     * {@code FULL} says that nobody has it. An address that was {@code UNREACHABLE} after it had been reached stays so.
     *
     * @param to whom
     * @param frame the bytes between position and limit, at most {@link #mtu()}; borrowed for the call; its position is
     *     undefined afterwards
     * @return {@code SENT}: the medium has it. {@code FULL}: it was not sent because the destination has no room now; {@link
     *     LinkListener#onWritable} follows. {@code UNREACHABLE}: nobody is at that address, or nobody else is in that group. {@code CLOSED}: this link is.
     * @throws IllegalArgumentException if the frame is empty or larger than {@link #mtu()}
     */
    SendResult send(Address to, ByteBuffer frame);

    /** Hands to the medium whatever {@link #send} held back. */
    void flush();

    /**
     * Lets this thread take in what arrives, in place of the transport's own: whoever waits for an answer need not be woken
     * by another thread then. The listener is called on this thread meanwhile. Optional: see {@link Feature#GUESTS}.
     *
     * @param enough asked after each arrival; also becomes true without one, and is then noticed within some milliseconds
     * @param nanos for how long at most
     * @return whether it did so until then; false at once if the transport cannot, or is busy, or this thread is interrupted
     */
    default boolean receive(BooleanSupplier enough, long nanos) {
        return false;
    }

    /**
     * Becomes a member of a group. Without {@link Feature#GROUPS} only {@link Address#EVERYONE} exists, whose member every
     * link is from the start.
     *
     * @throws UnsupportedOperationException without {@link Feature#GROUPS}
     */
    void join(Address group);

    /**
     * Leaves a group.
     *
     * @throws UnsupportedOperationException without {@link Feature#GROUPS}
     */
    void leave(Address group);

    /**
     * What this link counts beside the frames that its owner sees, for people who look after it: what was refused, by reason,
     * what had no room, what was split. A name is a few words; one that never happened may be absent. Any thread. Optional.
     */
    default Map<String, Long> counters() {
        return Map.of();
    }

    /** Detaches. Frames already {@code SENT} may still arrive. {@link LinkListener#onClosed} is not called. */
    @Override
    void close();
}
