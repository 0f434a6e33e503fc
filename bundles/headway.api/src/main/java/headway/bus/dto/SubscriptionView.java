package headway.bus.dto;

/**
 * One subscription at one moment.
 *
 * @param pattern what it wants
 * @param delivery its contract, in words
 * @param delivered messages delivered so far
 * @param lost messages its contract gave up so far
 * @param waiting messages that wait for it now
 */
public record SubscriptionView(String pattern, String delivery, long delivered, long lost, int waiting) {}
