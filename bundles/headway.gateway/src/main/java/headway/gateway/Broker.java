package headway.gateway;

import headway.bus.port.Ports;
import headway.dbus.ErrorNames;
import headway.dbus.HeaderField;
import headway.dbus.InvalidMessageException;
import headway.dbus.MatchRule;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Routes messages between clients, as the D-Bus specification ("Message Bus") and its reference implementation say. Belongs
 * to the thread of its sockets.
 *
 * <p>A client that sends faster than its receivers read is not read from for a moment, until they have caught up; a receiver
 * that does not catch up in that moment holds nobody back any more, and is dealt with when its account is empty
 * ({@link Account}).
 */
final class Broker implements Sockets.Events {

    private static final Logger LOG = System.getLogger(Broker.class.getName());

    private static final byte[] DRIVER = Driver.NAME.getBytes(StandardCharsets.ISO_8859_1);
    /** What who has no name yet is called. */
    private static final String NO_NAME = ":not.active.yet";

    private static final byte[] NOT_ACTIVE = NO_NAME.getBytes(StandardCharsets.ISO_8859_1);
    /** So many can come with one message: the kernel's own limit. */
    private static final int MOST_DESCRIPTORS = 253;

    private static final int MOST_UNREAD_ANSWERS = 64 << 10;

    private static final int READ_SIZE = 128 << 10;

    /** So much may wait for a receiver before it holds back those who send to it, and so little before it does no more. */
    private static final long HIGH_WATER = 512 << 10;

    private static final long LOW_WATER = 128 << 10;
    private static final long HOLD_NANOS = 100_000_000L;
    /** What all that waits to be written may take, and half of it what comes in and is not whole: of all users together. */
    private static final long MEMORY = 96L << 20;
    /** So many tasks are done before sockets have their turn. */
    private static final int MOST_TASKS = 64;

    final BusSettings settings;
    final Sockets sockets;
    final NameTable names = new NameTable(this::onOwnerChange);
    final Rules rules = new Rules(names, this::onRuleAdded, this::onRuleRemoved);
    final Accounts accounts = new Accounts();
    final Activation activation;
    private final Driver driver;

    /** To the other nodes of Headway's bus, or null. */
    private Bridge bridge;

    private final Chunks chunks;
    private final Chunk arrivals;
    private final byte[] received = new byte[READ_SIZE];
    private final HeaderWriter header = new HeaderWriter();
    private final MessageKeys keys = new MessageKeys();
    private final Receivers receivers = new Receivers();
    private final List<Client> monitors = new ArrayList<>();

    private final ByteMap<Client> active = new ByteMap<>();
    private final Set<Client> waitingForHello = new LinkedHashSet<>();
    private final Set<Client> closing = new LinkedHashSet<>();
    private final Set<Client> holders = new LinkedHashSet<>();
    private final List<Client> dirty = new ArrayList<>();
    private final List<Client> doomed = new ArrayList<>();
    private final List<PendingCall> spareCalls = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> posted = new ConcurrentLinkedQueue<>();
    /** Of all users: what has come of messages that are not whole. */
    private long partialBytes;

    private long nextName;
    private int serial;
    private long now;

    Broker(BusSettings settings, Sockets sockets) {
        this.settings = settings;
        this.sockets = sockets;
        chunks = new Chunks(sockets::chunk, MEMORY);
        arrivals = sockets.chunk(READ_SIZE);
        driver = new Driver(this);
        activation = new Activation(this, settings.services());
    }

    /**
     * Joins the bus of a node, before anybody connects.
     *
     * @param joined completes when the node has joined, or is alone; until then names are not decided
     */
    void join(Ports ports, CompletionStage<?> joined) {
        bridge = new Bridge(this, ports, joined, new Outbox(chunks));
    }

    /** The way to other nodes, or null. */
    Bridge bridge() {
        return bridge;
    }

    private void onRuleAdded(MatchRule rule) {
        if (bridge != null) {
            bridge.interest().add(rule);
        }
    }

    private void onRuleRemoved(MatchRule rule) {
        if (bridge != null) {
            bridge.interest().remove(rule);
        }
    }

    // ---------------------------------------------------------------- connections

