package headway.core;

import headway.bus.CallException;
import headway.bus.Message;
import headway.bus.NameChange;
import headway.bus.NameFlag;
import headway.bus.NameReply;
import headway.bus.Registration;
import headway.bus.port.NameClaim;
import headway.core.NameTable.Claim;
import headway.dbus.MessageBuilder;
import headway.dbus.Names;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Well-known names without a daemon: the node that started first is their arbiter. It keeps the table and tells every change
 * to all; all keep a copy. When the arbiter goes, the next oldest has the copy, drops who is gone and tells the whole table;
 * every node then asks again for what it wished and is not in it, and gives up what is in it and was not wished.
 *
 * <p>Nodes of one machine agree who is the oldest because the monotonic clock is one for all processes. Belongs to the bus's
 * owner, but for {@link #owner} and {@link #owners}.
 */
final class NameService {

    private static final System.Logger LOG = System.getLogger(NameService.class.getName());
    private static final long DEADLINE_NANOS = 25_000_000_000L;
    private static final String NOT_ARBITER = "org.headway.Error.NotArbiter";
    private static final String ACCESS_DENIED = "org.freedesktop.DBus.Error.AccessDenied";
    private static final String INVALID_ARGUMENTS = "org.freedesktop.DBus.Error.InvalidArgs";

    private final Node node;
    private final NameTable table = new NameTable();
    private final Map<Session, Long> startTimes = new HashMap<>();

    /** The arbiter so far; null: this node. */
    private Session arbiter;

    /** Questions for an arbiter that did not know yet that it is one. */
    private final List<Runnable> tooEarly = new ArrayList<>();

    /** What this node and its participants asked for and did not release. */
    private final Map<Wish, Set<NameFlag>> wishes = new LinkedHashMap<>();

    private record Wish(String owner, String name) {}

    /** The copy that any thread may read. */
    private final ConcurrentHashMap<String, String> owners = new ConcurrentHashMap<>();

    private final CopyOnWriteArrayList<Consumer<NameChange>> watchers = new CopyOnWriteArrayList<>();

    NameService(Node node) {
        this.node = node;
    }

    /** The unique name of a well-known name's owner, or null; any thread. */
    String owner(String name) {
        return owners.get(name);
    }

    /** All well-known names with their owners; any thread. */
    Map<String, String> owners() {
        return Map.copyOf(owners);
    }

    Registration watch(Consumer<NameChange> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    // ---------------------------------------------------------------- wishes of this node

    /** This node, or a participant of it, asks for a name. */
    void request(String owner, String name, Set<NameFlag> flags, CompletableFuture<NameReply> answer) {
        wishes.put(new Wish(owner, name), flags);
        ask(owner, name, flags, answer);
    }

    private void ask(String owner, String name, Set<NameFlag> flags, CompletableFuture<NameReply> answer) {
        if (!node.participants().isHere(owner)) {
            wishes.remove(new Wish(owner, name));
            node.direct()
                    .add(() -> answer.completeExceptionally(
                            new CallException(CallException.CLOSED, owner + " left before it got " + name)));
            return;
        }
        Session arbiter = arbiter();
        if (arbiter == null) {
            NameReply reply = decideRequest(name, owner, flags);
            settleWish(owner, name, flags, reply);
            node.direct().add(() -> answer.complete(reply));
            return;
        }
        byte[] question =
                Control.call(Control.REQUEST_NAME, Control.REQUEST_NAME_SIGNATURE, owner, name, Control.toBits(flags));
        CompletableFuture<Message> unused = call(arbiter, question, "RequestName")
                .whenComplete((reply, failure) -> node.post(() -> {
                    if (failure == null) {
                        NameReply answered = decode((Long) reply.body().get(0));
                        settleWish(owner, name, flags, answered);
                        node.direct().add(() -> answer.complete(answered));
                    } else if (arbiter() != arbiter || isArbiterLost(failure)) {
                        ask(owner, name, flags, answer);
                    } else if (isTooEarly(failure)) {
                        tooEarly.add(() -> ask(owner, name, flags, answer));
                    } else {
                        node.direct().add(() -> answer.completeExceptionally(failure));
                    }
                }));
    }

    /** Who does not want to wait in the queue has no standing wish when it was refused. */
    private void settleWish(String owner, String name, Set<NameFlag> flags, NameReply reply) {
        if (reply == NameReply.EXISTS) {
            wishes.remove(new Wish(owner, name), flags);
        }
    }

    /** This node, or a participant of it, gives up a name or its place in the queue. */
    void release(String owner, String name, CompletableFuture<Boolean> answer) {
        wishes.remove(new Wish(owner, name));
        Session arbiter = arbiter();
        if (arbiter == null) {
            boolean released = decideRelease(name, owner);
            node.direct().add(() -> answer.complete(released));
            return;
        }
        byte[] question = Control.call(Control.RELEASE_NAME, Control.RELEASE_NAME_SIGNATURE, owner, name);
        CompletableFuture<Message> unused = call(arbiter, question, "ReleaseName")
                .whenComplete((reply, failure) -> node.post(() -> {
                    if (failure == null) {
                        Boolean released = (Boolean) reply.body().get(0);
                        node.direct().add(() -> answer.complete(released));
                    } else if (arbiter() != arbiter || isArbiterLost(failure)) {
                        release(owner, name, answer);
                    } else if (isTooEarly(failure)) {
                        tooEarly.add(() -> release(owner, name, answer));
                    } else {
                        node.direct().add(() -> answer.completeExceptionally(failure));
                    }
                }));
    }

    /** A participant has left: what it owned goes to others, as soon as the arbiter knows. */
    void left(String participant) {
        wishes.keySet().removeIf(wish -> wish.owner().equals(participant));
        if (arbiter() == null) {
            table.releaseAll(participant).forEach(this::changed);
        }
    }

    /** Who of this node is meant by a well-known name that somebody sent a message to, or null. */
    Participant receiverHere(String name) {
        String owner = owners.get(name);
        if (owner != null && node.participants().isHere(owner)) {
            return node.participants().find(owner);
        }
        // Who sent it knows already, or still, of another owner than this node does; then it means one who asked for
        // it.
        for (Claim claim : table.queue(name)) {
            if (node.participants().isHere(claim.owner())) {
                return node.participants().find(claim.owner());
            }
        }
        for (Wish wish : wishes.keySet()) {
            if (wish.name().equals(name)) {
                return node.participants().find(wish.owner());
            }
        }
        return null;
    }

    private static boolean isArbiterLost(Throwable failure) {
        return failure instanceof CallException error
                && (error.errorName().equals(CallException.PEER_DIED)
                        || error.errorName().equals(CallException.UNREACHABLE));
    }

    private static boolean isTooEarly(Throwable failure) {
        return failure instanceof CallException error && error.errorName().equals(NOT_ARBITER);
    }

    private CompletableFuture<Message> call(Session arbiter, byte[] bytes, String what) {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        int serial = node.nextSerial();
        Bytes.putInt(bytes, 8, serial);
        node.calls().add(serial, arbiter, what, node.now() + DEADLINE_NANOS, answer);
        arbiter.send(bytes);
        return answer;
    }

    // ---------------------------------------------------------------- the arbiter's part

    /** The session with the arbiter, or null if this node is it: the oldest, and of equals the one with the lower number. */
    private Session arbiter() {
        Session oldest = null;
        long since = node.startedAt();
        long number = node.incarnation();
        for (Session session : node.sessions()) {
            Long started = startTimes.get(session);
            if (started != null
                    && (started - since < 0 || (started == since && Long.compareUnsigned(session.id(), number) < 0))) {
                oldest = session;
                since = started;
                number = session.id();
            }
        }
        return oldest;
    }

    /** A call to the arbiter; says whether it was one. */
    boolean onCall(Session caller, headway.dbus.Message message) {
        switch (message.member()) {
            case Control.REQUEST_NAME -> {
                List<Object> body = Control.body(message, Control.REQUEST_NAME_SIGNATURE);
                String owner = (String) body.get(0);
                String name = (String) body.get(1);
                if (refusesStranger(caller, message, owner)) {
                    return true;
                }
                if (!Names.isWellKnownName(name)) {
                    answerError(caller, message, INVALID_ARGUMENTS, "'" + name + "' is no well-known name");
                    return true;
                }
                if (arbiter() != null) {
                    answerError(caller, message, NOT_ARBITER, "Not yet");
                    return true;
                }
                NameReply reply = decideRequest(name, owner, Control.fromBits((Long) body.get(2)));
                answer(caller, message, "u", (long) code(reply));
            }
            case Control.RELEASE_NAME -> {
                List<Object> body = Control.body(message, Control.RELEASE_NAME_SIGNATURE);
                String owner = (String) body.get(0);
                if (refusesStranger(caller, message, owner)) {
                    return true;
                }
                if (arbiter() != null) {
                    answerError(caller, message, NOT_ARBITER, "Not yet");
                    return true;
                }
                answer(caller, message, "b", decideRelease((String) body.get(1), owner));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A node is believed about itself and its participants only. */
    private boolean refusesStranger(Session caller, headway.dbus.Message message, String owner) {
        if (node.participants().speaksFor(caller, owner)) {
            return false;
        }
        node.onRejected(caller, "asks for a name for somebody who is not its participant");
        answerError(caller, message, ACCESS_DENIED, "'" + owner + "' is none of your participants");
        return true;
    }

    /** The reply's number in D-Bus. */
    private static int code(NameReply reply) {
        return switch (reply) {
            case PRIMARY_OWNER -> 1;
            case IN_QUEUE -> 2;
            case EXISTS -> 3;
            case ALREADY_OWNER -> 4;
        };
    }

    private static NameReply decode(long code) {
        for (NameReply reply : NameReply.values()) {
            if (code(reply) == code) {
                return reply;
            }
        }
        throw new IllegalArgumentException("RequestName has no reply code " + code);
    }

    private void answer(Session caller, headway.dbus.Message call, String signature, Object value) {
        caller.send(MessageBuilder.reply(call)
                .serial(node.nextSerial())
                .body(signature, value)
                .build()
                .bytes());
    }

    private void answerError(Session caller, headway.dbus.Message call, String errorName, String text) {
        caller.send(MessageBuilder.error(call, errorName, text)
                .serial(node.nextSerial())
                .build()
                .bytes());
    }

    private NameReply decideRequest(String name, String asker, Set<NameFlag> flags) {
        NameReply reply = table.request(name, asker, flags);
        changed(name);
        return reply;
    }

    private boolean decideRelease(String name, String owner) {
        boolean released = table.release(name, owner);
        if (released) {
            changed(name);
        }
        return released;
    }

    private void changed(String name) {
        byte[] message = new Control.NameOwner(name, table.queue(name)).encode();
        for (Session session : node.sessions()) {
            session.send(message);
        }
        publish(name);
    }

    // ---------------------------------------------------------------- what others tell

    /** Another node said hello. */
    void met(Session session, long startedAt) {
        startTimes.put(session, startedAt);
        table.namesOf(session.peer().uniqueName()).forEach(this::publish);
        checkArbiter();
    }

    /** Another node has told everything about itself. */
    void live(Session session) {
        tell(new NameChange(session.peer().uniqueName(), "", session.peer().uniqueName()));
    }

    /** Tells a new node the table, if this node is the arbiter. */
    void introduce(Session session) {
        onTellNames(session);
    }

    /** That node believes that this one is the arbiter. */
    void onTellNames(Session session) {
        if (arbiter() == null) {
            session.send(encodeNames());
        }
    }

    private byte[] encodeNames() {
        return Control.names(table.names().stream()
                .map(name -> new Control.NameOwner(name, table.queue(name)))
                .toList());
    }

    /** Somebody came or went: if another node is the arbiter now, the table must become the same everywhere. */
    private void checkArbiter() {
        Session before = arbiter;
        arbiter = arbiter();
        if (arbiter == before) {
            return;
        }
        if (arbiter == null) {
            for (String name : table.names()) {
                for (Claim claim : table.queue(name)) {
                    if (!isThere(claim.owner())) {
                        table.release(name, claim.owner());
                    }
                }
                publish(name);
            }
            byte[] names = encodeNames();
            node.sessions().forEach(session -> session.send(names));
            askAgain();
        } else {
            arbiter.send(Control.tellNames());
        }
    }

    /** Whether it is this node, another that has not gone, or a participant of one of them. */
    private boolean isThere(String uniqueName) {
        return node.participants().find(uniqueName) != null || node.sessionOf(uniqueName) != null;
    }

    /** The arbiter tells the whole table. */
    void onNames(Session from, List<Control.NameOwner> all) {
        if (from != arbiter()) {
            ignore(from);
            return;
        }
        Set<String> others = new HashSet<>(table.names());
        for (Control.NameOwner one : all) {
            others.remove(one.name());
            table.replace(one.name(), one.queue());
            publish(one.name());
        }
        for (String name : others) {
            table.replace(name, List.of());
            publish(name);
        }
        askAgain();
    }

    /** A node that has not met the arbiter yet takes itself for it, and tells names; it learns better when it has. */
    private static void ignore(Session from) {
        LOG.log(
                Level.DEBUG,
                "Names told by a node that is not their arbiter: {0}",
                from.peer().uniqueName());
    }

    void onNameOwner(Session from, Control.NameOwner told) {
        if (from != arbiter()) {
            ignore(from);
            return;
        }
        table.replace(told.name(), told.queue());
        publish(told.name());
        giveUpUnwished(told.name());
    }

    /** The arbiter may have learnt of a request, but not that it was taken back. */
    private void giveUpUnwished(String name) {
        for (Claim claim : table.queue(name)) {
            String owner = claim.owner();
            if (node.participants().isHere(owner) && !wishes.containsKey(new Wish(owner, name))) {
                release(owner, name, new CompletableFuture<>());
            }
        }
    }

    private boolean isQueued(Wish wish) {
        return table.queue(wish.name()).stream().anyMatch(claim -> claim.owner().equals(wish.owner()));
    }

    void gone(Session session) {
        startTimes.remove(session);
        String left = session.peer().uniqueName();
        if (arbiter == null) {
            table.releaseAll(left).forEach(this::changed);
            for (String participant : node.participants().of(session)) {
                table.releaseAll(participant).forEach(this::changed);
            }
        }
        node.participants().gone(session);
        publishBackwards(left);
        checkArbiter();
        if (session.isIntroduced()) {
            tell(new NameChange(left, left, ""));
        }
    }

    /** Asks for what is wished and not in the table, gives up what is in it and not wished. */
    private void askAgain() {
        for (Map.Entry<Wish, Set<NameFlag>> entry : List.copyOf(wishes.entrySet())) {
            Wish wish = entry.getKey();
            if (!isQueued(wish)) {
                ask(wish.owner(), wish.name(), entry.getValue(), new CompletableFuture<>());
            }
        }
        table.names().forEach(this::giveUpUnwished);
        List<Runnable> again = List.copyOf(tooEarly);
        tooEarly.clear();
        again.forEach(Runnable::run);
    }

    private void publish(String name) {
        List<Claim> queue = presentQueue(name);
        String owner = queue.isEmpty() ? "" : queue.get(0).owner();
        String before = owner.isEmpty() ? owners.remove(name) : owners.put(name, owner);
        String old = before == null ? "" : before;
        for (NodePort port : node.participants().ports()) {
            tell(port, name, queue);
        }
        if (!old.equals(owner)) {
            Wish wish = new Wish(old, name);
            Set<NameFlag> flags = wishes.get(wish);
            if (flags != null && flags.contains(NameFlag.DO_NOT_QUEUE) && !owner.isEmpty()) {
                // Replaced, and it does not want to wait.
                wishes.remove(wish);
            }
            tell(new NameChange(name, old, owner));
        }
    }

    /** The queue without those that this node has not heard of yet, or knows to have gone before their names have. */
    private List<Claim> presentQueue(String name) {
        List<Claim> queue = table.queue(name);
        for (Claim claim : queue) {
            if (!node.participants().isPresent(claim.owner())) {
                return queue.stream()
                        .filter(one -> node.participants().isPresent(one.owner()))
                        .toList();
            }
        }
        return queue;
    }

    /** A participant is known from now on, and so are the names it has a place in. */
    void came(String participant) {
        tell(new NameChange(participant, "", participant));
        table.namesOf(participant).forEach(this::publish);
    }

    /** A participant, or a node, is known no more; whoever is next in its names' queues has them. */
    void went(String participant) {
        publishBackwards(participant);
        if (!Participants.isNode(participant)) {
            tell(new NameChange(participant, participant, ""));
        }
    }

    private void publishBackwards(String owner) {
        List<String> names = new ArrayList<>(table.namesOf(owner));
        Collections.reverse(names);
        names.forEach(this::publish);
    }

    private static void tell(NodePort port, String name, List<Claim> queue) {
        List<NameClaim> claims = queue.stream()
                .map(claim -> new NameClaim(claim.owner(), claim.flags()))
                .toList();
        port.tell(listener -> listener.onName(name, claims));
    }

    /** Tells a new port all names. */
    void tellAll(NodePort port) {
        table.names().forEach(name -> tell(port, name, presentQueue(name)));
    }

    private void tell(NameChange change) {
        if (!watchers.isEmpty()) {
            node.direct().add(() -> watchers.forEach(watcher -> watcher.accept(change)));
        }
    }

    void close() {
        owners.clear();
    }

    /** Claims of one name, for tests and operators. */
    List<Claim> queue(String name) {
        return table.queue(name);
    }
}
