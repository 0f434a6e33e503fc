package headway.bus.dto;

import java.util.List;
import java.util.Map;

/**
 * A node at one moment.
 *
 * @param bus the name of the bus
 * @param uniqueName this node's own name
 * @param pid this process
 * @param uptimeMillis since it joined
 * @param transports every link that is open here, the one in use first
 * @param peers the other nodes it knows
 * @param names the well-known names of the bus and their owners
 * @param subscriptions what applications in this JVM subscribed to
 * @param published messages published here so far
 * @param delivered messages delivered to subscribers here so far
 * @param lost messages that subscribers' contracts gave up here so far
 * @param uncountedGaps how often a subscriber or port here was told that it may have missed something and nobody knows how much
 * @param rejected frames from outside that were refused, by reason
 * @param shelf where its large messages lie for others; null if there were none so far
 */
public record NodeView(
        String bus,
        String uniqueName,
        long pid,
        long uptimeMillis,
        List<LinkView> transports,
        List<PeerView> peers,
        Map<String, String> names,
        List<SubscriptionView> subscriptions,
        long published,
        long delivered,
        long lost,
        long uncountedGaps,
        Map<String, Long> rejected,
        ShelfView shelf) {}