    @Override
    public void onConnection(Stream stream) {
        Sasl sasl = new Sasl(
                settings.guid(), settings.anonymous(), sockets.passesDescriptors(), uid -> isUser(stream, uid));
        Client client = new Client(stream, sasl, new Outbox(chunks), System.nanoTime());
        stream.client(client);
        if (waitingForHello.size() >= settings.limits().unauthenticated()) {
            // The oldest has had the longest time to say who it is.
            close(waitingForHello.iterator().next(), "too many others connect");
        }
        waitingForHello.add(client);
        stream.interest(true, false);
    }

    private static boolean isUser(Stream stream, long uid) {
        return stream.isUser(uid);
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
        flushAll();
    }

    private void serve(Client client, boolean readable, boolean writable) {
        if (writable && client.state != Client.State.CLOSED) {
            client.full = false;
            flush(client);
        }
        if (readable && client.state != Client.State.CLOSED) {
            if (client.state == Client.State.CLOSING) {
                drain(client);
            } else {
                // Held back, it is only ready if it has hung up.
                read(client);
            }
        }
    }

    /** Somebody who is being closed still sends: nobody listens, but the end must be noticed. */
    private void drain(Client client) {
        if (client.stream.read(arrivals, null) == Stream.ENDED) {
            close(client, "it has gone");
        }
    }

    private void read(Client client) {
        IntQueue descriptors = client.takesDescriptors() ? client.arrivedDescriptors : null;
        int count = client.stream.read(arrivals, descriptors);
        if (count == Stream.NOTHING) {
            return;
        }
        if (count == Stream.ENDED) {
            close(client, "it has gone");
            return;
        }
        arrivals.bytes.get(0, received, 0, count);
        int from = 0;
        if (client.state == Client.State.AUTHENTICATING) {
            from = authenticate(client, count);
            if (from == count || client.state == Client.State.CLOSING || client.state == Client.State.CLOSED) {
                return;
            }
        }
        try {
            if (client.partial == null) {
                int rest = messages(client, received, from, count);
                keep(client, received, rest, count);
            } else {
                complete(client, from, count);
            }
            // What came with a message that is not whole may wait for it; more belongs to no message.
            if (client.arrivedDescriptors.size() > MOST_DESCRIPTORS) {
                end(client, "it sent more descriptors than its messages have");
            }
        } catch (InvalidMessageException invalid) {
            end(client, "it sent what is no message: " + invalid.getMessage());
        }
    }

    private int authenticate(Client client, int count) {
        int taken = client.sasl.feed(received, 0, count);
        byte[] answers = client.sasl.answers();
        client.outbox.put(answers, 0, answers.length);
        touch(client);
        if (client.sasl.state() == Sasl.State.BROKEN || client.outbox.size() > MOST_UNREAD_ANSWERS) {
            end(client, "it did not authenticate as the specification says");
        } else if (client.sasl.state() == Sasl.State.DONE) {
            authenticated(client);
        }
        return taken;
    }

    private void authenticated(Client client) {
        try {
            client.identity = client.stream.identity();
        } catch (IOException gone) {
            end(client, "who it is cannot be told: " + gone.getMessage());
            return;
        }
        if (client.sasl.anonymous()) {
            // It did not say who it is, so it is nobody, whatever the kernel knows.
            client.identity = new Identity(client.identity.pid(), Identity.UNKNOWN, null, null);
        } else if (!settings.admits(client.identity)) {
            end(client, "user " + client.identity.uid() + " is not admitted");
            return;
        }
        long uid = client.identity.uid();
        client.account = accounts.open(uid);
        client.state = Client.State.UNNAMED;
        if (client.account.connections > settings.limits().connectionsPerUser()) {
            end(client, "user " + uid + " has too many connections");
        }
    }

    // ---------------------------------------------------------------- bytes to messages

    /** Dispatches whole messages; returns where what is left begins. */
    private int messages(Client client, byte[] array, int from, int to) {
        int at = from;
        while (at < to && client.isThere() && !client.asking) {
            int length = Message.length(array, at, to - at);
            if (length > settings.limits().messageBytes()) {
                throw new InvalidMessageException(
                        "message of " + length + " bytes, at most "
                                + settings.limits().messageBytes() + " are taken here",
                        0);
            }
            if (length == Message.NEED_MORE || length > to - at) {
                break;
            }
            message(client, Message.parse(array, at, length).validate());
            at += length;
        }
        return at;
    }

