package headway.bus.dto;

import java.util.List;

/**
 * Another node, as this one sees it at one moment.
 *
 * @param uniqueName its unique name
 * @param state {@code JOINING}, {@code LIVE}, {@code UNREACHABLE} or {@code GONE}
 * @param transport the transport by which it is reached now, or empty
 * @param reachedMillis for how long it has been reached so without interruption
 * @param pid its process id, or -1 where the kernel does not vouch for it
 * @param uid its user id, or -1
 * @param interests the patterns it wants
 * @param sent messages sent to it so far
 * @param received messages received from it so far
 * @param windowBytes bytes sent to it and kept until it acknowledges them
 * @param windowHighest the most bytes that were kept so at any time
 * @param windowLimit the most bytes that are ever kept so; then publishers wait
 * @param replayed frames sent to it again so far
 * @param duplicates frames that came from it more than once and were dropped
 * @param switches how often another transport was taken to reach it
 */
public record PeerView(
        String uniqueName,
        String state,
        String transport,
        long reachedMillis,
        long pid,
        long uid,
        List<String> interests,
        long sent,
        long received,
        long windowBytes,
        long windowHighest,
        long windowLimit,
        long replayed,
        long duplicates,
        long switches) {}
