package headway.bus.port;

import headway.bus.NameFlag;
import java.util.Set;

/**
 * A place in the queue of a well-known name; the first is the owner's.
 *
 * @param participant the unique name of who has it
 * @param flags how it was asked for
 */
public record NameClaim(String participant, Set<NameFlag> flags) {}