    /** Keeps the beginning of a message until the rest comes. */
    private void keep(Client client, byte[] array, int from, int to) {
        if (from < to && client.isThere()) {
            client.partial = Arrays.copyOfRange(array, from, Math.max(to, from + 64));
            client.partialLength = to - from;
            charge(client, client.partial.length);
        }
    }

    private void charge(Client client, int bytes) {
        client.account.bytes += bytes;
        partialBytes += bytes;
    }

    private void complete(Client client, int from, int to) {
        int count = to - from;
        int size = client.partialLength + count;
        if (client.partial.length < size) {
            if (client.account.bytes + size > settings.limits().bytesPerUser() || partialBytes + size > MEMORY / 2) {
                end(client, "it or its user has too much waiting in the bus");
                return;
            }
            // As it comes, never as it is claimed: twice as much as there is, but not more than the message has.
            int wanted = Message.length(client.partial, 0, client.partialLength);
            int capacity = Math.max(size, Math.min(size * 2, wanted + READ_SIZE));
            charge(client, capacity - client.partial.length);
            client.partial = Arrays.copyOf(client.partial, capacity);
        }
        System.arraycopy(received, from, client.partial, client.partialLength, count);
        client.partialLength = size;
        byte[] array = client.partial;
        int rest = messages(client, array, 0, size);
        if (!client.isThere()) {
            return;
        }
        if (rest > 0) {
            dropPartial(client);
            keep(client, array, rest, size);
        }
    }

    /** It asked for a name, or gives one up; what it sends waits until it is answered. */
    void suspend(Client client) {
        client.asking = true;
        if (client.held++ == 0) {
            interest(client);
        }
    }

    /** It was answered: what it has sent meanwhile is dealt with. */
    void resume(Client client) {
        client.asking = false;
        if (!client.isThere()) {
            return;
        }
        if (--client.held == 0) {
            interest(client);
        }
        byte[] array = client.partial;
        int size = client.partialLength;
        if (array == null) {
            return;
        }
        try {
            int rest = messages(client, array, 0, size);
            if (rest > 0 && client.isThere()) {
                dropPartial(client);
                keep(client, array, rest, size);
            }
        } catch (InvalidMessageException invalid) {
            end(client, "it sent what is no message: " + invalid.getMessage());
        }
    }

    private void dropPartial(Client client) {
        if (client.partial != null) {
            charge(client, -client.partial.length);
            client.partial = null;
            client.partialLength = 0;
        }
    }

    private void message(Client client, Message message) {
        int count = message.unixFds();
        if (count == 0) {
            dispatch(client, message, null);
            return;
        }
        if (count < 0 || count > client.arrivedDescriptors.size()) {
            throw new InvalidMessageException(
                    "message of " + Integer.toUnsignedString(count) + " descriptors, but "
                            + client.arrivedDescriptors.size() + " came along",
                    0);
        }
        Descriptors descriptors = new Descriptors(client.arrivedDescriptors.take(count), sockets);
        try {
            dispatch(client, message, descriptors);
        } finally {
            descriptors.release();
        }
    }

    // ---------------------------------------------------------------- routing

    private void dispatch(Client client, Message message, Descriptors descriptors) {
        if (client.state == Client.State.MONITOR) {
            end(client, "a monitor must not send messages");
            return;
        }
        boolean named = client.state == Client.State.ACTIVE;
        header.write(message, named ? client.nameBytes : NOT_ACTIVE);
        if (!message.has(HeaderField.DESTINATION)) {
            withoutDestination(client, message, descriptors);
            return;
        }
        boolean forDriver = message.matches(HeaderField.DESTINATION, DRIVER);
        Client to = forDriver ? null : destination(message);
        capture(client, to, message, descriptors);
        try {
            if (forDriver) {
                toDriver(client, message, descriptors);
            } else if (named) {
                unicast(client, to, message, descriptors);
            } else {
                end(client, "it sent to others before it said Hello");
            }
        } catch (BusError refused) {
            error(client, message, refused);
        }
    }

