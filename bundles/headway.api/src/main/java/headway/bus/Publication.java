package headway.bus;

import org.osgi.annotation.versioning.ProviderType;

/** A prepared way to one topic: its header is encoded once and only the body is written for each message. */
@ProviderType
public interface Publication<T> {

    /** The topic. */
    String topic();

    /** Whether anybody on the bus, here or in another process, wants this topic now. Costs a few nanoseconds. */
    boolean wanted();

    /**
     * Publishes one value. Waits while there is no room (a full window is back-pressure, never loss), except on a thread of
     * the bus. Subscribers in this JVM are handed the value itself, so it must not change afterwards.
     *
     * @throws IllegalArgumentException if the marshalled body is larger than the bus allows or does not fit the signature
     */
    Outcome send(T value);
}
