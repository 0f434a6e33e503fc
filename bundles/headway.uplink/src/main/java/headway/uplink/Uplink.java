package headway.uplink;

import headway.bus.Gap;
import headway.bus.NameReply;
import headway.bus.Outcome;
import headway.bus.port.NameClaim;
import headway.bus.port.Port;
import headway.bus.port.PortListener;
import headway.bus.port.Ports;
import headway.dbus.ErrorNames;
import headway.dbus.HeaderField;
import headway.dbus.InvalidMessageException;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.Variant;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A bus between two buses: whoever owns a chosen name at the daemon is a participant of Headway's bus, and whoever owns a chosen
 * name there has a connection of its own to the daemon. One thread owns the state, others post.
 */
final class Uplink implements PortListener, DaemonConnection.Listener, AutoCloseable {

    private static final Logger LOG = System.getLogger(Uplink.class.getName());

    private static final String EVERYTHING = "*";
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    /** So many calls may wait for their answer in each direction. */
    private static final int MOST_CALLS = 1 << 16;

    private static final String OWNER_CHANGES = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'";

    /** Somebody of the daemon who is shown on Headway. */
    private static final class Shown {
        private final String daemonName;
        private final Set<String> names = new LinkedHashSet<>();

        /** Its unique name on Headway; null while its credentials are asked for. */
        private String participant;

        Shown(String daemonName) {
            this.daemonName = daemonName;
        }
    }

    /** Somebody of Headway who is shown at the daemon. */
    private static final class Offered {
        private final String participant;
        private final Set<String> names = new LinkedHashSet<>();

        /** Its own; null while it is being opened. */
        private DaemonConnection connection;

        Offered(String participant) {
            this.participant = participant;
        }
    }

    /** A call from Headway that the daemon's side has not answered. */
    private record Question(String caller, int serial, String participant) {}

    /** A call from the daemon's side that Headway has not answered. */
    private record Call(DaemonConnection via, String caller, int serial, String callee) {}

    private final Path socket;
    private final NameFilter fromDaemon;
    private final NameFilter toDaemon;
    private final ScheduledExecutorService thread;
    private final Port port;

    /** Speaks on Headway for those of the daemon who are not shown. */
    private final String agent;

    /** Null while the daemon is away. */
    private DaemonConnection main;

    private long pause = FIRST_PAUSE_MILLIS;

    private final Map<String, String> daemonOwners = new LinkedHashMap<>();
    private final Map<String, Shown> shownByDaemonName = new HashMap<>();
    private final Map<String, Shown> shownByParticipant = new HashMap<>();

    private final Map<String, String> headwayOwners = new LinkedHashMap<>();
    private final Map<String, Offered> offered = new LinkedHashMap<>();
    private final Map<String, Offered> offeredByDaemonName = new HashMap<>();

    private final Map<DaemonConnection, Map<Integer, Question>> questions = new HashMap<>();
    private final Map<Integer, Call> calls = new HashMap<>();
    private int serial;

    /** What Headway has no room for now, and those connections that are not read from meanwhile. */
    private final ArrayDeque<Supplier<Outcome>> waiting = new ArrayDeque<>();

    private final List<DaemonConnection> unread = new ArrayList<>();
    private long refused;

    /**
     * Begins to look for the daemon.
     *
     * @param socket where it listens
     * @param fromDaemon names of it that are shown on Headway
     * @param toDaemon names of Headway that are shown there
     */
    Uplink(Ports ports, Path socket, NameFilter fromDaemon, NameFilter toDaemon) {
        this.socket = socket;
        this.fromDaemon = fromDaemon;
        this.toDaemon = toDaemon;
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread owner = new Thread(task, "headway-uplink");
            owner.setDaemon(true);
            return owner;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.thread = executor;
        this.port = ports.open(this::post, this);
        this.agent = port.join(ProcessHandle.current().pid(), -1);
        post(this::connect);
    }