    private void withoutDestination(Client client, Message message, Descriptors descriptors) {
        if (message.type() == MessageType.SIGNAL) {
            capture(client, null, message, descriptors);
            if (client.state == Client.State.ACTIVE) {
                broadcast(client, message, descriptors);
                if (bridge != null && descriptors == null) {
                    publish(client, message);
                }
            } else {
                end(client, "it sent to others before it said Hello");
            }
        } else if (message.type() == MessageType.METHOD_CALL) {
            driver.withoutDestination(client, message);
        }
    }

    private void toDriver(Client client, Message message, Descriptors descriptors) throws BusError {
        if (message.type() == MessageType.UNKNOWN) {
            throw unknownType();
        }
        driver.handle(client, message);
        if (client.state == Client.State.ACTIVE) {
            header.write(message, client.nameBytes);
            eavesdrop(client, null, message, descriptors);
        }
    }

    private static BusError unknownType() {
        return new BusError(ErrorNames.ACCESS_DENIED, "Message bus will not accept messages of unknown type\n");
    }

    private void unicast(Client from, Client to, Message message, Descriptors descriptors) throws BusError {
        if (to == null) {
            if ((message.flags() & Message.NO_AUTO_START) != 0) {
                throw new BusError(
                        ErrorNames.NAME_HAS_NO_OWNER, "Name \"" + message.destination() + "\" does not exist");
            }
            activation.start(message.destination(), from, message, descriptors);
            return;
        }
        boolean answer = false;
        switch (message.type()) {
            case METHOD_RETURN, ERROR -> {
                answer = true;
                if (!answered(from, to, message)) {
                    throw new BusError(
                            ErrorNames.ACCESS_DENIED,
                            "Rejected send message: " + from + " answers a call that " + to + " did not make");
                }
            }
            case METHOD_CALL -> {
                if (message.expectsReply()) {
                    checkCall(from, message);
                }
            }
            case UNKNOWN -> throw unknownType();
            default -> {}
        }
        if (descriptors != null && !to.takesDescriptors()) {
            throw new BusError(
                    ErrorNames.NOT_SUPPORTED,
                    "Tried to send message with Unix file descriptorsto a client that doesn't support that.");
        }
        Account payer = answer ? to.account : from.account;
        if (fits(to, payer, header.length() + message.bodyLength(), descriptors)) {
            deliver(to, payer, message, descriptors);
            hold(from, to);
        } else if (answer) {
            doom(to, "it does not read its answers");
        } else {
            throw new BusError(
                    ErrorNames.LIMITS_EXCEEDED,
                    "Rejected: destination has a full message queue, or the sender has too much waiting in the bus");
        }
        if (message.expectsReply()) {
            expect(from, to, message.serial());
        }
        eavesdrop(from, to, message, descriptors);
    }

    /** The client with the name that a message is sent to, or null. */
    private Client destination(Message message) {
        int at = message.offset() + message.fieldOffset(HeaderField.DESTINATION);
        int length = message.fieldLength(HeaderField.DESTINATION);
        if (message.array()[at] == ':') {
            return active.get(message.array(), at, length);
        }
        Name name = names.get(message.array(), at, length);
        return name == null ? null : name.owner();
    }

    /** Sends on what waited for a service that is there now. */
    void routeLate(Client from, Message message, Descriptors descriptors) {
        if (from.state != Client.State.ACTIVE) {
            return;
        }
        header.write(message, from.nameBytes);
        try {
            unicast(from, destination(message), message, descriptors);
        } catch (BusError refused) {
            error(from, message, refused);
        }
    }

    /** To other nodes, if somebody there wants it. */
    private void publish(Client from, Message message) {
        byte[] topic = bridge.wanted(message);
        if (topic == null) {
            return;
        }
        Client way = bridge.way();
        if (fits(way, from.account, topic.length + header.length() + message.bodyLength(), null)) {
            put(way, from.account, topic, message);
            hold(from, way);
        } else {
            LOG.log(Level.WARNING, "A signal of {0} is lost to other nodes: too much waits for them already", from);
        }
    }

    // ---------------------------------------------------------------- from other nodes

