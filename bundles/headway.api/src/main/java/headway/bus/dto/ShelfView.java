package headway.bus.dto;

import java.util.List;

/**
 * The shared memory in which a node's large messages lie until everybody has them.
 *
 * @param bytes what lies there now
 * @param highest the most bytes that lay there at any time; so much memory it takes
 * @param limit the most bytes that may; beyond it, and for nodes that cannot read it, large messages travel in pieces
 * @param readers the unique names of the nodes that read it
 */
public record ShelfView(long bytes, long highest, long limit, List<String> readers) {}
