package headway.gateway;

import headway.bus.port.Ports;
import headway.bus.port.StandIn;
import headway.dbus.MatchRule;
import headway.dbus.Message;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A message bus, as the D-Bus specification ("Message Bus") and its reference implementation have it: who is connected, from the
 * first byte to the last, and what belongs to all. Belongs to the thread of its sockets.
 */
final class Broker implements Sockets.Events {

    private static final Logger LOG = System.getLogger(Broker.class.getName());

    /** So many tasks are done before sockets have their turn. */
    private static final int MOST_TASKS = 64;

    private static final long SOON_MILLIS = 20;
    private static final long LATER_MILLIS = 250;

    final BusSettings settings;
    final Sockets sockets;
    final NameTable names = new NameTable(this::onOwnerChange);
    final Rules rules = new Rules(names, this::onRuleAdded, this::onRuleRemoved);
    final Accounts accounts = new Accounts();
    final PendingCalls pending = new PendingCalls(this);
    final Monitors monitors = new Monitors(this);
    final Brake brake = new Brake(this);
    final Speaker speaker = new Speaker(this);
    final Delivery delivery;
    final Router router;
    final Activation activation;
    private final Intake intake;

    /** Where services that it starts find it; set before anybody connects. */
    String address;

    /** To the other nodes of Headway's bus, or null. */
    private Bridge bridge;

    /** Everybody with a unique name, also elsewhere. */
    private final ByteMap<Client> active = new ByteMap<>();

    private final Set<Client> waitingForHello = new LinkedHashSet<>();
    private final Set<Client> closing = new LinkedHashSet<>();
    private final ConcurrentLinkedQueue<Runnable> posted = new ConcurrentLinkedQueue<>();
    private volatile Thread serving;
    private long nextName;
    private long now;

    Broker(BusSettings settings, Sockets sockets) {
        this.settings = settings;
        this.sockets = sockets;
        delivery = new Delivery(this);
        intake = new Intake(this);
        router = new Router(this);
        activation = new Activation(this, settings.services());
    }

    // ---------------------------------------------------------------- other nodes

    /**
     * Joins the bus of a node, before anybody connects.
     *
     * @param joined completes when the node has joined, or is alone; until then names are not decided
     */
    void join(Ports ports, CompletionStage<?> joined) {
        bridge = new Bridge(this, ports, joined);
    }

    /** The way to other nodes, or null. */
    Bridge bridge() {
        return bridge;
    }

    /** Whether this stands for all who are elsewhere. */
    boolean isWayElsewhere(Client client) {
        return bridge != null && client == bridge.way();
    }

    void onRuleAdded(MatchRule rule) {
        if (bridge != null) {
            bridge.interest().add(rule);
        }
    }

    void onRuleRemoved(MatchRule rule) {
        if (bridge != null) {
            bridge.interest().remove(rule);
        }
    }

    /** Somebody elsewhere is on the bus. */
    void came(Client client) {
        active.put(client.nameBytes, client);
        speaker.ownerChanged(client.name, null, client);
    }

    /** Somebody elsewhere is on the bus no more. */
    void went(Client client) {
        client.state = Client.State.CLOSED;
        releaseNames(client);
        active.remove(client.nameBytes);
        speaker.ownerChanged(client.name, client, null);
        pending.drop(client);
    }

    // ---------------------------------------------------------------- connections

    @Override
    public void onConnection(Stream stream) {
        Sasl sasl = new Sasl(
                settings.guid(), stream.isLocal(), settings.anonymous(), stream.passesDescriptors(), stream::isUser);
        Client client = new Client(stream, sasl, delivery.outbox(), System.nanoTime());
        stream.client(client);
        if (waitingForHello.size() >= settings.limits().unauthenticated()) {
            // The oldest has had the longest time to say who it is.
            close(waitingForHello.iterator().next(), "too many others connect");
        }
        waitingForHello.add(client);
        stream.interest(true, false);
    }

