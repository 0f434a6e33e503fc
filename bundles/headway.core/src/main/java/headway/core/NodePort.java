package headway.core;

import headway.bus.NameFlag;
import headway.bus.NameReply;
import headway.bus.Outcome;
import headway.bus.Peer;
import headway.bus.port.Port;
import headway.bus.port.PortListener;
import headway.bus.port.StandIn;
import headway.dbus.Message;
import headway.dbus.Names;
import headway.transport.Credentials;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One port of this node. What it sends goes through the outbox like what applications publish; what comes is in its inbox. */
final class NodePort implements Port {

    /** How long publishers elsewhere wait for a port that takes nothing. */
    static final long PATIENCE_MILLIS = 1_000;

    private final Node node;
    private final PortInbox inbox;

    /** What it wants, with how often it was asked for. */
    private final Set<String> patterns = ConcurrentHashMap.newKeySet();

    private volatile boolean roomWanted;
    private volatile boolean closed;

    /** Belongs to the thread that is lent; null until it was. */
    private Callers.Loan loan;

    NodePort(Node node, Executor executor, PortListener listener) {
        this.node = node;
        this.inbox = new PortInbox(executor, listener, node.owner()::wake);
    }

    /** It is there from now on. */
    NodePort open() {
        node.post(() -> {
            node.participants().add(this);
            node.names().tellAll(this);
        });
        return this;
    }

    PortInbox inbox() {
        return inbox;
    }

    /** Whether it wants that topic; any thread. */
    boolean wants(String topic) {
        for (String pattern : patterns) {
            if (TopicName.matches(pattern, topic)) {
                return true;
            }
        }
        return false;
    }

    Set<String> patterns() {
        return patterns;
    }

    /** News, in their place among the messages. */
    void tell(Consumer<PortListener> news) {
        inbox.put(news);
        inbox.schedule();
    }

    /** A message for a participant of it. */
    void bring(String sender, String to, byte[] array, int offset, int length) {
        inbox.put(sender, to, array, offset, length);
        inbox.schedule();
    }

    // ---------------------------------------------------------------- participants

    @Override
    public String node() {
        return node.self().uniqueName();
    }

    @Override
    public String join(long pid, long uid) {
        String name = node.participants().nextName();
        Peer peer = new Peer(name, new Credentials(pid, uid, Credentials.UNKNOWN, ""));
        Participant one = Participant.here(peer, this, pid, uid);
        node.post(() -> node.participants().join(one));
        return name;
    }

    @Override
    public void leave(String participant) {
        node.post(() -> node.participants().leave(participant));
    }

    @Override
    public CompletableFuture<NameReply> requestName(String participant, String name, Set<NameFlag> flags) {
        checkWellKnown(name);
        CompletableFuture<NameReply> answer = new CompletableFuture<>();
        Set<NameFlag> copy = Set.copyOf(flags);
        node.post(() -> node.names().request(participant, name, copy, answer));
        return handed(answer);
    }

    @Override
    public CompletableFuture<Boolean> releaseName(String participant, String name) {
        checkWellKnown(name);
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        node.post(() -> node.names().release(participant, name, answer));
        return handed(answer);
    }

    private static void checkWellKnown(String name) {
        if (!Names.isWellKnownName(name)) {
            throw new IllegalArgumentException("'" + name + "' is no well-known name");
        }
    }

    /** Completes in the order of what the listener is told. */
    private <T> CompletableFuture<T> handed(CompletableFuture<T> answer) {
        CompletableFuture<T> handed = new CompletableFuture<>();
        CompletableFuture<T> unused = answer.whenComplete((value, failure) -> tell(listener -> {
            if (failure != null) {
                handed.completeExceptionally(failure);
            } else {
                handed.complete(value);
            }
        }));
        return handed;
    }

    // ---------------------------------------------------------------- signals

