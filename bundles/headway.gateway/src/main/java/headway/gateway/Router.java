package headway.gateway;

import headway.dbus.ErrorNames;
import headway.dbus.HeaderField;
import headway.dbus.Message;
import headway.dbus.MessageType;
import java.nio.charset.StandardCharsets;

/**
 * Where a message goes: to the bus itself, to one client, to all who have a rule that fits (D-Bus specification, "Message Bus
 * Message Routing"). Belongs to the broker's thread.
 */
final class Router {

    private static final byte[] BUS = Driver.NAME.getBytes(StandardCharsets.ISO_8859_1);

    private final Broker broker;
    private final Driver driver;
    private final MessageKeys keys = new MessageKeys();
    private final Receivers receivers = new Receivers();

    Router(Broker broker) {
        this.broker = broker;
        this.driver = new Driver(broker);
    }

    // ---------------------------------------------------------------- from clients

    /** Deals with a message of a client. */
    void dispatch(Client client, Message message, Descriptors descriptors) {
        if (client.state == Client.State.MONITOR) {
            broker.end(client, "a monitor must not send messages");
            return;
        }
        broker.delivery.header(message, Speaker.sender(client));
        if (!message.has(HeaderField.DESTINATION)) {
            withoutDestination(client, message, descriptors);
            return;
        }
        boolean forDriver = message.matches(HeaderField.DESTINATION, BUS);
        Client to = forDriver ? null : destination(message);
        broker.monitors.capture(client, to, message, descriptors);
        try {
            if (forDriver) {
                toDriver(client, message, descriptors);
            } else if (client.state == Client.State.ACTIVE) {
                unicast(client, to, message, descriptors);
            } else {
                endUnnamed(client);
            }
        } catch (BusError refused) {
            broker.speaker.error(client, message, refused);
        }
    }

    private void endUnnamed(Client client) {
        broker.end(client, "it sent to others before it said Hello");
    }

    private void withoutDestination(Client client, Message message, Descriptors descriptors) {
        if (message.type() == MessageType.METHOD_CALL) {
            driver.withoutDestination(client, message);
        } else if (message.type() == MessageType.SIGNAL) {
            broker.monitors.capture(client, null, message, descriptors);
            if (client.state != Client.State.ACTIVE) {
                endUnnamed(client);
                return;
            }
            broadcast(client, message, descriptors);
            if (broker.bridge() != null && descriptors == null) {
                publish(client, message);
            }
        }
    }

    /** To other nodes, if somebody there wants it. */
    private void publish(Client from, Message message) {
        byte[] topic = broker.bridge().wanted(message);
        if (topic != null) {
            broker.delivery.publish(from, topic, message);
        }
    }

    private void toDriver(Client client, Message message, Descriptors descriptors) throws BusError {
        if (message.type() == MessageType.UNKNOWN) {
            throw unknownType();
        }
        driver.handle(client, message);
        if (client.state == Client.State.ACTIVE) {
            broker.delivery.header(message, client.nameBytes);
            eavesdrop(client, null, message, descriptors);
        }
    }

    private static BusError unknownType() {
        return new BusError(ErrorNames.ACCESS_DENIED, "Message bus will not accept messages of unknown type\n");
    }

    /** Sends on what waited for a service that is there now. */
    void routeLate(Client from, Message message, Descriptors descriptors) {
        if (from.state != Client.State.ACTIVE) {
            return;
        }
        broker.delivery.header(message, from.nameBytes);
        try {
            unicast(from, destination(message), message, descriptors);
        } catch (BusError refused) {
            broker.speaker.error(from, message, refused);
        }
    }

    /** The client with the name that a message is sent to, or null. */
    private Client destination(Message message) {
        int at = message.offset() + message.fieldOffset(HeaderField.DESTINATION);
        int length = message.fieldLength(HeaderField.DESTINATION);
        if (message.array()[at] == ':') {
            return broker.active().get(message.array(), at, length);
        }
        Name name = broker.names.get(message.array(), at, length);
        return name == null ? null : name.owner();
    }

    // ---------------------------------------------------------------- from other nodes

