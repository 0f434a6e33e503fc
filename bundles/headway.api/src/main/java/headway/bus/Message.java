package headway.bus;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A D-Bus message as its receiver sees it. Immutable; may be kept and handed to other threads, but by a subscriber that {@linkplain
 * Delivery#borrowing only borrows} it. What nobody reads is never decoded.
 */
@ProviderType
public interface Message {

    /** The four kinds of message, D-Bus specification, "Message Types". */
    enum Type {
        CALL,
        RETURN,
        ERROR,
        SIGNAL
    }

    Type type();

    /**
     * The topic it was published to; of any other signal that is for everybody its interface with '/' for '.', then '/' and
     * its member; null if it is neither.
     */
    String topic();

    /** Who sent it; never null. */
    Peer sender();

    /** The position among the messages of its sender to this node, starting at 1; 0 if it has none. */
    long sequence();

    /** The object path, or null. */
    String path();

    /** The interface, or null. */
    String interfaceName();

    /** The member (method or signal name), or null. */
    String member();

    /** The error name, or null if this is not an error. */
    String errorName();

    /** The D-Bus signature of the body; empty if there is none. */
    String signature();

    /** The body's values, one for each complete type of the signature. */
    List<Object> body();

    /**
     * The bytes of a body that begins with {@code ay}, an image perhaps: where the message came from elsewhere they are not
     * copied.
     *
     * @return a read-only, little-endian view, which may be kept as long as the message; it keeps all of it alive
     * @throws ClassCastException if the body begins with something else
     * @throws IndexOutOfBoundsException if there is no body
     */
    default ByteBuffer bytes() {
        return ByteBuffer.wrap((byte[]) body().get(0)).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The very object that was published, if the publisher is in this JVM and published an object; otherwise null, and {@link
     * #body} has the values.
     */
    Object handedOver();
}
