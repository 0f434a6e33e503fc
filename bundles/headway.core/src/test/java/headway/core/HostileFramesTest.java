package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Gap;
import headway.bus.Peer;
import headway.bus.port.NameClaim;
import headway.bus.port.PortListener;
import headway.dbus.MessageBuilder;
import headway.transport.Address;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.LinkListener;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes come over a link: no exception goes back to the transport, nothing of it is delivered, it is counted, and
 * the others go on. To search for more than the committed inputs: {@code JAZZER_FUZZ=1 ./mvnw -pl bundles/headway.core -am
 * test -Dtest=HostileFramesTest -Dheadway.jazzer.hooks=true}.
 */
class HostileFramesTest {

    private static final NodeConfig CONFIG = new NodeConfig("sim", 1 << 18, 1 << 16, 1 << 20, 100_000, 2000);

    private final Simulation simulation = new Simulation(1);
    private final SimMedium medium =
            new SimMedium(simulation, "medium", EnumSet.of(Feature.LOSSLESS, Feature.ORDERED, Feature.GROUPS));
    private final SimProcess victim = process();
    private final SimProcess friend = process();
    private final List<Object> got = new ArrayList<>();
    private final List<byte[]> captured = new ArrayList<>();
    private final Link attacker;

    HostileFramesTest() {
        medium.sabotage(frame -> {
            captured.add(frame.clone());
            return frame;
        });
        victim.bus()
                .subscribe(
                        "*",
                        Delivery.onReceivingThread(),
                        message -> got.add(message.body().get(0)));
        victim.bus().export("/o", "org.sim.O", Execution.DIRECT, call -> call.reply("s", "fine"));
        friend.bus().subscribe("*", Delivery.onReceivingThread(), message -> {});
        simulation.run(1_000_000_000);
        for (int i = 0; i < 20; i++) {
            friend.run(() -> friend.bus().publish("a/b", "s", "good"));
            victim.run(() -> victim.bus().publish("a/b", "s", "other"));
        }
        simulation.run(1_000_000_000);
        assertEquals(20, got.stream().filter("good"::equals).count());
        got.clear();
        medium.sabotage(frame -> frame);
        medium.opener(process());
        attacker = medium.open("sim", new LinkListener() {
            @Override
            public void onFrame(Address from, headway.transport.Credentials credentials, ByteBuffer frame) {}

            @Override
            public void onWritable() {}

            @Override
            public void onGone(Address peer) {}

            @Override
            public void onClosed(Exception cause) {}
        });
    }

    private SimProcess process() {
        SimProcess process = new SimProcess(simulation, CONFIG);
        process.open(medium, 0);
        return process;
    }

    private Address victimsAddress() {
        return victim.node().links().get(0).link().local();
    }

