package headway.gateway;

import headway.bus.Gap;
import headway.bus.NameFlag;
import headway.bus.NameReply;
import headway.bus.port.NameClaim;
import headway.bus.port.Port;
import headway.bus.port.PortListener;
import headway.bus.port.Ports;
import headway.bus.port.StandIn;
import headway.dbus.ErrorNames;
import headway.dbus.HeaderField;
import headway.dbus.InvalidMessageException;
import headway.dbus.Message;
import headway.dbus.MessageType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The way to the other nodes of Headway's bus. To the broker everybody elsewhere is one more {@link Client}, reached by one
 * outbox for all; to the other nodes each client here is a participant of this one. Belongs to the broker's thread.
 */
final class Bridge implements PortListener {

    private static final Logger LOG = System.getLogger(Bridge.class.getName());

    /** So many different signals are remembered. */
    private static final int MOST_TOPICS = 4096;

    private static final byte[] PUBLISHED = "org.headway.Topic.Published".getBytes(StandardCharsets.ISO_8859_1);

    /** A signal by its interface and member: its topic, and how it is addressed. */
    private static final class Topic {
        private final String name;
        private final byte[] preface;

        Topic(String name) {
            this.name = name;
            this.preface = BridgeStream.toTopic(name);
        }
    }

    private final Broker broker;
    private final Port port;
    private final Interest interest;
    private final CompletionStage<?> joined;
    private final BridgeStream stream;
    private final Client way;

    /** Those elsewhere, also nodes. */
    private final Map<String, Client> elsewhere = new HashMap<>();

    private final Map<Client, byte[]> prefaces = new HashMap<>();

    /** What each node takes of this bus: one that takes all that it may leaves the others theirs. */
    private final Map<String, Account> accounts = new HashMap<>();

    private ByteMap<Topic> topics = new ByteMap<>();
    private byte[] key = new byte[512];

    /** What came from other nodes waits while some receiver here has too much to read. */
    private boolean held;

    private Runnable arriving;
    private long refused;

    Bridge(Broker broker, Ports ports, CompletionStage<?> joined) {
        this.broker = broker;
        this.joined = joined;
        this.port = ports.open(this::arrive, this);
        this.interest = new Interest(port);
        this.stream = new BridgeStream(port, this::mayArrive);
        this.way = new Client(stream, null, broker.delivery.outbox(), System.nanoTime());
        stream.client(way);
        way.name(port.node());
        way.state = Client.State.ACTIVE;
        way.account = new Account(Identity.UNKNOWN);
        way.identity = stream.identity();
    }

    Interest interest() {
        return interest;
    }

    /** Stands for all who are elsewhere, where it matters how much waits for them and for how long. */
    Client way() {
        return way;
    }

    /** The thread that serves has nothing more to do for now. */
    void lend(StandIn standIn) {
        port.lend(standIn);
    }

    void close() {
        port.close();
    }

    // ---------------------------------------------------------------- clients here

    String join(Identity identity) {
        return port.join(identity.pid(), identity.uid());
    }

    void leave(Client client) {
        port.leave(client.name);
    }

    /** RequestName: the arbiter of all nodes decides. */
    void request(Client client, Message call, String name, int flags) {
        Set<NameFlag> wanted = EnumSet.noneOf(NameFlag.class);
        for (NameFlag flag : NameFlag.values()) {
            if ((flags & bit(flag)) != 0) {
                wanted.add(flag);
            }
        }
        Message copy = call.copy();
        broker.suspend(client);
        CompletionStage<Void> unused = joined.thenCompose(ready -> port.requestName(client.name, name, wanted))
                .handle((reply, failure) -> {
                    broker.post(() -> answer(client, copy, failure == null ? code(reply) : 0, failure));
                    return null;
                });
    }

    /** ReleaseName. */
    void release(Client client, Message call, String name) {
        Message copy = call.copy();
        broker.suspend(client);
        Name known = broker.names.get(name);
        int missing = known == null || known.owner() == null ? NameTable.NON_EXISTENT : NameTable.NOT_OWNER;
        CompletionStage<Void> unused = joined.thenCompose(ready -> port.releaseName(client.name, name))
                .handle((released, failure) -> {
                    int code = failure == null && released ? NameTable.RELEASED : missing;
                    broker.post(() -> answer(client, copy, code, failure));
                    return null;
                });
    }

    private void answer(Client client, Message call, int code, Throwable failure) {
        if (client.isThere()) {
            if (failure == null) {
                broker.speaker.reply(client, call, "u", (long) code);
            } else {
                broker.speaker.error(
                        client,
                        call,
                        new BusError(ErrorNames.FAILED, "The nodes of the bus could not decide: " + failure));
            }
        }
        broker.resume(client);
    }

    private static int bit(NameFlag flag) {
        return switch (flag) {
            case ALLOW_REPLACEMENT -> Name.ALLOW_REPLACEMENT;
            case REPLACE_EXISTING -> Name.REPLACE_EXISTING;
            case DO_NOT_QUEUE -> Name.DO_NOT_QUEUE;
        };
    }

