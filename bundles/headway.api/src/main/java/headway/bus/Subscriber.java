package headway.bus;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Receives what one subscription asked for, one message at a time and in order. It may block or throw: that is reported
 * and disturbs nobody else, unless it chose {@link Delivery#direct}.
 */
@ConsumerType
@FunctionalInterface
public interface Subscriber {

    void onMessage(Message message);

    /** Messages were lost to this subscriber, or may have been; called in their place in the order. */
    default void onGap(Gap gap) {}
}
