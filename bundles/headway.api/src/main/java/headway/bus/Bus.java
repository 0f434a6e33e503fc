package headway.bus;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bus as an application holds it: an OSGi service, there from the moment this node has joined.
 *
 * <p>All methods may be called by any thread. What a node promises: from each sender, every live subscriber gets each
 * message once and in the order sent, across links coming and going; what a subscriber's own {@link Delivery} contract
 * gives up reaches it as a {@link Gap}; every call gets exactly one answer.
 */
@ProviderType
public interface Bus {

    /** How long a call waits for its answer when the caller names no deadline: 25 s, as D-Bus clients do. */
    Duration DEFAULT_DEADLINE = Duration.ofSeconds(25);

    /** The name of the bus. */
    String name();

    /** This node's own unique name, {@code :node.n}; never used again by anybody. */
    String uniqueName();

    /**
     * Prepares to publish to one topic again and again; keep it and reuse it. Sending through it allocates nothing as long as
     * no subscriber is in this JVM.
     *
     * @throws IllegalArgumentException if the topic or the marshaller's signature is malformed
     */
    <T> Publication<T> publication(String topic, Marshaller<T> marshaller);

    /**
     * Publishes once.
     *
     * @param topic where
     * @param signature the D-Bus signature of the body
     * @param body one value for each complete type of the signature
     * @throws IllegalArgumentException if the topic or signature is malformed, or the body does not fit the signature
     */
    Outcome publish(String topic, String signature, Object... body);

    /**
     * Emits a D-Bus signal of an object of this node, to everybody who wants it: subscribers to its topic, which is its
     * interface with '/' for '.', then '/' and its member ({@code org/mpris/MediaPlayer2/Player/Seeked}); and D-Bus programs
     * whose match rules fit.
     *
     * @param path the object's path
     * @param interfaceName the interface; {@code org.headway.Topic} and {@code org.headway.Node} are the bus's own
     * @param member the signal
     * @param signature the D-Bus signature of the body
     * @param body one value for each complete type of the signature
     * @throws IllegalArgumentException if a name or the signature is malformed, or the body does not fit the signature
     */
    Outcome emit(String path, String interfaceName, String member, String signature, Object... body);

    /**
     * Publishes together: what this thread publishes while that runs leaves for other processes when it returns, in order and in
     * as few frames as it fits into; sooner where there is no room, or when anything else has to leave. Who has a whole cycle to
     * publish, what came from CAN for example, wakes its receivers once and not for each message. Subscribers in this JVM are
     * served as ever, and a call leaves at once with all that came before it.
     *
     * @param publishing runs at once, on this thread; what it throws is thrown, and what it had published leaves
     */
    void together(Runnable publishing);

    /**
     * Whether anybody on the bus, here or in another process, wants this topic now.
     *
     * @throws IllegalArgumentException if the topic is malformed
     */
    boolean wanted(String topic);

    /**
     * Subscribes until the subscription is closed. The intent is kept by the bus: it outlives links, peers and restarts of
     * publishers.
     *
     * @param pattern a topic or a pattern
     * @param delivery what may happen when the subscriber is slower than the publishers
     * @throws IllegalArgumentException if the pattern is malformed
     */
    Subscription subscribe(String pattern, Delivery delivery, Subscriber subscriber);

    /**
     * Calls a method and returns at once. The future completes with the reply or, exceptionally, with one {@link
     * CallException}. Its continuations without {@code Async} run on a thread of the bus, or on one that waits for an
     * answer just then, and must not block. Cancelling it forgets the call.
     *
     * @param deadline how long to wait for the answer
     * @throws IllegalArgumentException if a name is malformed or the body does not fit the signature
     */
    CompletableFuture<Message> call(Target target, Duration deadline, String member, String signature, Object... body);

    /** {@link #call(Target, Duration, String, String, Object...)} with the {@link #DEFAULT_DEADLINE}. */
    default CompletableFuture<Message> call(Target target, String member, String signature, Object... body) {
        return call(target, DEFAULT_DEADLINE, member, signature, body);
    }

    /**
     * Answers calls to one interface of one object until closed.
     *
     * @param path the object's path
     * @param interfaceName the interface
     * @throws IllegalArgumentException if a name is malformed
     * @throws IllegalStateException if that interface of that object is exported already
     */
    Registration export(String path, String interfaceName, Execution execution, CallHandler handler);

    /**
     * Asks for a well-known name, with the rules of D-Bus {@code RequestName}. The wish is kept by the bus and asked again after
     * an arbiter's death, until released.
     */
    CompletableFuture<NameReply> requestName(String name, Set<NameFlag> flags);

    /** Gives up a well-known name, or the place in its queue; completes with whether there was something to give up. */
    CompletableFuture<Boolean> releaseName(String name);

    /** All well-known names and their owners' unique names, as this node knows them now. */
    Map<String, String> names();

    /** Tells of every change of a name's owner, well-known and unique, in order, on a thread of the bus; must not block. */
    Registration watchNames(Consumer<NameChange> watcher);

    /**
     * Where subscribers and serial handlers are called: runs tasks soon, several at a time, on threads that may block for as
     * long as they like. For what a direct handler must not do itself.
     */
    Executor executor();
}
