package headway.gateway;

import headway.dbus.InvalidMessageException;
import headway.dbus.Message;
import java.io.IOException;
import java.util.Arrays;

/**
 * What clients send, up to whole messages: reads, lets them authenticate, keeps what is not whole on their users' accounts. It
 * takes memory for what came, never for what was claimed. Belongs to the broker's thread.
 */
final class Intake {

    /** So many can come with one message: the kernel's own limit. */
    private static final int MOST_DESCRIPTORS = 253;

    private static final int MOST_UNREAD_ANSWERS = 64 << 10;

    private static final int READ_SIZE = 128 << 10;

    private final Broker broker;
    private final Limits limits;
    private final Chunk arrivals;
    private final byte[] received = new byte[READ_SIZE];

    /** Of all users: what has come of messages that are not whole. */
    private long partialBytes;

    Intake(Broker broker) {
        this.broker = broker;
        this.limits = broker.settings.limits();
        this.arrivals = broker.sockets.chunk(READ_SIZE);
    }

    /** Reads what a client has sent, and has its messages dealt with. */
    void read(Client client) {
        boolean authenticating = client.state == Client.State.AUTHENTICATING;
        int count = authenticating ? client.stream.read(arrivals, null) : readMessages(client);
        if (count == Stream.NOTHING) {
            return;
        }
        if (count == Stream.ENDED) {
            broker.close(client, "it has gone");
            return;
        }
        arrivals.bytes.get(0, received, 0, count);
        int from = authenticating ? authenticate(client, count) : 0;
        if (from == count || !client.isThere()) {
            return;
        }
        take(client, from, count);
    }

    /** Descriptors may come along, which are on the account of who sent them until they belong to a message. */
    private int readMessages(Client client) {
        if (!client.takesDescriptors()) {
            return client.stream.read(arrivals, null);
        }
        int before = client.arrivedDescriptors.size();
        int count = client.stream.read(arrivals, client.arrivedDescriptors);
        client.account.descriptors += client.arrivedDescriptors.size() - before;
        return count;
    }

    /** Somebody who is being closed still sends: nobody listens, but the end must be noticed. */
    void drain(Client client) {
        if (client.stream.read(arrivals, null) == Stream.ENDED) {
            broker.close(client, "it has gone");
        }
    }

    // ---------------------------------------------------------------- authentication

    private int authenticate(Client client, int count) {
        int taken = client.sasl.feed(received, 0, count);
        byte[] answers = client.sasl.answers();
        client.outbox.put(answers, 0, answers.length);
        broker.delivery.touch(client);
        if (client.sasl.state() == Sasl.State.BROKEN || client.outbox.size() > MOST_UNREAD_ANSWERS) {
            broker.end(client, "it did not authenticate as the specification says");
        } else if (client.sasl.state() == Sasl.State.DONE) {
            authenticated(client);
        }
        return taken;
    }

    private void authenticated(Client client) {
        try {
            client.identity = client.stream.identity();
        } catch (IOException gone) {
            broker.end(client, "who it is cannot be told: " + gone.getMessage());
            return;
        }
        if (client.sasl.anonymous()) {
            // It did not say who it is, so it is nobody, whatever the kernel knows.
            client.identity = new Identity(client.identity.pid(), Identity.UNKNOWN, null, null);
        } else if (!broker.settings.admits(client.identity)) {
            broker.end(client, "user " + client.identity.uid() + " is not admitted");
            return;
        }
        long uid = client.identity.uid();
        client.account = broker.accounts.open(uid);
        client.state = Client.State.UNNAMED;
        if (client.account.connections > limits.connectionsPerUser()) {
            broker.end(client, "user " + uid + " has too many connections");
        }
    }

    // ---------------------------------------------------------------- bytes to messages

    private void take(Client client, int from, int to) {
        try {
            if (client.partial == null) {
                int rest = messages(client, received, from, to);
                keep(client, received, rest, to);
            } else {
                complete(client, from, to);
            }
            checkDescriptors(client);
        } catch (InvalidMessageException invalid) {
            broker.end(client, "it sent what is no message: " + invalid.getMessage());
        }
    }

