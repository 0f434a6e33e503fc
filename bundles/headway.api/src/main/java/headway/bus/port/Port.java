package headway.bus.port;

import headway.bus.NameFlag;
import headway.bus.NameReply;
import headway.bus.Outcome;
import headway.bus.Registration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Participants of this node that belong together, and what is sent by and to them. Closing it ends them all.
 *
 * <p>Methods may be called by any thread; what one thread asks for happens in the order it asked.
 */
@ProviderType
public interface Port extends Registration {

    /** The unique name of the node itself, {@code :node.1}; those of its participants differ in the number only. */
    String node();

    /**
     * A new participant.
     *
     * @param pid its process, negative if unknown; told to others, who cannot check it
     * @param uid its user, in the same way
     * @return its unique name, never used again by anybody
     */
    String join(long pid, long uid);

    /** A participant goes: its names are released and everybody is told, after all that it sent before. */
    void leave(String participant);

    /**
     * Asks for a well-known name for a participant, with the rules of D-Bus {@code RequestName}. What changes by that comes to
     * {@link PortListener#onName} before the answer.
     *
     * @return completes as the last thing the listener's executor runs for it; exceptionally if the participant goes before
     */
    CompletableFuture<NameReply> requestName(String participant, String name, Set<NameFlag> flags);

    /** Gives up a well-known name, or the place in its queue; completes with whether there was something to give up. */
    CompletableFuture<Boolean> releaseName(String participant, String name);

    /** The topic of a signal for everybody, see {@link headway.bus}; null if it is published to what is no topic. */
    String topic(String path, String interfaceName, String member);

    /** Wants signals of other participants whose topic fits this pattern, from now on. */
    void want(String pattern);

    /** Wants them no more. */
    void unwant(String pattern);

    /** Whether somebody beside this port wants signals of that topic now. */
    boolean wanted(String topic);

    /** Whether anybody beside this port wants anything at all: a cheap first question before {@link #wanted}. */
    boolean somethingWanted();

    /**
     * Sends a signal to everybody beside this port who wants it. Never waits.
     *
     * @param topic of the signal, see {@link headway.bus}
     * @param message a signal without destination, whose sender is a participant of this port; copied
     * @return {@link Outcome#FULL} if it was not sent, and can be when {@link PortListener#onRoom} is called
     */
    Outcome publish(String topic, byte[] message, int offset, int length);

    /**
     * Sends a message to one participant, of whatever node. Never waits. What is sent to somebody who has gone, or goes
     * before it has arrived, is lost; who waits for its answer learns from {@link PortListener#onGone} that none comes.
     *
     * @param to the unique name of who gets it; the message's destination may be a well-known name of it
     * @param message its sender is a participant of this port, or absent: then the node itself sends it; copied
     * @return {@link Outcome#FULL} as for signals; {@link Outcome#UNWANTED} if there is nobody of that name
     */
    Outcome send(String to, byte[] message, int offset, int length);

    /**
     * Lends the thread that serves the programs of this port: services of this node that its messages are for are called by it,
     * for a moment and if nobody else is at it, as to wake another thread costs more than most of them take. What it sends after
     * it was lent once waits for the next time, so it is lent each time before it waits. Always the same thread.
     *
     * <p>It takes no longer than 0.2 ms, unless a service does: after 5 ms the stand-in serves on another thread until this one
     * is back, which is not lent again for a while then.
     *
     * @param standIn the same each time
     */
    void lend(StandIn standIn);
}