    /** A message from elsewhere: for everybody if {@code to} is null. */
    void arrived(Client from, Client to, Message message) {
        header.write(message, from.nameBytes);
        capture(from, to, message, null);
        if (to == null) {
            broadcast(from, message, null);
            return;
        }
        Client answerer = answersFor(from, to, message);
        if (answerer != from) {
            header.write(message, DRIVER);
        }
        try {
            unicast(answerer, to, message, null);
        } catch (BusError refused) {
            if (message.expectsReply()) {
                error(from, message, refused);
            }
        }
    }

    /** Whose answer it is: a node says for its participants that none will come. */
    private static Client answersFor(Client from, Client to, Message message) {
        if (message.type() != MessageType.ERROR || !from.isNode()) {
            return from;
        }
        PendingCall call = to.calls.get(message.replySerial());
        return call != null && call.callee.isElsewhere() ? call.callee : from;
    }

    /** Somebody elsewhere is on the bus. */
    void came(Client client) {
        active.put(client.nameBytes, client);
        tellOwnerChange(client.name, null, client);
    }

    /** Somebody elsewhere is on the bus no more. */
    void went(Client client) {
        client.state = Client.State.CLOSED;
        List<Name> owned = new ArrayList<>(client.names);
        for (int i = owned.size() - 1; i >= 0; i--) {
            names.release(owned.get(i), client);
        }
        active.remove(client.nameBytes);
        tellOwnerChange(client.name, client, null);
        dropCalls(client);
    }

    private void broadcast(Client from, Message message, Descriptors descriptors) {
        receivers.reset();
        rules.match(message, keys.reset(message), from, receivers);
        toReceivers(from, message, descriptors);
    }

    /** To those who listen to what is meant for others. */
    private void eavesdrop(Client from, Client to, Message message, Descriptors descriptors) {
        receivers.reset();
        if (to != null) {
            receivers.exclude(to);
        }
        rules.eavesdrop(message, from, to, receivers);
        toReceivers(from, message, descriptors);
    }

    private void toReceivers(Client from, Message message, Descriptors descriptors) {
        int bytes = header.length() + message.bodyLength();
        for (int i = 0; i < receivers.size(); i++) {
            Client to = receivers.get(i);
            if (!to.isThere() || (descriptors != null && !to.takesDescriptors())) {
                continue;
            }
            if (fits(to, to.account, bytes, descriptors)) {
                deliver(to, to.account, message, descriptors);
                if (from != null) {
                    hold(from, to);
                }
            } else {
                doom(to, "it does not read what it subscribed to");
            }
        }
    }

    private boolean fits(Client to, Account payer, int bytes, Descriptors descriptors) {
        Limits limits = settings.limits();
        return payer.bytes + bytes <= limits.bytesPerUser()
                // One client may not take all that its user has.
                && to.outbox.size() + bytes <= Math.max(limits.bytesPerUser() / 2, bytes)
                && chunks.holds(bytes)
                && (descriptors == null || payer.descriptors + descriptors.count() <= limits.descriptorsPerUser());
    }

    private void deliver(Client to, Account payer, Message message, Descriptors descriptors) {
        if (to.isElsewhere()) {
            put(to.way, payer, bridge.preface(to), message);
            return;
        }
        if (descriptors != null) {
            to.outbox.mark(descriptors, payer);
        }
        to.outbox.put(header.bytes(), 0, header.length());
        to.outbox.put(message.array(), message.offset() + message.bodyOffset(), message.bodyLength());
        to.outbox.charge(payer, header.length() + message.bodyLength());
        touch(to);
    }

    /** Puts a message on its way to other nodes, after what says where to. */
    private void put(Client way, Account payer, byte[] preface, Message message) {
        way.outbox.put(preface, 0, preface.length);
        way.outbox.put(header.bytes(), 0, header.length());
        way.outbox.put(message.array(), message.offset() + message.bodyOffset(), message.bodyLength());
        way.outbox.charge(payer, preface.length + header.length() + message.bodyLength());
        touch(way);
    }

    // ---------------------------------------------------------------- answers