    /** A message from elsewhere: for everybody if {@code to} is null. */
    void arrived(Client from, Client to, Message message) {
        broker.delivery.header(message, from.nameBytes);
        broker.monitors.capture(from, to, message, null);
        if (to == null) {
            broadcast(from, message, null);
            return;
        }
        Client answerer = answersFor(from, to, message);
        if (answerer != from) {
            broker.delivery.header(message, BUS);
        }
        try {
            unicast(answerer, to, message, null);
        } catch (BusError refused) {
            if (message.expectsReply()) {
                broker.speaker.error(from, message, refused);
            }
        }
    }

    /** Whose answer it is: a node says for its participants that none will come. */
    private static Client answersFor(Client from, Client to, Message message) {
        if (message.type() != MessageType.ERROR || !from.isNode()) {
            return from;
        }
        PendingCall call = to.calls.get(message.replySerial());
        return call != null && from.name.equals(call.callee.node) ? call.callee : from;
    }

    // ---------------------------------------------------------------- to one

    private void unicast(Client from, Client to, Message message, Descriptors descriptors) throws BusError {
        if (to == null) {
            if ((message.flags() & Message.NO_AUTO_START) != 0) {
                throw new BusError(
                        ErrorNames.NAME_HAS_NO_OWNER, "Name \"" + message.destination() + "\" does not exist");
            }
            broker.activation.start(message.destination(), from, message, descriptors);
            return;
        }
        boolean answer = mayPass(from, to, message);
        if (descriptors != null && !to.takesDescriptors()) {
            throw new BusError(
                    ErrorNames.NOT_SUPPORTED,
                    "Tried to send message with Unix file descriptorsto a client that doesn't support that.");
        }
        Account payer = answer ? to.account : from.account;
        if (broker.delivery.fits(to, payer, message, descriptors)) {
            broker.delivery.deliver(to, payer, message, descriptors);
            broker.brake.hold(from, to);
        } else if (!answer) {
            throw new BusError(
                    ErrorNames.LIMITS_EXCEEDED,
                    "Rejected: destination has a full message queue, or the sender has too much waiting in the bus");
        } else if (to.isElsewhere()) {
            // Nobody to disconnect: it learns in fewer bytes that there is nothing to wait for.
            broker.speaker.noReply(to, message.replySerial(), "Too much waits already for the node of the caller");
            return;
        } else {
            broker.delivery.doom(to, "it does not read its answers");
        }
        if (message.expectsReply()) {
            broker.pending.expect(from, to, message.serial());
        }
        eavesdrop(from, to, message, descriptors);
    }

    /** Whether a message may be sent; says whether it is an answer, which settles its call. */
    private boolean mayPass(Client from, Client to, Message message) throws BusError {
        switch (message.type()) {
            case METHOD_RETURN, ERROR -> {
                if (!broker.pending.settle(from, to, message)) {
                    throw new BusError(
                            ErrorNames.ACCESS_DENIED,
                            "Rejected send message: " + from + " answers a call that " + to + " did not make");
                }
                return true;
            }
            case METHOD_CALL -> {
                if (message.expectsReply()) {
                    broker.pending.check(from, message);
                }
            }
            case UNKNOWN -> throw unknownType();
            default -> {}
        }
        return false;
    }

    // ---------------------------------------------------------------- to many

    /** To those with a rule that fits; the header is written. A sender of null is the bus itself. */
    void broadcast(Client from, Message message, Descriptors descriptors) {
        receivers.reset();
        broker.rules.match(message, keys.reset(message), from, receivers);
        toReceivers(from, message, descriptors);
    }

    /** To those who listen to what is meant for others. */
    private void eavesdrop(Client from, Client to, Message message, Descriptors descriptors) {
        receivers.reset();
        if (to != null) {
            receivers.exclude(to);
        }
        broker.rules.eavesdrop(message, from, to, receivers);
        toReceivers(from, message, descriptors);
    }

    private void toReceivers(Client from, Message message, Descriptors descriptors) {
        for (int i = 0; i < receivers.size(); i++) {
            Client to = receivers.get(i);
            if (to.isThere()) {
                broker.delivery.offer(from, to, message, descriptors, "it does not read what it subscribed to");
            }
        }
    }
}
