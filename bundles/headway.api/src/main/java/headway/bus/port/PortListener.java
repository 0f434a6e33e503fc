package headway.bus.port;

import headway.bus.Gap;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a port brings. It begins with everybody who is there and every name that has an owner; from then on changes and
 * messages come in the order in which they happened: somebody's coming before anything it sends, its going after all of it.
 */
@ConsumerType
public interface PortListener {

    /**
     * Somebody is on the bus that does not belong to this port.
     *
     * @param node the unique name of its node; the same as {@code participant} if it is a node
     * @param pid its process, negative if unknown; its node says so
     * @param uid its user, negative if unknown; its node says so, for a node itself the kernel
     */
    void onParticipant(String participant, String node, long pid, long uid);

    /** Somebody is on the bus no more. Its names have other owners already. */
    void onGone(String participant);

    /** The queue of a well-known name is now this; empty: nobody has it. */
    void onName(String name, List<NameClaim> queue);

    /**
     * A message: a signal that is wanted, or something for a participant of this port.
     *
     * @param sender the unique name of who sent it, true whatever the message says; its node if the message has no sender
     * @param to the participant it is for, or null if it is for everybody
     * @param array the message is in it; it does not change any more
     */
    void onMessage(String sender, String to, byte[] array, int offset, int length);

    /** Signals that are wanted were lost, or may have been; called in their place in the order. */
    void onGap(Gap gap);

    /** There is room again after {@link headway.bus.Outcome#FULL}. */
    void onRoom();
}
