package headway.core;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.CallHandler;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Marshaller;
import headway.bus.Message;
import headway.bus.NameChange;
import headway.bus.NameFlag;
import headway.bus.NameReply;
import headway.bus.Outcome;
import headway.bus.Publication;
import headway.bus.Registration;
import headway.bus.Subscriber;
import headway.bus.Subscription;
import headway.bus.Target;
import headway.bus.dto.Inspector;
import headway.bus.dto.LinkControl;
import headway.bus.dto.LinkView;
import headway.bus.dto.NodeView;
import headway.bus.dto.PeerView;
import headway.bus.dto.SubscriptionView;
import headway.dbus.Names;
import headway.dbus.Signature;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The bus as applications and operators see it: checks what they say and posts it to the {@link Node}. */
final class NodeBus implements Bus, Inspector, LinkControl {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Node node;
    private final Executor executor;
    private final Templates templates = new Templates();
    private final LongAdder published = new LongAdder();

    /** What closed subscriptions have delivered and lost, so that the node's counters never go back. */
    private final LongAdder deliveredBefore = new LongAdder();

    private final LongAdder lostBefore = new LongAdder();

    NodeBus(Node node, Executor executor) {
        this.node = node;
        this.executor = executor;
    }

    @Override
    public String name() {
        return node.config().bus();
    }

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public String uniqueName() {
        return node.self().uniqueName();
    }

    // ---------------------------------------------------------------- publish and subscribe

    @Override
    public <T> Publication<T> publication(String topic, Marshaller<T> marshaller) {
        Signature.of(marshaller.signature());
        return new TopicPublication<>(node, SignalName.published(TopicName.check(topic)), marshaller, published);
    }

    @Override
    public Outcome publish(String topic, String signature, Object... body) {
        return send(SignalName.published(TopicName.check(topic)), signature, body);
    }

    @Override
    public Outcome emit(String path, String interfaceName, String member, String signature, Object... body) {
        return send(SignalName.emitted(path, interfaceName, member), signature, body);
    }

    private Outcome send(SignalName name, String signature, Object... body) {
        return new TopicPublication<>(node, name, new ValuesMarshaller(signature), published).send(body);
    }

    @Override
    public void together(Runnable publishing) {
        node.owner().gather(publishing);
    }

    @Override
    public boolean wanted(String topic) {
        return node.topics().get(TopicName.check(topic)).isWanted();
    }

    @Override
    public Subscription subscribe(String pattern, Delivery delivery, Subscriber subscriber) {
        TopicName.checkPattern(pattern);
        Mailbox[] self = new Mailbox[1];
        Mailbox mailbox =
                new Mailbox(pattern, delivery, subscriber, executor, node.owner()::wake, () -> unsubscribe(self[0]));
        self[0] = mailbox;
        node.topics().add(mailbox);
        node.post(() -> node.tellInterest(pattern));
        return mailbox;
    }

    private void unsubscribe(Mailbox mailbox) {
        node.topics().remove(mailbox);
        deliveredBefore.add(mailbox.delivered());
        lostBefore.add(mailbox.lost());
        node.post(() -> node.tellInterest(mailbox.pattern()));
    }

    // ---------------------------------------------------------------- calls

    @Override
    public CompletableFuture<Message> call(
            Target target, Duration deadline, String member, String signature, Object... body) {
        Names.checkBusName(target.destination());
        Answer answer = new Answer(node.clock());
        if (node.isClosed()) {
            answer.completeExceptionally(new CallException(CallException.CLOSED, "The bus is closed"));
            return answer;
        }
        byte[] bytes = templates.call(target, member, signature, body);
        if (uniqueName().equals(resolve(target.destination()))) {
            callHere(target, deadline, member, signature, body, answer);
        } else {
            node.post(() -> callElsewhere(target, deadline, member, bytes, answer));
        }
        return answer;
    }

    /** The unique name behind a name, or null. */
    private String resolve(String name) {
        return name.startsWith(":") ? name : node.names().owner(name);
    }

    private void callHere(
            Target target,
            Duration deadline,
            String member,
            String signature,
            Object[] body,
            CompletableFuture<Message> answer) {
        LocalArguments call = LocalArguments.call(
                node.self(),
                target.path(),
                target.interfaceName(),
                member,
                signature,
                Collections.unmodifiableList(Arrays.asList(body.clone())));
        node.exports().onLocalCall(call, answer);
        if (!answer.isDone()) {
            node.post(() -> {
                long until = node.now() + nanos(deadline);
                int serial = node.calls().addLocal(uniqueName(), member, until, answer);
                CompletableFuture<Message> unused = answer.whenComplete(
                        (reply, failure) -> node.post(() -> node.calls().removeLocal(serial, until)));
            });
        }
    }

    /** A deadline that is further away than anybody will wait is as good as none. */
    private static long nanos(Duration deadline) {
        return deadline.compareTo(LONGEST) < 0 ? deadline.toNanos() : LONGEST.toNanos();
    }