    private void checkCall(Client from, Message message) throws BusError {
        if (from.calls.get(message.serial()) != null) {
            throw new BusError(
                    ErrorNames.ACCESS_DENIED,
                    "Message has the same reply serial as a currently-outstanding existing method call");
        }
        if (from.account.calls >= settings.limits().callsPerUser()) {
            throw new BusError(
                    ErrorNames.LIMITS_EXCEEDED, "The maximum number of pending replies per user has been reached");
        }
    }

    private void expect(Client caller, Client callee, int callSerial) {
        PendingCall call = spareCalls.isEmpty() ? new PendingCall() : spareCalls.remove(spareCalls.size() - 1);
        call.caller = caller;
        call.callee = callee;
        call.serial = callSerial;
        caller.calls.put(call);
        caller.account.calls++;
        callee.owes.add(call);
    }

    /** Whether this answers a call, which is settled then. */
    private boolean answered(Client callee, Client caller, Message message) {
        PendingCall call = caller.calls.get(message.replySerial());
        if (call == null || call.callee != callee) {
            return false;
        }
        forget(call);
        return true;
    }

    private void forget(PendingCall call) {
        call.unlink();
        call.caller.calls.remove(call.serial);
        call.caller.account.calls--;
        call.caller = null;
        call.callee = null;
        if (spareCalls.size() < 1024) {
            spareCalls.add(call);
        }
    }

    // ---------------------------------------------------------------- what the bus itself sends

    int nextSerial() {
        serial = serial == -1 ? 1 : serial + 1;
        return serial;
    }

    /** Answers a call to the bus. */
    void reply(Client client, Message call, String signature, Object... values) {
        send(
                client,
                MessageBuilder.reply(call)
                        .serial(nextSerial())
                        .sender(Driver.NAME)
                        .destination(client.name)
                        .body(signature, values)
                        .build(),
                null);
    }

    void error(Client client, Message call, BusError error) {
        send(
                client,
                MessageBuilder.error(call, error.name(), error.getMessage())
                        .serial(nextSerial())
                        .sender(Driver.NAME)
                        .destination(client.name == null ? NO_NAME : client.name)
                        .build(),
                null);
    }

    private void signal(Client client, String member, String name) {
        if (client.isElsewhere()) {
            // Its own node tells it.
            return;
        }
        send(
                client,
                MessageBuilder.signal(Driver.PATH, Driver.INTERFACE, member)
                        .serial(nextSerial())
                        .flags(Message.NO_REPLY_EXPECTED)
                        .sender(Driver.NAME)
                        .destination(client.name)
                        .body("s", name)
                        .build(),
                null);
    }

    /** Sends what the bus says to one client, and to monitors. */
    void send(Client to, Message message, Descriptors descriptors) {
        header.write(message, DRIVER);
        capture(null, to, message, descriptors);
        if (!to.isThere()) {
            return;
        }
        if (to.isElsewhere()) {
            // In the name of the node, which is what a bus is to those elsewhere.
            header.write(message, null);
        }
        if (fits(to, to.account, header.length() + message.bodyLength(), descriptors)) {
            deliver(to, to.account, message, descriptors);
            hold(to, to);
        } else {
            doom(to, "it does not read its answers");
        }
    }

    private void onOwnerChange(Name name, Client before, Client after) {
        Rules.onChange(name, before, after);
        if (before != null) {
            signal(before, "NameLost", name.text);
        }
        tellOwnerChange(name.text, before, after);
        if (after != null) {
            signal(after, "NameAcquired", name.text);
            activation.onOwned(name.text);
        }
    }

    private void tellOwnerChange(String name, Client before, Client after) {
        Message message = MessageBuilder.signal(Driver.PATH, Driver.INTERFACE, "NameOwnerChanged")
                .serial(nextSerial())
                .flags(Message.NO_REPLY_EXPECTED)
                .sender(Driver.NAME)
                .body("sss", name, before == null ? "" : before.name, after == null ? "" : after.name)
                .build();
        header.write(message, DRIVER);
        capture(null, null, message, null);
        receivers.reset();
        rules.match(message, keys.reset(message), null, receivers);
        toReceivers(null, message, null);
    }

    // ---------------------------------------------------------------- names of connections

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

