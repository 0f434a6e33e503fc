package headway.bus;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers calls to an exported object. It answers through the {@link Call}, at once or later, from any thread; what it
 * throws becomes an error reply.
 */
@ConsumerType
@FunctionalInterface
public interface CallHandler {

    /**
     * One call has arrived.
     *
     * @throws CallException to answer with that error; anything else that is thrown is answered as {@code
     *     org.freedesktop.DBus.Error.Failed}
     */
    void onCall(Call call) throws Exception;
}
