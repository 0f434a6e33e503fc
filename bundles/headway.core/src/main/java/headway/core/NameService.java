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
import java.util.HashMap;
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
 * to all; all keep a copy. When the arbiter goes, the next oldest has the copy, drops who is gone, and every node asks again
 * for what it wished.
 *
 * <p>Nodes of one machine agree who is the oldest because the monotonic clock is one for all processes. Belongs to the bus's
 * owner, but for {@link #owner} and {@link #owners}.
 */
final class NameService {

    private static final long DEADLINE_NANOS = 25_000_000_000L;

    private final Node node;
    private final NameTable table = new NameTable();
    private final Map<Session, Long> startTimes = new HashMap<>();

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
                    } else if (isArbiterLost(failure)) {
                        ask(name, flags, answer);
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
                    } else if (isArbiterLost(failure)) {
                        release(name, answer);
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
                    answerError(caller, message, name);
                    return true;
                }
                Set<NameFlag> flags = Control.fromBits((Long) body.get(1));
                NameReply reply = decideRequest(name, caller.peer().uniqueName(), flags);
                answer(caller, message, "u", (long) code(reply));
            }
            case Control.RELEASE_NAME -> {
                String name = (String) Control.body(message, "s").get(0);
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

    private void answerError(Session caller, headway.dbus.Message call, String name) {
        caller.send(MessageBuilder.error(
                        call, "org.freedesktop.DBus.Error.InvalidArgs", "'" + name + "' is no well-known name")
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
    }

    /** Another node has told everything about itself. */
    void live(Session session) {
        tell(new NameChange(session.peer().uniqueName(), "", session.peer().uniqueName()));
        // It may be older than the arbiter so far, having met us late.
        if (arbiter() == session) {
            askAgain();
        }
    }

    /** Tells a new node the table, if this node is the arbiter. */
    void introduce(Session session) {
        if (arbiter() == null) {
            for (String name : table.names()) {
                session.send(new Control.NameOwner(name, table.queue(name)).encode());
            }
        }
    }

    void onNameOwner(Session from, Control.NameOwner told) {
        if (from != arbiter()) {
            node.onRejected(from, "names told by a node that is not their arbiter");
            return;
        }
        table.replace(told.name(), told.queue());
        publish(told.name());
    }

    void gone(Session session) {
        boolean wasArbiter = isOldest(session);
        startTimes.remove(session);
        String left = session.peer().uniqueName();
        if (arbiter() == null) {
            for (String name : table.releaseAll(left)) {
                changed(name);
            }
        }
        if (wasArbiter) {
            askAgain();
        }
        tell(new NameChange(left, left, ""));
    }

    private boolean isOldest(Session session) {
        Long started = startTimes.get(session);
        return started != null
                && started - node.startedAt() <= 0
                && startTimes.values().stream().allMatch(other -> started - other <= 0);
    }

    private void askAgain() {
        wishes.forEach((name, flags) -> ask(name, flags, new CompletableFuture<>()));
    }

    private void publish(String name) {
        String owner = table.owner(name);
        String before = owner.isEmpty() ? owners.remove(name) : owners.put(name, owner);
        String old = before == null ? "" : before;
        if (!old.equals(owner)) {
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
