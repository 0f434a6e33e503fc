package headway.bus;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A lasting wish for messages. After {@link #close} has returned no further call to the subscriber begins; one that is
 * under way may still end.
 */
@ProviderType
public interface Subscription extends Registration {

    /** What was asked for. */
    String pattern();

    /** Messages handed to the subscriber so far. */
    long delivered();

    /** Messages that its contract gave up so far. */
    long lost();

    /** Messages that wait for the subscriber now. */
    int waiting();
}