    /** Belongs to the owner: names and sessions are looked up when the call's turn has come. */
    private void callElsewhere(Target target, Duration deadline, String member, byte[] bytes, Answer answer) {
        String owner = resolve(target.destination());
        Correspondent callee = owner == null ? null : node.correspondent(owner);
        if (callee == null) {
            node.direct()
                    .add(() -> answer.completeExceptionally(new CallException(
                            CallException.SERVICE_UNKNOWN, "Nobody on the bus is called " + target.destination())));
            return;
        }
        int serial = node.nextSerial();
        Bytes.putInt(bytes, 8, serial);
        node.calls().add(serial, callee, member, node.now() + nanos(deadline), answer);
        callee.send(bytes);
        if (callee instanceof Session session && session.route() != null) {
            answer.comesOver(session.route().slot());
        }
    }

    @Override
    public Registration export(String path, String interfaceName, Execution execution, CallHandler handler) {
        return node.exports().add(path, interfaceName, execution, handler);
    }

    // ---------------------------------------------------------------- names

    @Override
    public CompletableFuture<NameReply> requestName(String name, Set<NameFlag> flags) {
        checkWellKnown(name);
        CompletableFuture<NameReply> answer = new CompletableFuture<>();
        Set<NameFlag> copy = Set.copyOf(flags);
        node.post(() -> node.names().request(uniqueName(), name, copy, answer));
        return answer;
    }

    @Override
    public CompletableFuture<Boolean> releaseName(String name) {
        checkWellKnown(name);
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        node.post(() -> node.names().release(uniqueName(), name, answer));
        return answer;
    }

    private static void checkWellKnown(String name) {
        if (!Names.isWellKnownName(name)) {
            throw new IllegalArgumentException("'" + name + "' is no well-known name");
        }
    }

    @Override
    public Map<String, String> names() {
        return node.names().owners();
    }

    @Override
    public Registration watchNames(Consumer<NameChange> watcher) {
        return node.names().watch(watcher);
    }

    // ---------------------------------------------------------------- what operators see

    @Override
    public NodeView view() {
        List<SubscriptionView> subscriptions = new ArrayList<>();
        long delivered = deliveredBefore.sum();
        long lost = lostBefore.sum();
        for (Mailbox mailbox : node.topics().subscriptions()) {
            subscriptions.add(new SubscriptionView(
                    mailbox.pattern(),
                    describe(mailbox.delivery()),
                    mailbox.delivered(),
                    mailbox.lost(),
                    mailbox.waiting()));
            delivered += mailbox.delivered();
            lost += mailbox.lost();
        }
        node.owner().enter();
        try {
            return new NodeView(
                    name(),
                    uniqueName(),
                    ProcessHandle.current().pid(),
                    node.uptimeMillis(),
                    node.links().stream().map(NodeBus::view).toList(),
                    node.sessions().stream().map(this::view).toList(),
                    new TreeMap<>(names()),
                    subscriptions,
                    published.sum(),
                    delivered,
                    lost,
                    node.uncountedGaps(),
                    node.rejections().byReason(),
                    node.shelves().view());
        } finally {
            node.owner().leave();
        }
    }

    @Override
    public boolean prefer(String transport) {
        boolean known = transport.isEmpty() || !node.linksOver(transport).isEmpty();
        if (known) {
            node.prefer(transport);
        }
        return known;
    }

    @Override
    public boolean fail(String transport) throws IOException {
        List<LinkSlot> failing = node.linksOver(transport);
        node.failLinks(failing);
        return !failing.isEmpty();
    }

    private static LinkView view(LinkSlot slot) {
        Map<String, Long> counters = new TreeMap<>(slot.link().counters());
        counters.put("group frames for others", slot.overheardFrames());
        return new LinkView(
                slot.transport().name(),
                slot.link().local().toString(),
                slot.ranking(),
                slot.transport().features().stream().map(Enum::name).sorted().toList(),
                slot.framesSent(),
                slot.framesReceived(),
                slot.bytesSent(),
                slot.bytesReceived(),
                slot.full(),
                counters);
    }

    private PeerView view(Session session) {
        return new PeerView(
                session.peer().uniqueName(),
                session.state().name(),
                session.route() == null
                        ? ""
                        : session.route().slot().transport().name(),
                session.route() == null ? 0 : node.millisSince(session.links().since()),
                session.credentials().pid(),
                session.credentials().uid(),
                node.topics().interests(session),
                session.sentMessages(),
                session.receivedMessages(),
                session.windowBytes(),
                session.windowHighest(),
                session.windowLimit(),
                session.replayed(),
                session.duplicates(),
                session.links().switches());
    }

    private static String describe(Delivery delivery) {
        String contract = switch (delivery.mode()) {
            case LATEST -> "latest";
            case QUEUE -> "queue:" + delivery.capacity();
            case BLOCK -> "block:" + delivery.deadline().toMillis() + "ms";
            case DISCONNECT -> "disconnect:" + delivery.capacity();
        };
        return delivery.direct() ? "direct" : contract;
    }
}