    /** Dispatches whole messages; returns where what is left begins. */
    private int messages(Client client, byte[] array, int from, int to) {
        int at = from;
        while (at < to && client.isThere() && !client.asking) {
            int length = Message.length(array, at, to - at);
            if (length > limits.messageBytes()) {
                throw new InvalidMessageException(
                        "message of " + length + " bytes, at most " + limits.messageBytes() + " are taken here", 0);
            }
            if (length == Message.NEED_MORE || length > to - at) {
                break;
            }
            message(client, Message.parse(array, at, length).validate());
            at += length;
        }
        return at;
    }

    private void message(Client client, Message message) {
        int count = message.unixFds();
        if (count == 0) {
            broker.router.dispatch(client, message, null);
            return;
        }
        if (count < 0 || count > client.arrivedDescriptors.size()) {
            throw new InvalidMessageException(
                    "message of " + Integer.toUnsignedString(count) + " descriptors, but "
                            + client.arrivedDescriptors.size() + " came along",
                    0);
        }
        Descriptors descriptors = new Descriptors(takeDescriptors(client, count), broker.sockets);
        try {
            broker.router.dispatch(client, message, descriptors);
        } finally {
            descriptors.release();
        }
    }

    private static int[] takeDescriptors(Client client, int count) {
        client.account.descriptors -= count;
        return client.arrivedDescriptors.take(count);
    }

    /** What came with a message that is not whole may wait for it; more belongs to no message. */
    private void checkDescriptors(Client client) {
        int waiting = client.arrivedDescriptors.size();
        if (waiting > MOST_DESCRIPTORS || (waiting > 0 && client.account.descriptors > limits.descriptorsPerUser())) {
            broker.end(client, "it sent more descriptors than its messages have, or its user may have");
        }
    }

    // ---------------------------------------------------------------- messages that are not whole

    /** Keeps the beginning of a message until the rest comes. */
    private void keep(Client client, byte[] array, int from, int to) {
        if (from < to && client.isThere()) {
            int capacity = Math.max(to - from, 64);
            if (mayKeep(client, capacity)) {
                client.partial = Arrays.copyOfRange(array, from, from + capacity);
                client.partialLength = to - from;
                charge(client, capacity);
            }
        }
    }

    private boolean mayKeep(Client client, int bytes) {
        if (client.account.bytes + bytes <= limits.bytesPerUser() && partialBytes + bytes <= limits.memory() / 2) {
            return true;
        }
        broker.end(client, "it or its user has too much waiting in the bus");
        return false;
    }

    private void charge(Client client, int bytes) {
        client.account.bytes += bytes;
        partialBytes += bytes;
    }

    private void complete(Client client, int from, int to) {
        int count = to - from;
        int size = client.partialLength + count;
        if (client.partial.length < size) {
            if (!mayKeep(client, size)) {
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
        goOn(client);
    }

    /** Deals with what is whole by now, and keeps the rest. */
    private void goOn(Client client) {
        byte[] array = client.partial;
        int size = client.partialLength;
        int rest = messages(client, array, 0, size);
        if (rest > 0 && client.isThere()) {
            dropPartial(client);
            keep(client, array, rest, size);
        }
    }

    private void dropPartial(Client client) {
        if (client.partial != null) {
            charge(client, -client.partial.length);
            client.partial = null;
            client.partialLength = 0;
        }
    }

    /** Forgets what a client has sent that is no whole message. */
    void forget(Client client) {
        dropPartial(client);
        int count = client.arrivedDescriptors.size();
        if (count > 0) {
            for (int fd : takeDescriptors(client, count)) {
                broker.sockets.closeDescriptor(fd);
            }
        }
    }

    // ---------------------------------------------------------------- answers that others decide

    /** It asked for a name, or gives one up; what it sends waits until it is answered. */
    void suspend(Client client) {
        client.asking = true;
        Brake.suspend(client);
    }

    /** It was answered: what it has sent meanwhile is dealt with. */
    void resume(Client client) {
        client.asking = false;
        if (!client.isThere()) {
            return;
        }
        Brake.resume(client);
        if (client.partial == null) {
            return;
        }
        try {
            goOn(client);
            checkDescriptors(client);
        } catch (InvalidMessageException invalid) {
            broker.end(client, "it sent what is no message: " + invalid.getMessage());
        }
    }
}