    private void attack(byte[] frame) {
        if (frame.length > 0 && frame.length <= Frame.MAX) {
            attacker.send(victimsAddress(), ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN));
            simulation.run(1_000_000);
        }
    }

    private long rejected() {
        return victim.bus().view().rejected().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** A friend is still heard, once and in order. */
    private void assertUndisturbed() {
        got.clear();
        friend.run(() -> friend.bus().publish("a/b", "s", "one"));
        friend.run(() -> friend.bus().publish("a/b", "s", "two"));
        simulation.run(2_000_000_000);
        assertEquals(List.of("one", "two"), got);
    }

    /** The frames of a peer that says hello properly and is hostile then. */
    private byte[] session(Frame.Kind kind, int flags, long sequence, long ack, byte[] payload) {
        byte[] frame = Arrays.copyOf(new byte[Frame.HEADER], Frame.HEADER + payload.length);
        System.arraycopy(payload, 0, frame, Frame.HEADER, payload.length);
        int epoch = victim.node().sessions().stream()
                .filter(session -> session.id() == 77)
                .mapToInt(Session::epoch)
                .findFirst()
                .orElse(0);
        Frame.writeHeader(frame, 0, kind, flags, frame.length, 77, 5, epoch, sequence, ack);
        return frame;
    }

    private void sayHello() {
        attack(session(
                Frame.Kind.HELLO,
                0,
                0,
                0,
                new Control.Hello("sim", ":" + Long.toString(77, 36) + ".1", 1, true).encode()));
    }

    @Test
    void random_bytes_are_counted_and_disturb_nobody() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 3000; i++) {
            byte[] frame = new byte[1 + random.nextInt(200)];
            random.nextBytes(frame);
            attack(frame);
        }
        assertEquals(3000, rejected());
        assertEquals(List.of(), got);
        assertUndisturbed();
    }

    @Test
    void changed_and_cut_copies_of_real_frames_are_never_delivered() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 5000; i++) {
            byte[] frame = captured.get(random.nextInt(captured.size())).clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            attack(random.nextInt(3) == 0 ? Arrays.copyOf(frame, random.nextInt(frame.length) + 1) : frame);
        }
        assertEquals(List.of(), got);
        assertTrue(rejected() > 1000, "counted only " + rejected());
        assertTrue(victim.bus().view().rejected().size() < 600, "reasons do not grow without end");
        assertUndisturbed();
    }

    @Test
    void a_peer_that_sends_garbage_in_its_session_harms_itself_only() {
        SplittableRandom random = new SplittableRandom(3);
        sayHello();
        byte[] good = MessageBuilder.signal("/a/b", SignalName.INTERFACE, SignalName.MEMBER)
                .serial(1)
                .body("s", "evil")
                .build()
                .bytes();
        long sequence = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] payload = good.clone();
            for (int j = random.nextInt(6); j > 0; j--) {
                payload[random.nextInt(payload.length)] = (byte) random.nextInt();
            }
            sequence++;
            attack(session(Frame.Kind.DATA, 0, sequence, 0, payload));
        }
        assertTrue(rejected() > 100, "counted only " + rejected());
        assertUndisturbed();
    }

    @Test
    void pieces_without_an_end_are_refused_beyond_the_limit_and_claims_allocate_nothing() {
        sayHello();
        byte[] claim = new byte[16];
        claim[0] = 'l';
        claim[1] = 4;
        claim[3] = 1;
        Bytes.putInt(claim, 4, 127 << 20);
        attack(session(Frame.Kind.DATA, 0, 1, 0, claim));
        attack(session(Frame.Kind.DATA, Frame.PIECE | Frame.LAST, 2, 0, claim));
        assertEquals(2, rejected());
        assertUndisturbed();
    }

    @Test
    void a_reference_to_what_is_on_no_shelf_is_refused_and_its_claim_allocates_nothing() {
        sayHello();
        byte[] reference = new byte[Frame.REFERENCE];
        attack(session(Frame.Kind.DATA, Frame.SHELVED, 1, 0, reference));
        long[] wrong = {-1, 0, 1 << 16, 1 << 20, (1 << 20) + 1, 1 << 27, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE};
        simulation.memory().create(77, 1 << 20);
        attack(session(Frame.Kind.DATA, 0, 2, 0, Control.shelf(1)));
        long sequence = 2;
        for (long at : wrong) {
            for (long length : wrong) {
                Bytes.putLong(reference, 0, at);
                Bytes.putLong(reference, 8, length);
                sequence++;
                attack(session(Frame.Kind.DATA, Frame.SHELVED, sequence, 0, reference));
            }
        }
        // What is there is zeros, and no message.
        assertTrue(rejected() >= sequence - 1, "counted only " + rejected());
        assertUndisturbed();
    }

    @Test
    void what_was_never_taken_cannot_be_given_back() {
        sayHello();
        attack(session(Frame.Kind.ACK, 0, 1, 0, new byte[0]));
        attack(session(Frame.Kind.ACK, 0, -1, 0, new byte[0]));
        attack(session(Frame.Kind.ACK, 0, Long.MAX_VALUE, 0, new byte[0]));
        assertEquals(3, victim.bus().view().rejected().get("gives back what it never took"));
        assertUndisturbed();
    }

    @Test
    void what_was_never_sent_cannot_be_acknowledged() {
        sayHello();
        attack(session(Frame.Kind.ACK, 0, 0, 1_000_000, new byte[0]));
        attack(session(Frame.Kind.ACK, 0, 0, -5, new byte[0]));
        assertEquals(2, victim.bus().view().rejected().get("acknowledges what was never sent"));
        assertUndisturbed();
    }

    /** A frame to a group from that peer, with these receivers, which is for the victim the frame of that number. */
    private byte[] group(long sequence, byte[] payload, long... receivers) {
        byte[] ordinary = session(Frame.Kind.DATA, 0, sequence, 0, payload);
        int at = GroupFrame.payload(receivers.length);
        byte[] frame = new byte[at + payload.length];
        System.arraycopy(payload, 0, frame, at, payload.length);
        GroupFrame.writeHeader(frame, frame.length, 77, receivers.length);
        for (int i = 0; i < receivers.length; i++) {
            GroupFrame.writeEnvelope(frame, i, receivers[i], 5, Frame.peerEpoch(ordinary, 0), sequence, 0);
        }
        return frame;
    }

    private static byte[] signal(String text) {
        return MessageBuilder.signal("/a/b", SignalName.INTERFACE, SignalName.MEMBER)
                .serial(1)
                .body("s", text)
                .build()
                .bytes();
    }

    private long ourselves() {
        return victim.node().incarnation();
    }

    @Test
    void a_frame_to_a_group_is_taken_by_its_envelope_and_by_nobody_else() {
        sayHello();
        attack(group(1, signal("first"), 5, ourselves(), 6));
        attack(group(2, signal("for others"), 5, 6));
        attack(group(2, signal("second"), ourselves()));
        assertEquals(List.of("first", "second"), got);
        assertEquals(0, rejected());
        assertEquals(1, victim.bus().view().transports().get(0).counters().get("group frames for others"));
        assertUndisturbed();
    }

    @Test
    void envelopes_that_cannot_be_are_counted_and_nothing_behind_them_is_delivered() {
        sayHello();
        attack(group(1, signal("twice"), ourselves(), 5, ourselves()));
        byte[] none = group(1, signal("none"), ourselves());
        Bytes.putLong(none, 24, 0);
        attack(none);
        for (long count : new long[] {-1, 5, 65, 1 << 20, Long.MAX_VALUE, Long.MIN_VALUE + 1}) {
            byte[] frame = group(1, signal("count"), ourselves());
            Bytes.putLong(frame, 24, count);
            attack(frame);
        }
        long[] tooMany = new long[GroupFrame.MOST + 1];
        tooMany[3] = ourselves();
        attack(group(1, signal("too many"), tooMany));
        attack(group(1, new byte[0], ourselves()));
        assertEquals(10, victim.bus().view().rejected().get("group frame with wrong envelopes"));
        assertEquals(List.of(), got);
        assertUndisturbed();
    }

    @Test
    void an_envelope_of_a_session_that_is_not_there_or_not_the_senders_delivers_nothing() {
        attack(group(1, signal("no hello yet"), ourselves()));
        sayHello();
        byte[] otherEpoch = group(1, signal("epoch"), ourselves());
        Bytes.putInt(otherEpoch, GroupFrame.payload(0) + 12, 99);
        attack(otherEpoch);
        byte[] friends = group(21, signal("friend"), ourselves());
        Bytes.putLong(friends, 8, friend.node().incarnation());
        attack(friends);
        byte[] acks = group(1, signal("acks"), ourselves());
        Bytes.putLong(acks, GroupFrame.payload(0) + 24, 1_000_000);
        attack(acks);
        assertEquals(List.of(), got);
        assertEquals(1, victim.bus().view().rejected().get("acknowledges what was never sent"));
        assertUndisturbed();
    }

    @Test
    void changed_and_cut_envelopes_are_never_delivered_to_the_wrong_place() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 3000; i++) {
            byte[] frame = group(1 + random.nextInt(3), signal("evil"), 5, ourselves(), 6);
            for (int j = random.nextInt(4); j >= 0; j--) {
                frame[random.nextInt(GroupFrame.payload(3))] = (byte) random.nextInt();
            }
            attack(random.nextInt(3) == 0 ? Arrays.copyOf(frame, random.nextInt(frame.length) + 1) : frame);
        }
        assertEquals(List.of(), got, "there is no session");
        assertUndisturbed();
    }

    @Test
    void invitations_that_cannot_be_accepted_are_refused_and_bounded() {
        sayHello();
        long sequence = 0;
        List<byte[]> invitations = new ArrayList<>(List.of(
                Control.invite("medium", -1),
                Control.invite("medium", 5),
                Control.invite("nothing", Long.MIN_VALUE + 5),
                Control.leave(Long.MIN_VALUE + 5),
                Control.joined(Long.MIN_VALUE + 5, true)));
        for (long i = 0; i < 100; i++) {
            invitations.add(Control.invite("medium", Long.MIN_VALUE + 100 + i));
        }
        for (byte[] invitation : invitations) {
            sequence++;
            attack(session(Frame.Kind.DATA, 0, sequence, 0, invitation));
        }
        assertEquals(Groups.MOST, victim.node().invitations().count());
        sequence++;
        attack(session(Frame.Kind.BYE, 0, sequence - 1, 0, new byte[0]));
        assertEquals(0, victim.node().invitations().count());
        assertUndisturbed();
    }

    private static final String HOSTILE = ":" + Long.toString(77, 36) + ".";

    private static byte[] participants(String came, String... went) {
        Participant one = Participant.elsewhere(new Peer(came, headway.transport.Credentials.NONE), null, 1, 1);
        return Control.participants(List.of(one), List.of(went));
    }

    private static byte[] signalOf(String sender) {
        return MessageBuilder.signal("/a/b", SignalName.INTERFACE, SignalName.MEMBER)
                .sender(sender)
                .serial(1)
                .body("s", sender)
                .build()
                .bytes();
    }

    /** What a victim's port is told and brought. */
    private static final class Told implements PortListener {
        private final List<String> all = new ArrayList<>();

        @Override
        public void onParticipant(String participant, String node, long pid, long uid) {
            all.add("came " + participant);
        }

        @Override
        public void onGone(String participant) {
            all.add("went " + participant);
        }

        @Override
        public void onName(String name, List<NameClaim> queue) {
            all.add(name + " " + queue);
        }

        @Override
        public void onMessage(String sender, String to, byte[] array, int offset, int length) {
            all.add("message of " + sender + " to " + to);
        }

        @Override
        public void onGap(Gap gap) {
            all.add("gap");
        }

        @Override
        public void onRoom() {
            all.add("room");
        }
    }

    @Test
    void a_node_that_ends_before_it_has_told_everything_was_never_there() {
        Told told = new Told();
        List<String> changes = new ArrayList<>();
        victim.bus().watchNames(change -> changes.add(change.name()));
        NodePort port = new NodePort(victim.node(), Runnable::run, told).open();
        simulation.run(100_000_000);
        told.all.clear();
        changes.clear();
        sayHello();
        attack(session(Frame.Kind.DATA, 0, 1, 0, participants(HOSTILE + "2")));
        attack(session(Frame.Kind.BYE, 0, 1, 0, new byte[0]));
        assertNull(victim.node().sessionOf(HOSTILE + "1"));
        assertEquals(List.of(), told.all);
        assertEquals(List.of(), changes);
        port.close();
    }

    @Test
    void a_node_is_believed_about_its_own_participants_only() {
        Told told = new Told();
        NodePort port = new NodePort(victim.node(), Runnable::run, told).open();
        String ours = port.join(1, 1);
        Told unused = new Told();
        String friends =
                new NodePort(friend.node(), Runnable::run, unused).open().join(1, 1);
        friend.work();
        simulation.run(100_000_000);
        assertTrue(told.all.contains("came " + friends), told.all.toString());
        sayHello();
        List<byte[]> forged = List.of(
                participants(friends),
                participants(friend.bus().uniqueName()),
                participants(ours),
                participants(HOSTILE + "1"),
                participants(HOSTILE + "02"),
                participants(HOSTILE + "2.3"),
                participants(HOSTILE),
                signalOf(friends),
                signalOf(ours),
                signalOf(victim.bus().uniqueName()),
                signalOf(HOSTILE + "9"),
                MessageBuilder.reply()
                        .replySerial(1)
                        .sender(friends)
                        .destination(ours)
                        .serial(1)
                        .build()
                        .bytes(),
                Control.call(Control.REQUEST_NAME, Control.REQUEST_NAME_SIGNATURE, friends, "org.test.Name", 0L),
                Control.call(Control.RELEASE_NAME, Control.RELEASE_NAME_SIGNATURE, ours, "org.test.Name"));
        long sequence = 0;
        told.all.clear();
        for (byte[] message : forged) {
            long before = rejected();
            sequence++;
            attack(session(Frame.Kind.DATA, 0, sequence, 0, message));
            assertEquals(before + 1, rejected(), "message " + sequence + " is refused and counted");
        }
        assertEquals(List.of(), got);
        assertEquals(List.of(), told.all);

        List<byte[]> honest = List.of(
                Control.ready(List.of()),
                participants(HOSTILE + "2"),
                signalOf(HOSTILE + "2"),
                MessageBuilder.call("/a", "a.b", "C")
                        .sender(HOSTILE + "2")
                        .destination(ours)
                        .serial(1)
                        .build()
                        .bytes());
        for (byte[] message : honest) {
            sequence++;
            attack(session(Frame.Kind.DATA, 0, sequence, 0, message));
        }
        assertEquals(List.of(HOSTILE + "2"), got);
        assertEquals(
                List.of("came " + HOSTILE + "1", "came " + HOSTILE + "2", "message of " + HOSTILE + "2 to " + ours),
                told.all);
        told.all.clear();
        attack(session(Frame.Kind.BYE, 0, sequence, 0, new byte[0]));
        assertEquals(List.of("went " + HOSTILE + "2", "went " + HOSTILE + "1"), told.all);
        port.close();
        assertUndisturbed();
    }

    @Test
    void garbage_about_participants_and_to_them_harms_nobody() {
        SplittableRandom random = new SplittableRandom(5);
        Told told = new Told();
        NodePort port = new NodePort(victim.node(), Runnable::run, told).open();
        String ours = port.join(1, 1);
        victim.work();
        sayHello();
        List<byte[]> good = List.of(
                participants(HOSTILE + "2", HOSTILE + "3"),
                Control.call(Control.REQUEST_NAME, Control.REQUEST_NAME_SIGNATURE, HOSTILE + "2", "org.test.Name", 0L),
                MessageBuilder.call("/a", "a.b", "C")
                        .sender(HOSTILE + "2")
                        .destination(ours)
                        .serial(1)
                        .body("as", List.of("x", "y"))
                        .build()
                        .bytes());
        long sequence = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] message = good.get(random.nextInt(good.size())).clone();
            for (int j = random.nextInt(6); j > 0; j--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            sequence++;
            attack(session(Frame.Kind.DATA, 0, sequence, 0, message));
        }
        assertTrue(rejected() > 100, "counted only " + rejected());
        for (String one : told.all) {
            assertTrue(!one.startsWith("came ") || one.contains(HOSTILE) || one.endsWith(".1"), one);
            assertTrue(!one.startsWith("message of ") || one.contains(HOSTILE), one);
        }
        port.close();
        assertUndisturbed();
    }

    @FuzzTest(maxDuration = "5m")
    void any_bytes_are_a_frame_or_refused(byte[] bytes) {
        attack(bytes);
        sayHello();
        byte[] some = bytes.length > 1000 ? Arrays.copyOf(bytes, 1000) : bytes;
        attack(session(Frame.Kind.DATA, 0, 1, 0, some));
        attack(session(Frame.Kind.GROUP, 0, 1 + bytes.length % 3, 0, some));
        attack(group(2, some, 5, ourselves()));
        assertUndisturbed();
    }
}