    @Override
    public String topic(String path, String interfaceName, String member) {
        try {
            return new SignalName(path, interfaceName, member).topic();
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    @Override
    public void want(String pattern) {
        if (patterns.add(TopicName.checkPattern(pattern))) {
            node.topics().refresh(this, pattern);
            node.post(() -> node.tellInterest(pattern));
        }
    }

    @Override
    public void unwant(String pattern) {
        if (patterns.remove(pattern)) {
            node.topics().refresh(this, pattern);
            node.post(() -> node.tellInterest(pattern));
        }
    }

    @Override
    public boolean wanted(String topic) {
        Topic known = node.topics().get(topic);
        return known.elsewhere().length > 0 || isWantedHere(known);
    }

    private boolean isWantedHere(Topic topic) {
        for (Inbox one : topic.here()) {
            if (one != inbox) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean somethingWanted() {
        return node.topics().isAnythingWanted();
    }

    @Override
    public Outcome publish(String topic, byte[] message, int offset, int length) {
        Topic known = node.topics().get(topic);
        Inbox[] here = known.here();
        boolean elsewhere = known.elsewhere().length > 0;
        if (!elsewhere && !isWantedHere(known)) {
            return Outcome.UNWANTED;
        }
        if (!admitted(here)) {
            return full();
        }
        if (elsewhere) {
            boolean large = length > Math.min(node.outbox().largest(), Session.WHOLE);
            Object subject =
                    large ? new LargeMessage(known, Arrays.copyOfRange(message, offset, offset + length)) : known;
            Outcome outcome = put(subject, message, offset, large ? 0 : length);
            if (outcome != Outcome.SENT) {
                return outcome;
            }
        }
        publishHere(known, here, message, offset, length);
        return Outcome.SENT;
    }

    private boolean admitted(Inbox[] here) {
        for (Inbox one : here) {
            if (one != inbox
                    && one.holdsPublishers()
                    && !one.admits(node.clock().nanos())) {
                return false;
            }
        }
        return true;
    }

    private void publishHere(Topic topic, Inbox[] here, byte[] message, int offset, int length) {
        BusMessage copy = null;
        for (Inbox one : here) {
            if (one == inbox) {
                continue;
            }
            if (copy == null) {
                byte[] bytes = Arrays.copyOfRange(message, offset, offset + length);
                Message parsed = Message.parse(bytes);
                Participant sender = node.participants().find(parsed.sender());
                Peer peer = sender != null ? sender.peer() : new Peer(parsed.sender(), Credentials.NONE);
                copy = new WireMessage(WireHeader.of(parsed), peer, topic.nextNumber(), bytes, 0, length);
            }
            if (one.takesDirectly()) {
                BusMessage handed = copy;
                node.direct().add(() -> one.deliverDirectly(handed));
                node.owner().wake();
            } else {
                one.put(copy);
                one.schedule();
            }
        }
    }

    private Outcome put(Object subject, byte[] data, int offset, int length) {
        return put(subject, data, offset, length, true);
    }

    private Outcome put(Object subject, byte[] data, int offset, int length, boolean tell) {
        if (node.isClosed() || closed) {
            return Outcome.CLOSED;
        }
        if (!node.outbox().put(subject, data, offset, length)) {
            node.owner().postedUrgently();
            if (!node.outbox().put(subject, data, offset, length)) {
                return full();
            }
        }
        if (tell) {
            node.owner().posted();
        }
        return Outcome.SENT;
    }

    private Outcome full() {
        roomWanted = true;
        node.owner().wake();
        return Outcome.FULL;
    }

    /** There may be room: tells the listener if it wanted some. Says whether it did. Belongs to the bus's owner. */
    boolean tellRoom() {
        if (!roomWanted) {
            return false;
        }
        roomWanted = false;
        tell(PortListener::onRoom);
        return true;
    }

    // ---------------------------------------------------------------- messages to one

    @Override
    public Outcome send(String to, byte[] message, int offset, int length) {
        Participant receiver = node.participants().find(to);
        if (receiver == null) {
            return Outcome.UNWANTED;
        }
        if (receiver.port() != null
                && !receiver.port().inbox().admits(node.clock().nanos())) {
            return full();
        }
        boolean large = length > Math.min(node.outbox().largest(), Session.WHOLE);
        Object subject =
                large ? new LargeLetter(receiver, Arrays.copyOfRange(message, offset, offset + length)) : receiver;
        boolean here = receiver == node.participants().self();
        Outcome outcome = put(subject, message, offset, large ? 0 : length, !here);
        if (here && outcome == Outcome.SENT) {
            // What handlers here answer at once is answered on this thread.
            node.owner().doNow();
            node.direct().runAll();
        }
        return outcome;
    }

    // ---------------------------------------------------------------- the thread that serves

    @Override
    public void lend(StandIn standIn) {
        if (loan == null) {
            loan = node.callers().loan(new Counter(standIn));
        }
        loan.lend();
        loan.gather();
    }

    /** Where the thread that serves a port is missed. */
    private final class Counter implements Place {

        private final StandIn standIn;

        Counter(StandIn standIn) {
            this.standIn = standIn;
        }

        @Override
        public boolean hasGuests() {
            return true;
        }

        /** {@inheritDoc} The thread that is lent has come back before it asks. */
        @Override
        public boolean isVisited() {
            return false;
        }

        @Override
        public boolean isDead() {
            return closed;
        }

        @Override
        public boolean receive(BooleanSupplier enough, long nanos) {
            standIn.serve(enough);
            return true;
        }

        @Override
        public String toString() {
            return "port";
        }
    }

    @Override
    public void close() {
        closed = true;
        inbox.close();
        node.topics().remove(this);
        node.post(() -> {
            node.participants().remove(this);
            patterns.forEach(node::tellInterest);
        });
    }
}
