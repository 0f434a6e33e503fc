package headway.gateway;

import java.util.Arrays;

/** Who gets one message by matching, each once. Reused for message after message. */
final class Receivers {

    private Client[] clients = new Client[16];
    private int size;
    private long round;

    void reset() {
        Arrays.fill(clients, 0, size, null);
        size = 0;
        round++;
    }

    boolean has(Client client) {
        return client.lastMatched == round;
    }

    void add(Client client) {
        client.lastMatched = round;
        if (size == clients.length) {
            clients = Arrays.copyOf(clients, size * 2);
        }
        clients[size++] = client;
    }

    /** Takes a client out of the question. */
    void exclude(Client client) {
        client.lastMatched = round;
    }

    int size() {
        return size;
    }

    Client get(int i) {
        return clients[i];
    }
}
