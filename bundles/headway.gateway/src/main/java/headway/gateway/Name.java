package headway.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A well-known name: its owner, who waits for it, and who wants to hear of what its owner says. */
final class Name {

    static final int ALLOW_REPLACEMENT = 1;
    static final int REPLACE_EXISTING = 2;
    static final int DO_NOT_QUEUE = 4;

    /** One place in the queue; the first is the owner's. */
    static final class Claim {
        final Client client;
        int flags;

        Claim(Client client, int flags) {
            this.client = client;
            this.flags = flags;
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    final String text;
    final byte[] bytes;
    final List<Claim> queue = new ArrayList<>(1);

    /** Match rules with this name as the sender; null if there are none. */
    RuleSet rules;

    Name(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Who has it, or null. */
    Client owner() {
        return queue.isEmpty() ? null : queue.get(0).client;
    }

    int placeOf(Client client) {
        for (int i = 0; i < queue.size(); i++) {
            if (queue.get(i).client == client) {
                return i;
            }
        }
        return -1;
    }
}
