package headway.gateway;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Holds back who sends faster than others read: a client is not read from for a moment, until its receivers have caught up; a
 * receiver that does not catch up in that moment holds nobody back any more, and is dealt with when its account is empty
 * ({@link Account}). Belongs to the broker's thread.
 */
final class Brake {

    /** So much may wait for a receiver before it holds back those who send to it, and so little before it does no more. */
    private static final long HIGH_WATER = 512 << 10;

    private static final long LOW_WATER = 128 << 10;
    private static final long HOLD_NANOS = 100_000_000L;

    private final Broker broker;

    /** The receivers that hold others back. */
    private final Set<Client> holders = new LinkedHashSet<>();

    Brake(Broker broker) {
        this.broker = broker;
    }

    /** If the receiver has much to read still, the sender is not read from until it has less. */
    void hold(Client from, Client to) {
        Client sender = from.near();
        Client receiver = to.near();
        if (receiver.outbox.size() <= HIGH_WATER || receiver.tardy || !sender.isThere()) {
            return;
        }
        if (receiver.holding.isEmpty()) {
            receiver.holdUntil = broker.now() + HOLD_NANOS;
            holders.add(receiver);
        } else if (receiver.holding.contains(sender)) {
            return;
        }
        receiver.holding.add(sender);
        suspend(sender);
    }

    /** Some of what waited for a receiver is written. */
    void written(Client receiver) {
        if (receiver.outbox.isEmpty()) {
            receiver.tardy = false;
        }
        if (receiver.outbox.size() < LOW_WATER) {
            letGo(receiver);
        }
    }

    /** It holds nobody back any more. */
    void letGo(Client receiver) {
        if (receiver.holding.isEmpty()) {
            return;
        }
        holders.remove(receiver);
        receiver.holding.forEach(Brake::resume);
        receiver.holding.clear();
    }

    /** It is not read from until it is resumed as often as it was suspended. */
    static void suspend(Client client) {
        if (client.held++ == 0) {
            interest(client);
        }
    }

    static void resume(Client client) {
        if (--client.held == 0 && client.state != Client.State.CLOSED) {
            interest(client);
        }
    }

    /** Tells the socket what the client waits for. */
    static void interest(Client client) {
        client.stream.interest(client.held == 0, client.full);
    }

    /** Lets go those who have been held back for long enough; whether there are others. */
    boolean onTime() {
        if (holders.isEmpty()) {
            return false;
        }
        holders.stream()
                // Whoever is elsewhere loses nothing: those who send there wait.
                .filter(client -> broker.now() - client.holdUntil >= 0 && !broker.isWayElsewhere(client))
                .toList()
                .forEach(client -> {
                    client.tardy = true;
                    letGo(client);
                });
        return !holders.isEmpty();
    }
}
