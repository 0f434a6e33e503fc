package headway.gateway;

import headway.dbus.ErrorNames;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import java.nio.charset.StandardCharsets;

/** What the bus itself says: answers, errors, and signals about names. Belongs to the broker's thread. */
final class Speaker {

    private static final byte[] BUS = Driver.NAME.getBytes(StandardCharsets.ISO_8859_1);

    /** What who has no name yet is called. */
    private static final String NO_NAME = ":not.active.yet";

    private static final byte[] NOT_ACTIVE = NO_NAME.getBytes(StandardCharsets.ISO_8859_1);

    private final Broker broker;
    private int serial;

    Speaker(Broker broker) {
        this.broker = broker;
    }

    /** What the sender of a client's messages is called. */
    static byte[] sender(Client client) {
        return client.state == Client.State.ACTIVE ? client.nameBytes : NOT_ACTIVE;
    }

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

    /** Answers a call that its callee does not answer. */
    void noReply(Client caller, int callSerial, String why) {
        send(
                caller,
                MessageBuilder.error(ErrorNames.NO_REPLY)
                        .flags(Message.NO_REPLY_EXPECTED)
                        .serial(nextSerial())
                        .replySerial(callSerial)
                        .sender(Driver.NAME)
                        .destination(caller.name)
                        .body("s", why)
                        .build(),
                null);
    }

    /** Tells a client about a name of its own. */
    void signal(Client client, String member, String name) {
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

    /** NameOwnerChanged, to those who want it; null is nobody. */
    void ownerChanged(String name, Client before, Client after) {
        Message message = MessageBuilder.signal(Driver.PATH, Driver.INTERFACE, "NameOwnerChanged")
                .serial(nextSerial())
                .flags(Message.NO_REPLY_EXPECTED)
                .sender(Driver.NAME)
                .body("sss", name, before == null ? "" : before.name, after == null ? "" : after.name)
                .build();
        broker.delivery.header(message, BUS);
        broker.monitors.capture(null, null, message, null);
        broker.router.broadcast(null, message, null);
    }

    /** Sends what the bus says to one client, and to monitors. */
    void send(Client to, Message message, Descriptors descriptors) {
        Delivery delivery = broker.delivery;
        delivery.header(message, BUS);
        broker.monitors.capture(null, to, message, descriptors);
        if (!to.isThere()) {
            return;
        }
        if (to.isElsewhere()) {
            // In the name of the node, which is what a bus is to those elsewhere.
            delivery.header(message, null);
        }
        if (delivery.fits(to, to.account, message, descriptors)) {
            delivery.deliver(to, to.account, message, descriptors);
            broker.brake.hold(to, to);
        } else {
            delivery.doom(to, "it does not read its answers");
        }
    }
}
