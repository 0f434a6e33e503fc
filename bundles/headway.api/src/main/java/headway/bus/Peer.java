package headway.bus;

import headway.transport.Credentials;

/**
 * Who is at the other end of a message.
 *
 * @param uniqueName the sender's unique name
 * @param credentials what the kernel vouches for
 */
public record Peer(String uniqueName, Credentials credentials) {}