    private void post(Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException unforeseen) {
                    LOG.log(Level.ERROR, "The uplink failed at something, please report this; it goes on", unforeseen);
                }
            });
        } catch (RejectedExecutionException closed) {
            // Nobody is left to do it for.
            LOG.log(Level.DEBUG, "After the end", closed);
        }
    }

    @Override
    public void close() {
        post(() -> {
            if (main != null) {
                main.close();
            }
            offered.values().forEach(Uplink::disconnect);
            port.close();
            thread.shutdown();
        });
    }

    // ---------------------------------------------------------------- the daemon comes and goes

    private void connect() {
        open(this::connected, why -> {
            if (pause == FIRST_PAUSE_MILLIS) {
                LOG.log(
                        Level.WARNING,
                        "The D-Bus daemon at {0} cannot be joined ({1}); it is tried again and again",
                        socket,
                        why.toString());
            }
            schedule(this::connect);
        });
    }

    private void connected(DaemonConnection connection) {
        LOG.log(Level.INFO, "Joined the D-Bus daemon at {0} as {1}", socket, connection.name());
        main = connection;
        pause = FIRST_PAUSE_MILLIS;
        lookAround();
        offered.values().forEach(this::offer);
    }

    /** Connects on a thread of its own: it may take as long as the daemon likes. */
    private void open(Consumer<DaemonConnection> then, Consumer<Exception> otherwise) {
        Thread opener = new Thread(
                () -> {
                    try {
                        DaemonConnection connection = DaemonConnection.open(socket, this);
                        post(() -> then.accept(connection));
                    } catch (IOException | RuntimeException refused) {
                        post(() -> otherwise.accept(refused));
                    }
                },
                "headway-uplink-connect");
        opener.setDaemon(true);
        opener.start();
    }

    private void schedule(Runnable task) {
        try {
            ScheduledFuture<?> unused = thread.schedule(() -> post(task), pause, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.log(Level.DEBUG, "After the end", closed);
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }

    @Override
    public void onEnd(DaemonConnection of) {
        post(() -> ended(of));
    }

    private void ended(DaemonConnection connection) {
        Offered its = offeredByDaemonName.remove(connection.name());
        if (its != null && its.connection == connection) {
            its.connection = null;
            offerAgain(its);
        }
        unanswered(connection, null);
        questions.remove(connection);
        calls.values().removeIf(call -> call.via == connection);
        if (connection != main) {
            return;
        }
        LOG.log(Level.WARNING, "The D-Bus daemon at {0} is away; its names vanish until it is back", socket);
        main = null;
        List.copyOf(daemonOwners.keySet()).forEach(name -> setDaemonOwner(name, ""));
        offered.values().forEach(Uplink::disconnect);
        schedule(this::connect);
    }

    private void lookAround() {
        DaemonConnection daemon = main;
        CompletableFuture<Message> unused = daemon.call("AddMatch", "s", OWNER_CHANGES)
                .thenCompose(added -> daemon.call("ListNames", ""))
                .whenComplete((list, failure) -> post(() -> {
                    if (failure == null && daemon == main) {
                        ((List<?>) list.body().get(0)).forEach(name -> lookUp(daemon, (String) name));
                    }
                }));
    }

    private void lookUp(DaemonConnection daemon, String name) {
        if (fromDaemon.chooses(name)) {
            CompletableFuture<Message> unused = daemon.call("GetNameOwner", "s", name)
                    .whenComplete((owner, failure) -> post(() -> {
                        if (failure == null && daemon == main) {
                            setDaemonOwner(name, (String) owner.body().get(0));
                        }
                    }));
        }
    }

    // ---------------------------------------------------------------- names of the daemon, here

    private void setDaemonOwner(String name, String told) {
        String owner = offeredByDaemonName.containsKey(told) ? "" : told;
        String before = owner.isEmpty() ? daemonOwners.remove(name) : daemonOwners.put(name, owner);
        if (owner.equals(before)) {
            return;
        }
        if (before != null) {
            takeBack(shownByDaemonName.get(before), name);
        }
        if (!owner.isEmpty()) {
            show(owner, name);
        }
    }

    private void takeBack(Shown shown, String name) {
        shown.names.remove(name);
        if (shown.names.isEmpty()) {
            hide(shown);
        } else if (shown.participant != null) {
            CompletableFuture<Boolean> unused = port.releaseName(shown.participant, name);
        }
    }

    private void show(String owner, String name) {
        Shown known = shownByDaemonName.get(owner);
        if (known != null) {
            known.names.add(name);
            if (known.participant != null) {
                request(known, name);
            }
            return;
        }
        Shown shown = new Shown(owner);
        shown.names.add(name);
        shownByDaemonName.put(owner, shown);
        DaemonConnection daemon = main;
        CompletableFuture<Message> unused = daemon.call("GetConnectionCredentials", "s", owner)
                .whenComplete((credentials, failure) -> post(() -> {
                    if (shownByDaemonName.get(owner) == shown && daemon == main) {
                        Map<?, ?> who =
                                failure == null ? (Map<?, ?>) credentials.body().get(0) : Map.of();
                        join(shown, number(who.get("ProcessID")), number(who.get("UnixUserID")));
                    }
                }));
    }

    private static long number(Object value) {
        return value instanceof Variant variant && variant.value() instanceof Long number ? number : -1;
    }

    private void join(Shown shown, long pid, long uid) {
        shown.participant = port.join(pid, uid);
        shownByParticipant.put(shown.participant, shown);
        CompletableFuture<Message> unused = main.call("AddMatch", "s", signalsOf(shown))
                .whenComplete((added, failure) -> post(() -> {
                    if (shownByDaemonName.get(shown.daemonName) == shown) {
                        shown.names.forEach(name -> request(shown, name));
                    }
                }));
    }

    private static String signalsOf(Shown shown) {
        return "type='signal',sender='" + shown.daemonName + "'";
    }

    private void request(Shown shown, String name) {
        CompletableFuture<NameReply> unused = port.requestName(shown.participant, name, Set.of())
                .whenComplete((reply, failure) -> {
                    if (failure == null && reply == NameReply.IN_QUEUE) {
                        LOG.log(Level.WARNING, "{0} of the daemon waits: somebody on Headway has that name", name);
                    }
                });
    }

    private void hide(Shown shown) {
        shownByDaemonName.remove(shown.daemonName);
        if (shown.participant == null) {
            return;
        }
        shownByParticipant.remove(shown.participant);
        List.copyOf(questions.keySet()).forEach(via -> unanswered(via, shown.participant));
        String gone = shown.participant;
        // After the answers that wait for room.
        give(() -> {
            port.leave(gone);
            return Outcome.SENT;
        });
        if (main != null) {
            CompletableFuture<Message> unused = main.call("RemoveMatch", "s", signalsOf(shown));
        }
    }

    /** Who called one of the daemon's, or that one of them, gets no answer from it any more. */
    private void unanswered(DaemonConnection via, String participant) {
        Map<Integer, Question> open = questions.getOrDefault(via, Map.of());
        for (Map.Entry<Integer, Question> entry : List.copyOf(open.entrySet())) {
            Question question = entry.getValue();
            if (participant == null || question.participant.equals(participant)) {
                open.remove(entry.getKey());
                refuse(question, ErrorNames.NO_REPLY, "It left its bus, or that bus is away, before it answered");
            }
        }
    }

    private void refuse(Question question, String error, String text) {
        send(
                question.caller,
                MessageBuilder.error(error)
                        .flags(Message.NO_REPLY_EXPECTED)
                        .replySerial(question.serial)
                        .sender(question.participant)
                        .destination(question.caller)
                        .body("s", text));
    }

    // ---------------------------------------------------------------- names of Headway, there

    @Override
    public void onName(String name, List<NameClaim> queue) {
        if (!toDaemon.chooses(name)) {
            return;
        }
        String first = queue.isEmpty() ? "" : queue.get(0).participant();
        String owner = shownByParticipant.containsKey(first) ? "" : first;
        String before = owner.isEmpty() ? headwayOwners.remove(name) : headwayOwners.put(name, owner);
        if (owner.equals(before)) {
            return;
        }
        if (before != null) {
            withdraw(offered.get(before), name);
        }
        if (!owner.isEmpty()) {
            if (offered.isEmpty()) {
                // Which signals its owner emits nobody can tell.
                port.want(EVERYTHING);
            }
            Offered its = offered.get(owner);
            if (its == null) {
                its = new Offered(owner);
                offered.put(owner, its);
                its.names.add(name);
                if (main != null) {
                    offer(its);
                }
            } else if (its.names.add(name) && its.connection != null) {
                requestThere(its, name);
            }
        }
    }

    private void withdraw(Offered its, String name) {
        its.names.remove(name);
        if (its.names.isEmpty()) {
            offered.remove(its.participant);
            disconnect(its);
            if (offered.isEmpty()) {
                port.unwant(EVERYTHING);
            }
        } else if (its.connection != null) {
            CompletableFuture<Message> unused = its.connection.call("ReleaseName", "s", name);
        }
    }

    private static void disconnect(Offered its) {
        if (its.connection != null) {
            its.connection.close();
        }
    }

    private void offer(Offered its) {
        open(
                connection -> {
                    if (main == null || offered.get(its.participant) != its || its.connection != null) {
                        connection.close();
                        return;
                    }
                    its.connection = connection;
                    offeredByDaemonName.put(connection.name(), its);
                    its.names.forEach(name -> requestThere(its, name));
                },
                why -> offerAgain(its));
    }

    /** Unless the daemon is away; then it is offered when that is back. */
    private void offerAgain(Offered its) {
        schedule(() -> {
            if (main != null && offered.get(its.participant) == its && its.connection == null) {
                offer(its);
            }
        });
    }

    private static void requestThere(Offered its, String name) {
        CompletableFuture<Message> unused = its.connection
                .call("RequestName", "su", name, 0L)
                .whenComplete((reply, failure) -> {
                    if (failure != null || !reply.body().get(0).equals(1L)) {
                        LOG.log(
                                Level.WARNING,
                                "{0} of Headway is not shown at the daemon: {1}",
                                name,
                                failure != null ? failure.getMessage() : "somebody there has it");
                    }
                });
    }

    // ---------------------------------------------------------------- messages from the daemon

    @Override
    public void onMessage(DaemonConnection from, Message message) {
        post(() -> {
            take(from, message);
            if (waiting.isEmpty()) {
                from.handled();
            } else {
                unread.add(from);
            }
        });
    }

    private void take(DaemonConnection from, Message message) {
        switch (message.type()) {
            case SIGNAL -> takeSignal(from, message);
            case METHOD_CALL -> takeCall(from, message);
            case METHOD_RETURN, ERROR -> {
                Question question = questions.getOrDefault(from, Map.of()).remove(message.replySerial());
                if (question != null) {
                    send(
                            question.caller,
                            MessageBuilder.copyOf(message)
                                    .sender(question.participant)
                                    .destination(question.caller)
                                    .replySerial(question.serial));
                }
            }
            default -> LOG.log(Level.DEBUG, "Ignored: {0}", message);
        }
    }

    private void takeSignal(DaemonConnection from, Message message) {
        boolean forAll = !message.has(HeaderField.DESTINATION);
        if (from == main && forAll && DaemonConnection.BUS.equals(message.sender())) {
            if ("NameOwnerChanged".equals(message.member())
                    && fromDaemon.chooses((String) message.body().get(0))) {
                setDaemonOwner(
                        (String) message.body().get(0), (String) message.body().get(2));
            }
            return;
        }
        Shown shown = shownByDaemonName.get(message.sender());
        if (from == main && forAll && shown != null && shown.participant != null) {
            String topic = port.topic(message.path(), message.interfaceName(), message.member());
            if (topic != null) {
                byte[] bytes = bytes(MessageBuilder.copyOf(message).sender(shown.participant));
                give(() -> port.publish(topic, bytes, 0, bytes.length));
            }
        }
    }

    private void takeCall(DaemonConnection from, Message call) {
        Offered its = offeredByDaemonName.get(from.name());
        boolean expected = call.expectsReply();
        if (its == null || (expected && calls.size() >= MOST_CALLS)) {
            if (expected) {
                String error = its == null ? ErrorNames.UNKNOWN_METHOD : ErrorNames.LIMITS_EXCEEDED;
                answer(from, MessageBuilder.error(call, error, "Nobody takes that call here"));
            }
            return;
        }
        Shown caller = shownByDaemonName.get(call.sender());
        String destination = its.names.contains(call.destination()) ? call.destination() : its.participant;
        int number = nextSerial();
        if (expected) {
            calls.put(number, new Call(from, call.sender(), call.serial(), its.participant));
        }
        byte[] bytes = MessageBuilder.copyOf(call)
                .serial(number)
                .sender(caller != null && caller.participant != null ? caller.participant : agent)
                .destination(destination)
                .build()
                .bytes();
        String to = its.participant;
        give(() -> port.send(to, bytes, 0, bytes.length));
    }

    private void answer(DaemonConnection to, MessageBuilder answer) {
        try {
            to.send(answer);
        } catch (IOException over) {
            LOG.log(Level.DEBUG, "The daemon has gone before an answer", over);
        }
    }

    // ---------------------------------------------------------------- messages to Headway

    private int nextSerial() {
        serial++;
        return serial != 0 ? serial : ++serial;
    }

    private byte[] bytes(MessageBuilder message) {
        return message.serial(nextSerial()).build().bytes();
    }

    private void send(String to, MessageBuilder message) {
        byte[] bytes = bytes(message);
        give(() -> port.send(to, bytes, 0, bytes.length));
    }

    /** Gives something to the port, in order, as soon as it has room. */
    private void give(Supplier<Outcome> what) {
        if (!waiting.isEmpty() || what.get() == Outcome.FULL) {
            waiting.add(what);
        }
    }

    @Override
    public void onRoom() {
        while (!waiting.isEmpty()) {
            if (waiting.peek().get() == Outcome.FULL) {
                return;
            }
            waiting.poll();
        }
        unread.forEach(DaemonConnection::handled);
        unread.clear();
    }

    // ---------------------------------------------------------------- messages from Headway

    @Override
    public void onMessage(String sender, String to, byte[] array, int offset, int length) {
        Message message;
        try {
            message = Message.parse(array, offset, length).validate();
        } catch (InvalidMessageException invalid) {
            // The daemon would end the connection for it.
            if (refused++ == 0) {
                LOG.log(Level.WARNING, "A message of {0} is none: {1}; such are dropped", sender, invalid.getMessage());
            }
            return;
        }
        if (to == null) {
            Offered its = offered.get(sender);
            if (its != null && its.connection != null) {
                forward(its.connection, MessageBuilder.copyOf(message).sender(null));
            }
            return;
        }
        switch (message.type()) {
            case METHOD_CALL -> ask(sender, to, message);
            case METHOD_RETURN, ERROR -> {
                Call call = calls.remove(message.replySerial());
                if (call != null) {
                    forward(
                            call.via,
                            MessageBuilder.copyOf(message)
                                    .sender(null)
                                    .destination(call.caller)
                                    .replySerial(call.serial));
                }
            }
            default -> {
                Shown shown = shownByParticipant.get(to);
                if (shown != null && main != null) {
                    forward(
                            wayOf(sender),
                            MessageBuilder.copyOf(message).sender(null).destination(shown.daemonName));
                }
            }
        }
    }

    private DaemonConnection wayOf(String sender) {
        Offered its = offered.get(sender);
        return its != null && its.connection != null ? its.connection : main;
    }

    private void ask(String sender, String to, Message call) {
        Question question = new Question(sender, call.serial(), to);
        Shown shown = shownByParticipant.get(to);
        if (shown == null || main == null) {
            if (call.expectsReply()) {
                refuse(question, ErrorNames.UNKNOWN_METHOD, "Nobody takes that call here");
            }
            return;
        }
        DaemonConnection via = wayOf(sender);
        Map<Integer, Question> open = questions.computeIfAbsent(via, v -> new HashMap<>());
        if (call.expectsReply() && open.size() >= MOST_CALLS) {
            refuse(question, ErrorNames.LIMITS_EXCEEDED, "Too many calls wait for their answer there");
            return;
        }
        String destination = shown.names.contains(call.destination()) ? call.destination() : shown.daemonName;
        int number = forward(via, MessageBuilder.copyOf(call).sender(null).destination(destination));
        if (call.expectsReply()) {
            if (number == 0) {
                refuse(question, ErrorNames.NO_REPLY, "The daemon is away");
            } else {
                open.put(number, question);
            }
        }
    }

    /** Sends to the daemon; returns under which serial, or 0 if the daemon has gone. */
    private static int forward(DaemonConnection via, MessageBuilder message) {
        try {
            return via.send(message);
        } catch (IOException over) {
            // Its end is told by who reads from it.
            LOG.log(Level.DEBUG, "The daemon has gone", over);
            return 0;
        }
    }

    // ---------------------------------------------------------------- news from Headway

    @Override
    public void onParticipant(String participant, String node, long pid, long uid) {
        // It matters when it owns a name that is shown there.
    }

    @Override
    public void onGone(String participant) {
        questions.values().forEach(open -> open.values().removeIf(question -> question.caller.equals(participant)));
    }

    @Override
    public void onGap(Gap gap) {
        LOG.log(
                Level.WARNING,
                "{0} signals of {1} ({2}) were not looked at: {3}",
                gap.count(),
                gap.topic(),
                gap.sender(),
                gap.cause());
    }
}
