package headway.transport;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a link tells its owner. Called by one thread at a time but for {@link #onPause}; it belongs to the transport, or to
 * who {@link Link#receive}s: a listener that blocks stops its own link, and only that.
 */
@ProviderType
public interface LinkListener {

    /**
     * A frame has arrived.
     *
     * @param from the sender's address, vouched for by the medium where {@link Feature#CREDENTIALS} is there
     * @param credentials who the kernel says sent it
     * @param frame the bytes between position and limit, little-endian order; borrowed for the call, never kept,
     *     perhaps overwritten meanwhile
     */
    void onFrame(Address from, Credentials credentials, ByteBuffer frame);

    /**
     * All frames that came together have been told: what is better done once for many of them than for each is done now.
     * Follows one or more calls of {@link #onFrame} on the same thread, before that thread waits for anything again.
     *
     * <p>With {@link Feature#GUESTS} the link's own thread may take its time here: others may {@link Link#receive} meanwhile,
     * and then call the listener while this goes on.
     */
    default void onPause() {}

    /**
     * A destination that answered {@link SendResult#FULL} may have room again. May come before that answer has been
     * returned, and for no reason.
     */
    void onWritable();

    /**
     * The medium knows that this address will never send again: its process died or closed the link. Told once, after all
     * frames that came from it, of peers to which or from which a frame went; {@link SendResult#UNREACHABLE} alone does
     * not lead here.
     */
    void onGone(Address peer);

    /**
     * The link ended by itself: the medium went away.
     *
     * @param cause why; nothing else is called afterwards
     */
    void onClosed(Exception cause);
}
