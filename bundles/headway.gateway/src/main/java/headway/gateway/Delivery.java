package headway.gateway;

import headway.dbus.Message;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * The way of messages out of the bus: the header is written once, header and body are put into the outboxes of all receivers
 * on somebody's account, and written to their sockets when the message under way is dealt with. Belongs to the broker's
 * thread.
 */
final class Delivery {

    private static final Logger LOG = System.getLogger(Delivery.class.getName());

    private final Broker broker;
    private final Chunks chunks;
    private final HeaderWriter header = new HeaderWriter();

    /** Those with something to write. */
    private final List<Client> dirty = new ArrayList<>();

    /** Those to be disconnected once the message under way is dealt with. */
    private final List<Client> doomed = new ArrayList<>();

    private long lost;

    Delivery(Broker broker) {
        this.broker = broker;
        this.chunks = new Chunks(broker.sockets::chunk, broker.settings.limits().memory());
    }

    /** An outbox for one more client. */
    Outbox outbox() {
        return new Outbox(chunks);
    }

    /** Writes the header that the next deliveries send; without a sender if that is null. */
    void header(Message message, byte[] sender) {
        header.write(message, sender);
    }

    private int size(Message message) {
        return header.length() + message.bodyLength();
    }

    // ---------------------------------------------------------------- into an outbox

    /** Whether there is room for a message. */
    boolean fits(Client to, Account payer, Message message, Descriptors descriptors) {
        return fits(to, payer, size(message), descriptors);
    }

    private boolean fits(Client to, Account payer, int bytes, Descriptors descriptors) {
        Limits limits = broker.settings.limits();
        return payer.bytes + bytes <= limits.bytesPerUser()
                // One client may not take all that its user has.
                && to.outbox.size() + bytes <= Math.max(limits.bytesPerUser() / 2, bytes)
                && chunks.holds(bytes)
                && (descriptors == null || payer.descriptors + descriptors.count() <= limits.descriptorsPerUser());
    }

    /** Puts a message, whose header is written, into an outbox where it fits. */
    void deliver(Client to, Account payer, Message message, Descriptors descriptors) {
        if (to.isElsewhere()) {
            put(to.way, payer, broker.bridge().preface(to), message);
            return;
        }
        if (descriptors != null) {
            to.outbox.mark(descriptors, payer);
        }
        put(to, payer, message, 0);
    }

    /** To other nodes, after what says where to; it is lost if too much waits for them. */
    void publish(Client from, byte[] topic, Message message) {
        Client way = broker.bridge().way();
        if (fits(way, from.account, topic.length + size(message), null)) {
            put(way, from.account, topic, message);
            broker.brake.hold(from, way);
        } else {
            lost(from, "other nodes", "too much waits for them");
        }
    }

    private void put(Client way, Account payer, byte[] preface, Message message) {
        way.outbox.put(preface, 0, preface.length);
        put(way, payer, message, preface.length);
    }

    private void put(Client to, Account payer, Message message, int before) {
        to.outbox.put(header.bytes(), 0, header.length());
        to.outbox.put(message.array(), message.offset() + message.bodyOffset(), message.bodyLength());
        to.outbox.charge(payer, before + size(message));
        touch(to);
        if (chunks.areScarce() && !to.full) {
            // A message for very many would otherwise wait for all of them at once. Who has gone is noticed later.
            boolean unused = to.outbox.flush(to.stream);
        }
    }

    /** Offers a receiver what it asked for, on its own account; if that has no room, it is disconnected. */
    void offer(Client from, Client to, Message message, Descriptors descriptors, String blame) {
        if (descriptors != null && !to.takesDescriptors()) {
            return;
        }
        if (fits(to, to.account, message, descriptors)) {
            deliver(to, to.account, message, descriptors);
            if (from != null) {
                broker.brake.hold(from, to);
            }
        } else {
            doom(to, blame);
        }
    }

    /** It is disconnected once the message that is being routed has reached everybody else. */
    void doom(Client client, String why) {
        if (client.isElsewhere()) {
            lost(null, client, why);
        } else if (client.isThere()) {
            client.doom = why;
            doomed.add(client);
        }
    }

    /** Told once, or it would fill the log. */
    private void lost(Object from, Object to, String why) {
        if (lost++ == 0) {
            LOG.log(
                    Level.WARNING,
                    "A message {0} for {1} is lost: {2}; further ones are not told",
                    from == null ? "of the bus" : "of " + from,
                    to,
                    why);
        }
    }

    // ---------------------------------------------------------------- out of the outboxes

    /** There is something to write to it. */
    void touch(Client client) {
        if (!client.dirty && !client.full) {
            client.dirty = true;
            dirty.add(client);
        }
    }

    /** Writes what was put, and disconnects the doomed. */
    void flushAll() {
        // Ending one is told to others, who may be ended by that or have something to write: the lists may grow.
        for (int i = 0; i < doomed.size(); i++) {
            broker.end(doomed.get(i), doomed.get(i).doom);
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

    /** Writes what its socket takes. */
    void flush(Client client) {
        if (!client.outbox.flush(client.stream)) {
            broker.close(client, "it has gone");
            return;
        }
        if (client.outbox.isEmpty() && client.state == Client.State.CLOSING) {
            broker.close(client, null);
            return;
        }
        full(client, !client.outbox.isEmpty());
        Brake.interest(client);
        broker.brake.written(client);
    }

    /** Who does not take all keeps memory from others, however little waits: its user pays for that. */
    private static void full(Client client, boolean full) {
        client.full = full;
        if (client.account != null && client.keepsChunk != full) {
            client.keepsChunk = full;
            client.account.bytes += full ? Chunks.SIZE : -Chunks.SIZE;
        }
    }

    /** Forgets what waits for a client that has gone. */
    static void clear(Client client) {
        client.outbox.clear();
        full(client, false);
    }
}
