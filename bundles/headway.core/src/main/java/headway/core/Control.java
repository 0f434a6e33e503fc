package headway.core;

import headway.bus.Gap;
import headway.bus.NameFlag;
import headway.core.NameTable.Claim;
import headway.dbus.HeaderField;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.Struct;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What nodes tell each other, as D-Bus messages of one interface: so it travels, is numbered and can be read like all
 * others. This is the one statement of their signatures.
 */
final class Control {

    static final String PATH = "/org/headway/Node";
    static final String INTERFACE = "org.headway.Node";

    /** Signal: bus name, node name, when it started (monotonic nanoseconds), whether it wants a Hello back. */
    static final String HELLO = "Hello";

    /** Signal: patterns with the milliseconds a publisher shall wait for each, and patterns no longer wanted. */
    static final String INTEREST = "Interest";

    /** Signal: the sessions of all nodes the sender knows; the sender has told everything about itself before. */
    static final String READY = "Ready";

    /** Signal, from the arbiter: a name and its queue with flags; empty: nobody owns it. */
    static final String NAME_OWNER = "NameOwner";

    /** Signal, from the arbiter: all names that are owned, each as in {@link #NAME_OWNER}; no others are. */
    static final String NAMES = "Names";

    /** Signal, to the arbiter: please send {@link #NAMES}. Who is not the arbiter will send them when it is. */
    static final String TELL_NAMES = "TellNames";

    /** Signal: participants that came, with process and user (negative: unknown), and names of participants that went. */
    static final String PARTICIPANTS = "Participants";

    /** Call to the arbiter: who asks (the caller or a participant of it), name and flags; answered with the D-Bus reply code. */
    static final String REQUEST_NAME = "RequestName";

    /** Call to the arbiter: who gives up, and name; answered with whether there was something to release. */
    static final String RELEASE_NAME = "ReleaseName";

    /** Signal: topic, number of the first and the last message that the sender gave up, and how many they are. */
    static final String GAP = "Gap";

    /** Signal: please join a group on a transport, by its name; answered with {@link #JOINED}. */
    static final String INVITE = "Invite";

    /** Signal: the group, and whether the sender has joined it. */
    static final String JOINED = "Joined";

    /** Signal: nothing is sent to that group any more. */
    static final String LEAVE = "Leave";

    /** Signal: the sender's large messages will lie in shared memory of this process; answered with {@link #READS_SHELF}. */
    static final String SHELF = "Shelf";

    /** Signal: whether the sender can read the receiver's shelf. */
    static final String READS_SHELF = "ReadsShelf";

    private static final String HELLO_SIGNATURE = "ssxb";
    private static final String INTEREST_SIGNATURE = "a(sx)as";
    private static final String READY_SIGNATURE = "at";
    private static final String NAME_OWNER_SIGNATURE = "sa(su)";
    private static final String NAMES_SIGNATURE = "a(sa(su))";
    static final String REQUEST_NAME_SIGNATURE = "ssu";
    static final String RELEASE_NAME_SIGNATURE = "ss";
    private static final String PARTICIPANTS_SIGNATURE = "a(sxx)as";
    private static final String GAP_SIGNATURE = "sxxx";
    private static final String INVITE_SIGNATURE = "st";
    private static final String JOINED_SIGNATURE = "tb";
    private static final String LEAVE_SIGNATURE = "t";
    private static final String SHELF_SIGNATURE = "x";
    private static final String READS_SHELF_SIGNATURE = "b";

    private Control() {}

    /** Whether a node tells another something, rather than an application or a participant of it. */
    static boolean isControl(Message message) {
        return INTERFACE.equals(message.interfaceName())
                && !message.has(HeaderField.SENDER)
                && !message.has(HeaderField.DESTINATION);
    }

    /** What a node says of itself when a link opens. */
    record Hello(String bus, String node, long startedAt, boolean answer) {

        byte[] encode() {
            return signal(HELLO, HELLO_SIGNATURE, bus, node, startedAt, answer);
        }

