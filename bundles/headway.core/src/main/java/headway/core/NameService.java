package headway.core;

import headway.bus.CallException;
import headway.bus.Message;
import headway.bus.NameChange;
import headway.bus.NameFlag;
import headway.bus.NameReply;
import headway.bus.Registration;
import headway.core.NameTable.Claim;
import headway.dbus.MessageBuilder;
import headway.dbus.Names;
import java.util.ArrayList;
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

    private static final long DEADLINE_NANOS = 25_000_000_000L;
    private static final String NOT_ITS_ARBITER = "names told by a node that is not their arbiter";
    private static final String NOT_ARBITER = "org.headway.Error.NotArbiter";
    private static final String INVALID_ARGUMENTS = "org.freedesktop.DBus.Error.InvalidArgs";

    private final Node node;
    private final NameTable table = new NameTable();
    private final Map<Session, Long> startTimes = new HashMap<>();

    /** The arbiter so far; null: this node. */
    private Session arbiter;

    /** Questions for an arbiter that did not know yet that it is one. */
    private final List<Runnable> tooEarly = new ArrayList<>();

    /** What applications of this node asked for and did not release. */
    private final Map<String, Set<NameFlag>> wishes = new LinkedHashMap<>();

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

    void request(String name, Set<NameFlag> flags, CompletableFuture<NameReply> answer) {
        wishes.put(name, flags);
        ask(name, flags, answer);
    }

    private void ask(String name, Set<NameFlag> flags, CompletableFuture<NameReply> answer) {
        Session arbiter = arbiter();
        if (arbiter == null) {
            NameReply reply = decideRequest(name, node.self().uniqueName(), flags);
            settleWish(name, flags, reply);
            node.direct().add(() -> answer.complete(reply));
            return;
        }
        CompletableFuture<Message> unused = call(
                        arbiter, Control.call(Control.REQUEST_NAME, "su", name, Control.toBits(flags)), "RequestName")
                .whenComplete((reply, failure) -> node.post(() -> {
                    if (failure == null) {
                        NameReply answered = decode((Long) reply.body().get(0));
                        settleWish(name, flags, answered);
                        node.direct().add(() -> answer.complete(answered));
                    } else if (arbiter() != arbiter || isArbiterLost(failure)) {
                        ask(name, flags, answer);
                    } else if (isTooEarly(failure)) {
                        tooEarly.add(() -> ask(name, flags, answer));
                    } else {
                        node.direct().add(() -> answer.completeExceptionally(failure));
                    }
                }));
    }

    /** Who does not want to wait in the queue has no standing wish when it was refused. */
    private void settleWish(String name, Set<NameFlag> flags, NameReply reply) {
        if (reply == NameReply.EXISTS) {
            wishes.remove(name, flags);
        }
    }

    void release(String name, CompletableFuture<Boolean> answer) {
        wishes.remove(name);
        Session arbiter = arbiter();
        if (arbiter == null) {
            boolean released = decideRelease(name, node.self().uniqueName());
            node.direct().add(() -> answer.complete(released));
            return;
        }
        CompletableFuture<Message> unused = call(arbiter, Control.call(Control.RELEASE_NAME, "s", name), "ReleaseName")
                .whenComplete((reply, failure) -> node.post(() -> {
                    if (failure == null) {
                        Boolean released = (Boolean) reply.body().get(0);
                        node.direct().add(() -> answer.complete(released));
                    } else if (arbiter() != arbiter || isArbiterLost(failure)) {
                        release(name, answer);
                    } else if (isTooEarly(failure)) {
                        tooEarly.add(() -> release(name, answer));
                    } else {
                        node.direct().add(() -> answer.completeExceptionally(failure));
                    }
                }));
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
                List<Object> body = Control.body(message, "su");
                String name = (String) body.get(0);
                if (!Names.isWellKnownName(name)) {
                    answerError(caller, message, INVALID_ARGUMENTS, "'" + name + "' is no well-known name");
                    return true;
                }
                if (arbiter() != null) {
                    answerError(caller, message, NOT_ARBITER, "Not yet");
                    return true;
                }
                Set<NameFlag> flags = Control.fromBits((Long) body.get(1));
                NameReply reply = decideRequest(name, caller.peer().uniqueName(), flags);
                answer(caller, message, "u", (long) code(reply));
            }
            case Control.RELEASE_NAME -> {
                String name = (String) Control.body(message, "s").get(0);
                if (arbiter() != null) {
                    answerError(caller, message, NOT_ARBITER, "Not yet");
                    return true;
                }
                answer(caller, message, "b", decideRelease(name, caller.peer().uniqueName()));
            }
            default -> {
                return false;
            }
        }
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
                    if (!isHere(claim.owner())) {
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

    private boolean isHere(String uniqueName) {
        return uniqueName.equals(node.self().uniqueName()) || node.sessionOf(uniqueName) != null;
    }

    /** The arbiter tells the whole table. */
    void onNames(Session from, List<Control.NameOwner> all) {
        if (from != arbiter()) {
            node.onRejected(from, NOT_ITS_ARBITER);
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

    void onNameOwner(Session from, Control.NameOwner told) {
        if (from != arbiter()) {
            node.onRejected(from, NOT_ITS_ARBITER);
            return;
        }
        table.replace(told.name(), told.queue());
        publish(told.name());
        giveUpUnwished(told.name());
    }

    /** The arbiter may have learnt of a request, but not that it was taken back. */
    private void giveUpUnwished(String name) {
        if (!wishes.containsKey(name) && isQueued(name)) {
            release(name, new CompletableFuture<>());
        }
    }

    private boolean isQueued(String name) {
        return table.queue(name).stream()
                .anyMatch(claim -> claim.owner().equals(node.self().uniqueName()));
    }

    void gone(Session session) {
        startTimes.remove(session);
        String left = session.peer().uniqueName();
        if (arbiter == null) {
            for (String name : table.releaseAll(left)) {
                changed(name);
            }
        }
        checkArbiter();
        tell(new NameChange(left, left, ""));
    }

    /** Asks for what is wished and not in the table, gives up what is in it and not wished. */
    private void askAgain() {
        for (Map.Entry<String, Set<NameFlag>> wish : List.copyOf(wishes.entrySet())) {
            if (!isQueued(wish.getKey())) {
                ask(wish.getKey(), wish.getValue(), new CompletableFuture<>());
            }
        }
        table.names().forEach(this::giveUpUnwished);
        List<Runnable> again = List.copyOf(tooEarly);
        tooEarly.clear();
        again.forEach(Runnable::run);
    }

    private void publish(String name) {
        String owner = table.owner(name);
        String before = owner.isEmpty() ? owners.remove(name) : owners.put(name, owner);
        String old = before == null ? "" : before;
        if (!old.equals(owner)) {
            Set<NameFlag> wish = wishes.get(name);
            if (wish != null
                    && wish.contains(NameFlag.DO_NOT_QUEUE)
                    && old.equals(node.self().uniqueName())
                    && !owner.isEmpty()) {
                // Replaced, and it does not want to wait.
                wishes.remove(name);
            }
            tell(new NameChange(name, old, owner));
        }
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
