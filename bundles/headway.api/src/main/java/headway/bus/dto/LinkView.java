package headway.bus.dto;

import java.util.List;
import java.util.Map;

/**
 * One link of a node at one moment.
 *
 * @param transport the transport's name
 * @param address the link's address, sixteen hexadecimal digits
 * @param ranking the transport's {@code service.ranking}
 * @param features what the transport promises
 * @param framesSent frames sent so far
 * @param framesReceived frames received so far
 * @param bytesSent bytes sent so far
 * @param bytesReceived bytes received so far
 * @param full how often a destination had no room
 * @param counters what else is counted: frames to a group of ours that were not for this node, and what the transport counts,
 *     see {@link headway.transport.Link#counters}
 */
public record LinkView(
        String transport,
        String address,
        int ranking,
        List<String> features,
        long framesSent,
        long framesReceived,
        long bytesSent,
        long bytesReceived,
        long full,
        Map<String, Long> counters) {}