        static Hello decode(Message message) {
            List<Object> body = body(message, HELLO_SIGNATURE);
            return new Hello((String) body.get(0), (String) body.get(1), (Long) body.get(2), (Boolean) body.get(3));
        }
    }

    /** What a node wants, or no longer wants. */
    record Interest(Map<String, Long> wanted, List<String> unwanted) {

        byte[] encode() {
            List<Object> pairs = new ArrayList<>();
            wanted.forEach((pattern, patience) -> pairs.add(Struct.of(pattern, patience)));
            return signal(INTEREST, INTEREST_SIGNATURE, pairs, unwanted);
        }

        static Interest decode(Message message) {
            List<Object> body = body(message, INTEREST_SIGNATURE);
            Map<String, Long> wanted = new LinkedHashMap<>();
            for (Object pair : (List<?>) body.get(0)) {
                Struct struct = (Struct) pair;
                wanted.put(TopicName.checkPattern((String) struct.get(0)), (Long) struct.get(1));
            }
            List<String> unwanted = new ArrayList<>();
            for (Object pattern : (List<?>) body.get(1)) {
                unwanted.add((String) pattern);
            }
            return new Interest(wanted, unwanted);
        }
    }

    static byte[] ready(List<Long> sessions) {
        return signal(READY, READY_SIGNATURE, sessions);
    }

    static List<Long> decodeReady(Message message) {
        List<Long> sessions = new ArrayList<>();
        for (Object session : (List<?>) body(message, READY_SIGNATURE).get(0)) {
            sessions.add((Long) session);
        }
        return sessions;
    }

    /** The queue of one name, as the arbiter has it. */
    record NameOwner(String name, List<Claim> queue) {

        byte[] encode() {
            return signal(NAME_OWNER, NAME_OWNER_SIGNATURE, name, claims());
        }

        private List<Object> claims() {
            List<Object> claims = new ArrayList<>();
            queue.forEach(claim -> claims.add(Struct.of(claim.owner(), toBits(claim.flags()))));
            return claims;
        }

        static NameOwner decode(Message message) {
            List<Object> body = body(message, NAME_OWNER_SIGNATURE);
            return of((String) body.get(0), (List<?>) body.get(1));
        }

        private static NameOwner of(String name, List<?> claims) {
            List<Claim> queue = new ArrayList<>();
            for (Object claim : claims) {
                Struct struct = (Struct) claim;
                queue.add(new Claim((String) struct.get(0), fromBits((Long) struct.get(1))));
            }
            return new NameOwner(name, queue);
        }
    }

    static byte[] names(List<NameOwner> all) {
        List<Object> structs = new ArrayList<>();
        all.forEach(one -> structs.add(Struct.of(one.name(), one.claims())));
        return signal(NAMES, NAMES_SIGNATURE, structs);
    }

    static List<NameOwner> decodeNames(Message message) {
        List<NameOwner> all = new ArrayList<>();
        for (Object one : (List<?>) body(message, NAMES_SIGNATURE).get(0)) {
            Struct struct = (Struct) one;
            all.add(NameOwner.of((String) struct.get(0), (List<?>) struct.get(1)));
        }
        return all;
    }

    /** A participant as its node tells of it. */
    record Who(String name, long pid, long uid) {}

    /** Participants that came, and those that went. */
    record Participants(List<Who> came, List<String> went) {}

    static byte[] participants(Collection<Participant> came, List<String> went) {
        List<Object> structs = new ArrayList<>();
        came.forEach(one -> structs.add(Struct.of(one.name(), one.pid(), one.uid())));
        return signal(PARTICIPANTS, PARTICIPANTS_SIGNATURE, structs, went);
    }

    static Participants decodeParticipants(Message message) {
        List<Object> body = body(message, PARTICIPANTS_SIGNATURE);
        List<Who> came = new ArrayList<>();
        for (Object one : (List<?>) body.get(0)) {
            Struct struct = (Struct) one;
            came.add(new Who((String) struct.get(0), (Long) struct.get(1), (Long) struct.get(2)));
        }
        List<String> went = new ArrayList<>();
        for (Object name : (List<?>) body.get(1)) {
            went.add((String) name);
        }
        return new Participants(came, went);
    }