    @Override
    public void onReady(Stream stream, boolean readable, boolean writable) {
        now = System.nanoTime();
        Client client = stream.client();
        try {
            serve(client, readable, writable);
        } catch (RuntimeException unforeseen) {
            // A fault of ours, and only this client's message meets it: the others go on.
            LOG.log(Level.ERROR, "A message of " + client + " could not be dealt with, please report this", unforeseen);
            close(client, "the bus failed");
        }
        delivery.flushAll();
    }

    private void serve(Client client, boolean readable, boolean writable) {
        if (writable && client.state != Client.State.CLOSED) {
            delivery.flush(client);
        }
        if (!readable || client.state == Client.State.CLOSED) {
            return;
        }
        if (client.state == Client.State.CLOSING) {
            intake.drain(client);
        } else {
            // Held back, it is only ready if it has hung up.
            intake.read(client);
        }
    }

    /** Gives a client its unique name. The answer to its Hello comes before what is told about the name. */
    void hello(Client client, Message call) {
        waitingForHello.remove(client);
        client.name(bridge == null ? settings.uniquePrefix() + nextName++ : bridge.join(client.identity));
        client.state = Client.State.ACTIVE;
        active.put(client.nameBytes, client);
        speaker.reply(client, call, "s", client.name);
        speaker.ownerChanged(client.name, null, client);
        speaker.signal(client, "NameAcquired", client.name);
    }

    /** From now on it hears everything that fits, and has no name. */
    void becomeMonitor(Client client, List<MatchRule> wanted) {
        // The reference takes its names in the order it got them, and its unique name was the first.
        speaker.signal(client, "NameLost", client.name);
        speaker.ownerChanged(client.name, client, null);
        List.copyOf(client.names).forEach(name -> names.release(name, client));
        rules.removeAll(client);
        pending.drop(client);
        active.remove(client.nameBytes);
        client.state = Client.State.MONITOR;
        if (bridge != null) {
            bridge.leave(client);
        }
        monitors.add(client, wanted);
    }

    /** It asked for a name, or gives one up; what it sends waits until it is answered. */
    void suspend(Client client) {
        intake.suspend(client);
    }

    /** It was answered: what it has sent meanwhile is dealt with. */
    void resume(Client client) {
        intake.resume(client);
    }

    // ---------------------------------------------------------------- names

    /** The client that owns a name, unique or well-known; or null. */
    Client find(String name) {
        if (name.startsWith(":")) {
            return active.get(name.getBytes(StandardCharsets.UTF_8));
        }
        Name known = names.get(name);
        return known == null ? null : known.owner();
    }

    ByteMap<Client> active() {
        return active;
    }

    int incomplete() {
        return waitingForHello.size();
    }

    private void onOwnerChange(Name name, Client before, Client after) {
        Rules.onChange(name, before, after);
        if (before != null) {
            speaker.signal(before, "NameLost", name.text);
        }
        speaker.ownerChanged(name.text, before, after);
        if (after != null) {
            speaker.signal(after, "NameAcquired", name.text);
            activation.onOwned(name.text);
        }
    }

    /** The newest first, as in the reference. */
    private void releaseNames(Client client) {
        List<Name> owned = new ArrayList<>(client.names);
        for (int i = owned.size() - 1; i >= 0; i--) {
            names.release(owned.get(i), client);
        }
    }

    // ---------------------------------------------------------------- time

    /** When what happens now began to happen, monotonic nanoseconds. */
    long now() {
        return now;
    }

    /** This thread does what is to be done from now on. */
    void serveHere() {
        serving = Thread.currentThread();
    }

    /** Has something done by the thread that serves; for any thread. */
    void post(Runnable task) {
        posted.add(task);
        // The one that serves looks before it waits.
        if (Thread.currentThread() != serving) {
            sockets.wake();
        }
    }