    /** Gives a client its unique name. The answer to its Hello comes before what is told about the name. */
    void hello(Client client, Message call) {
        waitingForHello.remove(client);
        client.name(bridge == null ? settings.uniquePrefix() + nextName++ : bridge.join(client.identity));
        client.state = Client.State.ACTIVE;
        active.put(client.nameBytes, client);
        reply(client, call, "s", client.name);
        tellOwnerChange(client.name, null, client);
        signal(client, "NameAcquired", client.name);
    }

    // ---------------------------------------------------------------- monitors

    /** From now on it hears everything that fits, and has no name. */
    void becomeMonitor(Client client, List<MatchRule> wanted) {
        // The reference takes its names in the order it got them, and its unique name was the first.
        signal(client, "NameLost", client.name);
        tellOwnerChange(client.name, client, null);
        List.copyOf(client.names).forEach(name -> names.release(name, client));
        rules.removeAll(client);
        dropCalls(client);
        active.remove(client.nameBytes);
        client.state = Client.State.MONITOR;
        client.monitored = wanted;
        if (bridge != null) {
            bridge.leave(client);
            wanted.forEach(bridge.interest()::add);
        }
        monitors.add(client);
    }

    /** Shows a message, whose header is written already, to the monitors that want it. */
    private void capture(Client from, Client to, Message message, Descriptors descriptors) {
        for (int i = 0; i < monitors.size(); i++) {
            Client monitor = monitors.get(i);
            if (!monitor.isThere() || !wants(monitor, message, from, to)) {
                continue;
            }
            int bytes = header.length() + message.bodyLength();
            if (descriptors != null && !monitor.takesDescriptors()) {
                continue;
            }
            if (fits(monitor, monitor.account, bytes, descriptors)) {
                deliver(monitor, monitor.account, message, descriptors);
                if (from != null) {
                    hold(from, monitor);
                }
            } else {
                doom(monitor, "it does not read what it monitors");
            }
        }
    }

    private boolean wants(Client monitor, Message message, Client from, Client to) {
        for (MatchRule rule : monitor.monitored) {
            if (rules.fits(rule, message, from, to)) {
                return true;
            }
        }
        return false;
    }

    // ---------------------------------------------------------------- writing

    private void touch(Client client) {
        if (!client.dirty && !client.full) {
            client.dirty = true;
            dirty.add(client);
        }
    }

    private void flushAll() {
        // Ending one is told to others, who may be ended by that or have something to write: the lists may grow.
        for (int i = 0; i < doomed.size(); i++) {
            end(doomed.get(i), doomed.get(i).doom);
        }
        doomed.clear();
        for (int i = 0; i < dirty.size(); i++) {
            Client client = dirty.get(i);
            client.dirty = false;
            if (client.state != Client.State.CLOSED && !client.full) {
                flush(client);
            }
        }
        dirty.clear();
        if (!doomed.isEmpty()) {
            flushAll();
        }
    }

    private void flush(Client client) {
        if (!client.outbox.flush(client.stream)) {
            close(client, "it has gone");
            return;
        }
        if (client.outbox.isEmpty()) {
            client.tardy = false;
            if (client.state == Client.State.CLOSING) {
                close(client, null);
                return;
            }
        }
        client.full = !client.outbox.isEmpty();
        interest(client);
        if (client.outbox.size() < LOW_WATER) {
            letGo(client);
        }
    }

    private static void interest(Client client) {
        client.stream.interest(client.held == 0, client.full);
    }

    // ---------------------------------------------------------------- holding back

    /** If the receiver has much to read still, the sender is not read from until it has less. */
    private void hold(Client from, Client to) {
        Client sender = from.near();
        Client receiver = to.near();
        if (receiver.outbox.size() <= HIGH_WATER || receiver.tardy || !sender.isThere()) {
            return;
        }
        if (receiver.holding.isEmpty()) {
            receiver.holdUntil = now + HOLD_NANOS;
            holders.add(receiver);
        } else if (receiver.holding.contains(sender)) {
            return;
        }
        receiver.holding.add(sender);
        if (sender.held++ == 0) {
            interest(sender);
        }
    }