    static byte[] tellNames() {
        return signal(TELL_NAMES, "");
    }

    static byte[] gap(Gap gap) {
        return signal(GAP, GAP_SIGNATURE, gap.topic(), gap.from(), gap.to(), gap.count());
    }

    static Gap decodeGap(Message message, String sender) {
        List<Object> body = body(message, GAP_SIGNATURE);
        return new Gap(
                TopicName.check((String) body.get(0)),
                sender,
                (Long) body.get(1),
                (Long) body.get(2),
                (Long) body.get(3),
                Gap.Cause.SLOW_NODE);
    }

    /** A group and, by name, the transport it is on. */
    record Invitation(String transport, long group) {}

    static byte[] invite(String transport, long group) {
        return signal(INVITE, INVITE_SIGNATURE, transport, group);
    }

    static Invitation decodeInvite(Message message) {
        List<Object> body = body(message, INVITE_SIGNATURE);
        return new Invitation((String) body.get(0), (Long) body.get(1));
    }

    /** Whether somebody has joined a group. */
    record Joined(long group, boolean joined) {}

    static byte[] joined(long group, boolean joined) {
        return signal(JOINED, JOINED_SIGNATURE, group, joined);
    }

    static Joined decodeJoined(Message message) {
        List<Object> body = body(message, JOINED_SIGNATURE);
        return new Joined((Long) body.get(0), (Boolean) body.get(1));
    }

    static byte[] leave(long group) {
        return signal(LEAVE, LEAVE_SIGNATURE, group);
    }

    static long decodeLeave(Message message) {
        return (Long) body(message, LEAVE_SIGNATURE).get(0);
    }

    static byte[] shelf(long pid) {
        return signal(SHELF, SHELF_SIGNATURE, pid);
    }

    static long decodeShelf(Message message) {
        return (Long) body(message, SHELF_SIGNATURE).get(0);
    }

    static byte[] readsShelf(boolean reads) {
        return signal(READS_SHELF, READS_SHELF_SIGNATURE, reads);
    }

    static boolean decodeReadsShelf(Message message) {
        return (Boolean) body(message, READS_SHELF_SIGNATURE).get(0);
    }

    /** A call to the arbiter of names. */
    static byte[] call(String member, String signature, Object... body) {
        return MessageBuilder.call(PATH, INTERFACE, member)
                .serial(1)
                .body(signature, body)
                .build()
                .bytes();
    }

    /** Flags as D-Bus has them. */
    static long toBits(Set<NameFlag> flags) {
        long bits = 0;
        for (NameFlag flag : flags) {
            bits |= bit(flag);
        }
        return bits;
    }

    private static long bit(NameFlag flag) {
        return switch (flag) {
            case ALLOW_REPLACEMENT -> 1;
            case REPLACE_EXISTING -> 2;
            case DO_NOT_QUEUE -> 4;
        };
    }

    /** Flags as D-Bus has them; unknown ones are ignored. */
    static Set<NameFlag> fromBits(long bits) {
        EnumSet<NameFlag> flags = EnumSet.noneOf(NameFlag.class);
        for (NameFlag flag : NameFlag.values()) {
            if ((bits & bit(flag)) != 0) {
                flags.add(flag);
            }
        }
        return flags;
    }

    /**
     * The body of a message that must have that signature.
     *
     * @throws IllegalArgumentException if it has another
     * @throws headway.dbus.InvalidMessageException if it is malformed
     */
    static List<Object> body(Message message, String signature) {
        if (!message.signature().toString().equals(signature)) {
            throw new IllegalArgumentException(
                    message.member() + " has the signature '" + message.signature() + "', not '" + signature + "'");
        }
        return message.body();
    }

    private static byte[] signal(String member, String signature, Object... body) {
        return MessageBuilder.signal(PATH, INTERFACE, member)
                .serial(1)
                .body(signature, body)
                .build()
                .bytes();
    }
}