    /** Lets this thread call services of this node for a moment. */
    void lend(StandIn standIn) {
        if (bridge != null) {
            bridge.lend(standIn);
        }
    }

    /** Whether something was posted that is not done yet. */
    boolean isDue() {
        return !posted.isEmpty();
    }

    /**
     * Does what is due.
     *
     * @return milliseconds until there may be something to do again; negative if there is nothing
     */
    long onTime() {
        now = System.nanoTime();
        boolean holding = brake.onTime();
        if (!closing.isEmpty()) {
            closing.stream()
                    .filter(client -> now - client.closeAt >= 0)
                    .toList()
                    .forEach(client -> close(client, "it did not read what was left for it"));
        }
        runPosted();
        activation.onTime(now);
        closeLate();
        delivery.flushAll();
        if (!posted.isEmpty()) {
            return 0;
        }
        if (holding) {
            return SOON_MILLIS;
        }
        return waitingForHello.isEmpty() && closing.isEmpty() && !activation.isStarting() ? -1 : LATER_MILLIS;
    }

    private void runPosted() {
        for (int i = 0; i < MOST_TASKS; i++) {
            Runnable task = posted.poll();
            if (task == null) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException unforeseen) {
                // A fault of ours, and only this task meets it: the bus goes on.
                LOG.log(Level.ERROR, "Something could not be dealt with, please report this", unforeseen);
            }
        }
    }

    private void closeLate() {
        long patience = settings.limits().helloMillis() * 1_000_000L;
        while (!waitingForHello.isEmpty()) {
            Client oldest = waitingForHello.iterator().next();
            if (now - oldest.since < patience) {
                return;
            }
            close(oldest, "it did not say Hello in time");
        }
    }

    // ---------------------------------------------------------------- the end of a connection

    /** The bus ends a connection: it leaves at once, and what is queued for it is still written. */
    void end(Client client, String why) {
        if (client.state == Client.State.CLOSED || client.state == Client.State.CLOSING) {
            return;
        }
        LOG.log(Level.INFO, "{0} is disconnected: {1}", client, why);
        leave(client);
        client.state = Client.State.CLOSING;
        client.closeAt = now + settings.limits().flushMillis() * 1_000_000L;
        closing.add(client);
        delivery.touch(client);
    }

    /** The connection is over, or nothing more is to be written. */
    void close(Client client, String why) {
        if (client.state == Client.State.CLOSED) {
            return;
        }
        if (why != null) {
            LOG.log(Level.DEBUG, "{0} is closed: {1}", client, why);
        }
        if (client.state != Client.State.CLOSING) {
            leave(client);
        }
        client.state = Client.State.CLOSED;
        closing.remove(client);
        client.stream.close();
        Delivery.clear(client);
        if (client.account != null) {
            accounts.close(client.account);
        }
    }

    /** It is on the bus no more: its names, rules and calls go, and others are told. */
    private void leave(Client client) {
        Client.State before = client.state;
        client.state = Client.State.CLOSING;
        waitingForHello.remove(client);
        brake.letGo(client);
        intake.forget(client);
        if (before == Client.State.MONITOR) {
            monitors.remove(client);
        }
        if (before != Client.State.ACTIVE) {
            return;
        }
        rules.removeAll(client);
        releaseNames(client);
        active.remove(client.nameBytes);
        // For monitors only: it hears nothing any more.
        speaker.signal(client, "NameLost", client.name);
        speaker.ownerChanged(client.name, client, null);
        pending.drop(client);
        if (bridge != null) {
            bridge.leave(client);
        }
    }

    /** Ends all connections, at once. */
    void closeAll() {
        List<Client> all = new ArrayList<>(monitors.all());
        active.forEach(all::add);
        all.addAll(waitingForHello);
        all.addAll(closing);
        all.stream().filter(client -> !client.isElsewhere()).forEach(client -> close(client, "the bus ends"));
        if (bridge != null) {
            bridge.close();
        }
        activation.close();
    }
}
