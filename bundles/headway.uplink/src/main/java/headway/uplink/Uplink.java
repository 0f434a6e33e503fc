package headway.uplink;

import headway.bus.Gap;
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
import headway.uplink.Calls.Call;
import headway.uplink.Questions.Question;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A bus between two buses: whoever owns a chosen name at the daemon is a participant of Headway's bus, and whoever owns a chosen
 * name there has a connection of its own to the daemon; messages pass between them. One thread owns the state, others post.
 */
final class Uplink implements PortListener, DaemonConnection.Listener, HeadwayNames.Opener, AutoCloseable {

    private static final Logger LOG = System.getLogger(Uplink.class.getName());

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final Path socket;
    private final ScheduledExecutorService thread;
    private final Port port;
    private final DaemonNames daemonNames;
    private final HeadwayNames headwayNames;
    private final Questions questions;
    private final Calls calls = new Calls();
    private final Backlog backlog = new Backlog();

    /** Speaks on Headway for those of the daemon who are not shown. */
    private final String agent;

    /** All that are open or being opened; for any thread. */
    private final Set<DaemonConnection> connections = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** Null while the daemon is away. */
    private DaemonConnection main;

    private long pause = FIRST_PAUSE_MILLIS;
    private int serial;
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
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread owner = new Thread(task, "headway-uplink");
            owner.setDaemon(true);
            return owner;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.thread = executor;
        this.port = ports.open(this::post, this);
        this.daemonNames = new DaemonNames(fromDaemon, port, this::post, this::onHidden);
        this.headwayNames = new HeadwayNames(toDaemon, port, this);
        this.questions = new Questions(daemonNames::ownerOf);
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
        } catch (RejectedExecutionException ended) {
            // Nobody is left to do it for.
            LOG.log(Level.DEBUG, "After the end", ended);
        }
    }

    @Override
    public void close() {
        closed = true;
        // Its thread may be writing to a daemon that does not read; this ends that.
        connections.forEach(DaemonConnection::close);
        post(() -> {
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
            later(this::connect);
        });
    }

    private void connected(DaemonConnection connection) {
        LOG.log(Level.INFO, "Joined the D-Bus daemon at {0} as {1}", socket, connection.name());
        main = connection;
        pause = FIRST_PAUSE_MILLIS;
        daemonNames.begin(connection);
        headwayNames.begin();
    }

    /** Connects on a thread of its own: it may take as long as the daemon likes. */
    @Override
    public void open(Consumer<DaemonConnection> then, Consumer<Exception> otherwise) {
        Thread opener = new Thread(() -> open(new DaemonConnection(this), then, otherwise), "headway-uplink-connect");
        opener.setDaemon(true);
        opener.start();
    }

    private void open(DaemonConnection connection, Consumer<DaemonConnection> then, Consumer<Exception> otherwise) {
        connections.add(connection);
        try {
            connection.open(socket);
            post(() -> then.accept(connection));
        } catch (IOException | RuntimeException refusal) {
            connections.remove(connection);
            post(() -> otherwise.accept(refusal));
        }
        if (closed) {
            connection.close();
        }
    }

    @Override
    public void later(Runnable task) {
        try {
            ScheduledFuture<?> unused = thread.schedule(() -> post(task), pause, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            LOG.log(Level.DEBUG, "After the end", ended);
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }

    @Override
    public void onEnd(DaemonConnection of) {
        connections.remove(of);
        post(() -> ended(of));
    }

    private void ended(DaemonConnection connection) {
        if (closed) {
            return;
        }
        headwayNames.ended(connection);
        questions.endOf(connection).forEach(this::tellNoReply);
        calls.forget(connection);
        if (connection != main) {
            return;
        }
        LOG.log(Level.WARNING, "The D-Bus daemon at {0} is away; its names vanish until it is back", socket);
        main = null;
        daemonNames.end();
        headwayNames.end();
        later(this::connect);
    }

    // ---------------------------------------------------------------- news

    private void onHidden(Shown gone) {
        questions.leftBy(gone.participant).forEach(this::tellNoReply);
        // After the answers that wait for room.
        backlog.give(() -> {
            port.leave(gone.participant);
            return Outcome.SENT;
        });
    }

    private void onOwnerChanged(String name, String owner) {
        if (daemonNames.chooses(name)) {
            // What came from Headway is not shown to it again.
            daemonNames.owner(name, headwayNames.ofDaemon(owner) != null ? "" : owner);
        } else if (name.startsWith(":") && owner.isEmpty()) {
            calls.forgetCaller(name);
        }
    }

    @Override
    public void onName(String name, List<NameClaim> queue) {
        if (headwayNames.chooses(name)) {
            String owner = queue.isEmpty() ? "" : queue.get(0).participant();
            // What came from the daemon is not shown to it again.
            headwayNames.owner(name, daemonNames.ofHeadway(owner) != null ? "" : owner);
        }
    }

    @Override
    public void onParticipant(String participant, String node, long pid, long uid) {
        // It matters when it owns a name that is shown there.
    }

    @Override
    public void onGone(String participant) {
        questions.forgetCaller(participant);
    }

    @Override
    public void onGap(Gap gap) {
        LOG.log(
                Level.WARNING,
                "Signals of {1} ({2}) were not looked at: {0} ({3})",
                gap.howMany(),
                gap.topic(),
                gap.sender(),
                gap.cause());
    }

    @Override
    public void onRoom() {
        backlog.onRoom();
    }

    // ---------------------------------------------------------------- messages from the daemon

    @Override
    public void onMessage(DaemonConnection from, Message message) {
        post(() -> {
            try {
                take(from, message);
            } finally {
                backlog.then(() -> from.handled(message));
            }
        });
    }

    private void take(DaemonConnection from, Message message) {
        switch (message.type()) {
            case SIGNAL -> takeSignal(from, message);
            case METHOD_CALL -> takeCall(from, message);
            case METHOD_RETURN, ERROR -> takeAnswer(from, message);
            default -> LOG.log(Level.DEBUG, "Ignored: {0}", message);
        }
    }

    private void takeSignal(DaemonConnection from, Message message) {
        if (from != main || message.has(HeaderField.DESTINATION)) {
            return;
        }
        if (DaemonConnection.BUS.equals(message.sender())) {
            if ("NameOwnerChanged".equals(message.member())) {
                onOwnerChanged(
                        (String) message.body().get(0), (String) message.body().get(2));
            }
            return;
        }
        Shown shown = daemonNames.ofDaemon(message.sender());
        if (shown != null && shown.participant != null) {
            String topic = port.topic(message.path(), message.interfaceName(), message.member());
            if (topic != null) {
                byte[] bytes = bytes(MessageBuilder.copyOf(message).sender(shown.participant));
                backlog.give(() -> port.publish(topic, bytes, 0, bytes.length));
            }
        }
    }

    private void takeCall(DaemonConnection from, Message call) {
        Offered its = headwayNames.ofDaemon(from.name());
        boolean expected = call.expectsReply();
        if (its == null || (expected && !calls.hasRoom())) {
            if (expected) {
                String error = its == null ? ErrorNames.UNKNOWN_METHOD : ErrorNames.LIMITS_EXCEEDED;
                int unused = forward(from, MessageBuilder.error(call, error, "Nobody takes that call here"));
            }
            return;
        }
        Shown caller = daemonNames.ofDaemon(call.sender());
        String destination = its.names.contains(call.destination()) ? call.destination() : its.participant;
        int number = nextSerial();
        if (expected) {
            calls.add(number, new Call(from, call.sender(), call.serial(), its.participant));
        }
        byte[] bytes = MessageBuilder.copyOf(call)
                .serial(number)
                .sender(caller != null && caller.participant != null ? caller.participant : agent)
                .destination(destination)
                .build()
                .bytes();
        String to = its.participant;
        backlog.give(() -> port.send(to, bytes, 0, bytes.length));
    }

    private void takeAnswer(DaemonConnection from, Message answer) {
        Question question = questions.settle(from, answer);
        if (question != null) {
            send(
                    question.caller(),
                    MessageBuilder.copyOf(answer)
                            .sender(question.participant())
                            .destination(question.caller())
                            .replySerial(question.serial()));
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
        backlog.give(() -> port.send(to, bytes, 0, bytes.length));
    }

    private void refuse(Question question, String error, String text) {
        send(
                question.caller(),
                MessageBuilder.error(error)
                        .flags(Message.NO_REPLY_EXPECTED)
                        .replySerial(question.serial())
                        .sender(question.participant())
                        .destination(question.caller())
                        .body("s", text));
    }

    private void tellNoReply(Question question) {
        refuse(question, ErrorNames.NO_REPLY, "It left its bus, or that bus is away, before it answered");
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
            emit(sender, message);
            return;
        }
        switch (message.type()) {
            case METHOD_CALL -> ask(sender, to, message);
            case METHOD_RETURN, ERROR -> answer(sender, message);
            default -> tell(sender, to, message);
        }
    }

    /** A signal for everybody. */
    private void emit(String sender, Message signal) {
        Offered its = headwayNames.ofHeadway(sender);
        if (its != null && its.connection != null) {
            int unused = forward(its.connection, MessageBuilder.copyOf(signal).sender(null));
        }
    }

    /** A signal for one. */
    private void tell(String sender, String to, Message signal) {
        Shown shown = daemonNames.ofHeadway(to);
        if (shown != null && main != null) {
            int unused = forward(
                    wayOf(sender), MessageBuilder.copyOf(signal).sender(null).destination(shown.daemonName));
        }
    }

    private void answer(String sender, Message answer) {
        Call call = calls.settle(sender, answer);
        if (call != null) {
            int unused = forward(
                    call.via(),
                    MessageBuilder.copyOf(answer)
                            .sender(null)
                            .destination(call.caller())
                            .replySerial(call.serial()));
        }
    }

    private void ask(String sender, String to, Message call) {
        Shown shown = daemonNames.ofHeadway(to);
        boolean expected = call.expectsReply();
        if (shown == null || main == null) {
            if (expected) {
                refuse(
                        new Question(sender, call.serial(), to, null, null),
                        ErrorNames.UNKNOWN_METHOD,
                        "Nobody takes that call here");
            }
            return;
        }
        String destination = shown.names.contains(call.destination()) ? call.destination() : shown.daemonName;
        Question question = new Question(sender, call.serial(), to, shown.daemonName, destination);
        DaemonConnection via = wayOf(sender);
        if (expected && !questions.hasRoom(via)) {
            refuse(question, ErrorNames.LIMITS_EXCEEDED, "Too many calls wait for their answer there");
            return;
        }
        int number = forward(via, MessageBuilder.copyOf(call).sender(null).destination(destination));
        if (expected && number == 0) {
            refuse(question, ErrorNames.NO_REPLY, "The daemon is away");
        } else if (expected) {
            questions.add(via, number, question);
        }
    }

    private DaemonConnection wayOf(String sender) {
        Offered its = headwayNames.ofHeadway(sender);
        return its != null && its.connection != null ? its.connection : main;
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
}