    private void letGo(Client receiver) {
        if (receiver.holding.isEmpty()) {
            return;
        }
        holders.remove(receiver);
        for (Client sender : receiver.holding) {
            if (--sender.held == 0 && sender.state != Client.State.CLOSED) {
                interest(sender);
            }
        }
        receiver.holding.clear();
    }

    // ---------------------------------------------------------------- time

    /** Has something done by the thread that owns the bus; for any thread. */
    void post(Runnable task) {
        posted.add(task);
        sockets.wake();
    }

    /**
     * Does what is due.
     *
     * @return milliseconds until there may be something to do again; negative if there is nothing
     */
    long onTime() {
        now = System.nanoTime();
        if (!holders.isEmpty()) {
            holders.stream()
                    .filter(client -> now - client.holdUntil >= 0 && (bridge == null || client != bridge.way()))
                    .toList()
                    .forEach(client -> {
                        client.tardy = true;
                        letGo(client);
                    });
        }
        if (!closing.isEmpty()) {
            closing.stream()
                    .filter(client -> now - client.closeAt >= 0)
                    .toList()
                    .forEach(client -> close(client, "it did not read what was left for it"));
        }
        for (int i = 0; i < MOST_TASKS; i++) {
            Runnable task = posted.poll();
            if (task == null) {
                break;
            }
            task.run();
        }
        activation.onTime(now);
        long patience = settings.limits().helloMillis() * 1_000_000L;
        while (!waitingForHello.isEmpty()) {
            Client oldest = waitingForHello.iterator().next();
            if (now - oldest.since < patience) {
                break;
            }
            close(oldest, "it did not say Hello in time");
        }
        flushAll();
        if (!posted.isEmpty()) {
            return 0;
        }
        if (!holders.isEmpty()) {
            return 20;
        }
        return waitingForHello.isEmpty() && closing.isEmpty() && !activation.isStarting() ? -1 : 250;
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
        touch(client);
    }

    /** As {@link #end}, once the message that is being routed has reached everybody else. */
    private void doom(Client client, String why) {
        if (client.isElsewhere()) {
            LOG.log(Level.WARNING, "A message for {0} is lost: {1}", client, why);
        } else if (client.isThere()) {
            client.doom = why;
            doomed.add(client);
        }
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
        client.outbox.clear();
        for (int fd : client.arrivedDescriptors.take(client.arrivedDescriptors.size())) {
            sockets.closeDescriptor(fd);
        }
        if (client.account != null) {
            accounts.close(client.account);
        }
    }

    /** It is on the bus no more: its names, rules and calls go, and others are told. */
    private void leave(Client client) {
        Client.State before = client.state;
        client.state = Client.State.CLOSING;
        waitingForHello.remove(client);
        letGo(client);
        dropPartial(client);
        if (before == Client.State.MONITOR) {
            monitors.remove(client);
            client.monitored.forEach(this::onRuleRemoved);
        }
        if (before != Client.State.ACTIVE) {
            return;
        }
        rules.removeAll(client);
        List<Name> owned = new ArrayList<>(client.names);
        for (int i = owned.size() - 1; i >= 0; i--) {
            names.release(owned.get(i), client);
        }
        active.remove(client.nameBytes);
        // For monitors only: it hears nothing any more.
        signal(client, "NameLost", client.name);
        tellOwnerChange(client.name, client, null);
        dropCalls(client);
        if (bridge != null) {
            bridge.leave(client);
        }
    }

    private void dropCalls(Client client) {
        client.calls.forEach(this::forget);
        for (PendingCall call = client.owes.newest(); call != null; call = client.owes.newest()) {
            Client caller = call.caller;
            int callSerial = call.serial;
            forget(call);
            if (caller.isThere()) {
                send(
                        caller,
                        MessageBuilder.error(ErrorNames.NO_REPLY)
                                .flags(Message.NO_REPLY_EXPECTED)
                                .serial(nextSerial())
                                .replySerial(callSerial)
                                .sender(Driver.NAME)
                                .destination(caller.name)
                                .body("s", "Message recipient disconnected from message bus without replying")
                                .build(),
                        null);
            }
        }
    }

    /** Ends all connections, at once. */
    void closeAll() {
        List<Client> all = new ArrayList<>(monitors);
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
