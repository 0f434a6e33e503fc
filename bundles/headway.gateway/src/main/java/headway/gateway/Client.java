package headway.gateway;

import headway.dbus.MatchRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One participant: what it is called, what it asked for, what it is waiting for. Most often a connection; or somebody on
 * another node, who is reached through the {@link Bridge}.
 */
final class Client {

    enum State {
        /** It has not proved who it is. */
        AUTHENTICATING,
        /** It has not said Hello. */
        UNNAMED,
        ACTIVE,
        /** It hears everything and says nothing. */
        MONITOR,
        /** It has left the bus; what is queued for it may still go out. */
        CLOSING,
        CLOSED
    }

    final Stream stream;

    /** Null if it needs none. */
    final Sasl sasl;

    final Outbox outbox;
    /** When it connected, monotonic nanoseconds. */
    final long since;

    State state = State.AUTHENTICATING;
    Identity identity;
    Account account;

    /** Its unique name, from Hello on; kept until the end, for messages about it. */
    String name;

    byte[] nameBytes;

    /** Bytes of a message that has not come whole; null if there are none. */
    byte[] partial;

    int partialLength;
    final IntQueue arrivedDescriptors = new IntQueue();

    /** Well-known names that it owns or waits for. */
    final Set<Name> names = new LinkedHashSet<>();

    /** Of these, the ones it owns that somebody has rules about as a sender. */
    final List<Name> spokenFor = new ArrayList<>();

    /** Its match rules, in the order they were added. */
    final Map<MatchRule, List<Rule>> rules = new HashMap<>();

    int ruleCount;

    /** As a monitor: what it wants to hear. */
    List<MatchRule> monitored = List.of();

    /** Calls it made that wait for their answer, by serial. */
    final CallTable calls = new CallTable();

    /** Calls others made that it owes an answer; the head of a list. */
    final PendingCall owes = new PendingCall();

    /** The last message that was put into its outbox by matching; nobody gets a broadcast twice. */
    long lastMatched;

    /** Whether it is in the list of those with something to write. */
    boolean dirty;

    /** Whether it waits until it can be written to. */
    boolean full;

    /** Whether its user pays for the chunk that is kept for what waits. */
    boolean keepsChunk;

    /** How many receivers hold it back, because it is faster than they are; and one more while it is asking. */
    int held;

    /** Those it holds back; see {@link Brake}. */
    final List<Client> holding = new ArrayList<>();

    /** How long it may hold others back, monotonic nanoseconds; and whether it has done so in vain. */
    long holdUntil;

    boolean tardy;

    /** Why it is to be disconnected as soon as the message under way is dealt with; null if it is not. */
    String doom;

    /** For {@link State#CLOSING}: when its time is up. */
    long closeAt;

    /** Whether it waits for the answer to a request for a name, which comes before anything else it sent. */
    boolean asking;

    /** For somebody elsewhere: the way there, and the unique name of its node; both null for a connection. */
    final Client way;

    final String node;

    Client(Stream stream, Sasl sasl, Outbox outbox, long since) {
        this.stream = stream;
        this.sasl = sasl;
        this.outbox = outbox;
        this.since = since;
        this.way = null;
        this.node = null;
    }

    /** Somebody elsewhere. */
    Client(Client way, String name, String node, Identity identity, Account account) {
        this.stream = way.stream;
        this.sasl = null;
        this.outbox = way.outbox;
        this.since = 0;
        this.way = way;
        this.node = node;
        this.identity = identity;
        this.account = account;
        this.state = State.ACTIVE;
        name(name);
    }

    boolean isElsewhere() {
        return way != null;
    }

    /** Whether it is a node itself, and not somebody behind one. */
    boolean isNode() {
        return name.equals(node);
    }

    /** Who is held back, or holds others back, for it: itself, or the way to it. */
    Client near() {
        return way == null ? this : way;
    }

    void name(String unique) {
        name = unique;
        nameBytes = unique.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether it can be sent messages. */
    boolean isThere() {
        return doom == null && (state == State.UNNAMED || state == State.ACTIVE || state == State.MONITOR);
    }

    boolean takesDescriptors() {
        return sasl != null && sasl.descriptors();
    }

    @Override
    public String toString() {
        return name == null ? "a client without a name" : name;
    }
}