    private static int code(NameReply reply) {
        return switch (reply) {
            case PRIMARY_OWNER -> NameTable.PRIMARY_OWNER;
            case IN_QUEUE -> NameTable.IN_QUEUE;
            case EXISTS -> NameTable.EXISTS;
            case ALREADY_OWNER -> NameTable.ALREADY_OWNER;
        };
    }

    // ---------------------------------------------------------------- what goes to other nodes

    /** What is put before a message for one elsewhere. */
    byte[] preface(Client to) {
        return prefaces.computeIfAbsent(to, client -> BridgeStream.toName(client.name));
    }

    /** What is put before a signal that somebody elsewhere wants; null if nobody does. */
    byte[] wanted(Message signal) {
        if (!port.somethingWanted()) {
            return null;
        }
        Topic topic = topic(signal);
        return topic != null && port.wanted(topic.name) ? topic.preface : null;
    }

    private Topic topic(Message signal) {
        int length = append(signal, HeaderField.INTERFACE, 0);
        key[length++] = '.';
        length = append(signal, HeaderField.MEMBER, length);
        if (Arrays.equals(key, 0, length, PUBLISHED, 0, PUBLISHED.length)) {
            length = append(signal, HeaderField.PATH, length);
        }
        Topic topic = topics.get(key, 0, length);
        if (topic == null) {
            String name = port.topic(signal.path(), signal.interfaceName(), signal.member());
            if (name == null) {
                return null;
            }
            topic = new Topic(name);
            if (topics.size() >= MOST_TOPICS) {
                topics = new ByteMap<>();
            }
            topics.put(Arrays.copyOf(key, length), topic);
        }
        return topic;
    }

    private int append(Message signal, HeaderField field, int at) {
        int length = signal.fieldLength(field);
        if (at + length + 1 > key.length) {
            key = Arrays.copyOf(key, (at + length + 1) * 2);
        }
        System.arraycopy(signal.array(), signal.offset() + signal.fieldOffset(field), key, at, length);
        return at + length;
    }

    // ---------------------------------------------------------------- what comes from other nodes

    /** The port's executor: has something done by the broker's thread, when receivers here can take more. */
    private void arrive(Runnable task) {
        broker.post(() -> {
            if (held) {
                arriving = task;
            } else {
                task.run();
            }
        });
    }

    private void mayArrive(boolean now) {
        held = !now;
        if (now && arriving != null) {
            Runnable task = arriving;
            arriving = null;
            arrive(task);
        }
    }

    @Override
    public void onParticipant(String participant, String node, long pid, long uid) {
        Account account = accounts.computeIfAbsent(node, unused -> new Account(Identity.UNKNOWN));
        Client client = new Client(way, participant, node, new Identity(pid, uid, null, null), account);
        elsewhere.put(participant, client);
        broker.came(client);
    }

    @Override
    public void onGone(String participant) {
        Client client = elsewhere.remove(participant);
        if (client != null) {
            prefaces.remove(client);
            accounts.remove(participant);
            broker.went(client);
        }
    }

    @Override
    public void onName(String name, List<NameClaim> queue) {
        List<Name.Claim> claims = new ArrayList<>(queue.size());
        for (NameClaim claim : queue) {
            Client client = broker.find(claim.participant());
            if (client != null) {
                int flags = 0;
                for (NameFlag flag : claim.flags()) {
                    flags |= bit(flag);
                }
                claims.add(new Name.Claim(client, flags));
            }
        }
        broker.names.replace(name, claims);
    }

    @Override
    public void onMessage(String sender, String to, byte[] array, int offset, int length) {
        Client from = elsewhere.get(sender);
        Client receiver = to == null ? null : broker.find(to);
        if (from == null || (to != null && receiver == null)) {
            // One of them has just left: nobody waits for it.
            return;
        }
        try {
            Message message = Message.parse(array, offset, length).validate();
            if (message.unixFds() != 0) {
                throw new InvalidMessageException("descriptors do not come from other nodes", 0);
            }
            boolean forAll = message.type() == MessageType.SIGNAL && !message.has(HeaderField.DESTINATION);
            if (to == null && !forAll) {
                throw new InvalidMessageException("only signals without a destination are for everybody", 0);
            }
            broker.router.arrived(from, receiver, message);
        } catch (InvalidMessageException invalid) {
            refuse(sender, invalid);
        } catch (RuntimeException unforeseen) {
            // A fault of ours, and only this message meets it.
            LOG.log(Level.ERROR, "A message of " + sender + " could not be dealt with, please report this", unforeseen);
        }
    }

    /** Only a node that is not ours sends what is no message; told once, or it would fill the log. */
    private void refuse(String sender, InvalidMessageException invalid) {
        if (refused++ == 0) {
            LOG.log(
                    Level.WARNING,
                    "A message of {0} was refused ({1}); further ones are only counted",
                    sender,
                    invalid.getMessage());
        }
    }

    @Override
    public void onGap(Gap gap) {
        LOG.log(
                Level.WARNING,
                "Signals of {1} ({2}) did not reach the programs here: {0} ({3})",
                gap.howMany(),
                gap.topic(),
                gap.sender(),
                gap.cause());
    }

    @Override
    public void onRoom() {
        stream.retry();
        broker.onReady(stream, false, true);
    }
}
