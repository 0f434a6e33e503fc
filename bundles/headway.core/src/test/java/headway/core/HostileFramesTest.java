package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import headway.bus.Delivery;
import headway.bus.Execution;
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

    private static final NodeConfig CONFIG = new NodeConfig("sim", 1 << 18, 1 << 16, 100_000, 2000);

    private final Simulation simulation = new Simulation(1);
    private final SimMedium medium = new SimMedium(simulation, "medium", EnumSet.of(Feature.LOSSLESS, Feature.ORDERED));
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
        byte[] good = MessageBuilder.signal("/a/b", TopicName.INTERFACE, TopicName.MEMBER)
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
    void what_was_never_sent_cannot_be_acknowledged() {
        sayHello();
        attack(session(Frame.Kind.ACK, 0, 0, 1_000_000, new byte[0]));
        attack(session(Frame.Kind.ACK, 0, 0, -5, new byte[0]));
        assertEquals(2, victim.bus().view().rejected().get("acknowledges what was never sent"));
        assertUndisturbed();
    }

    @FuzzTest(maxDuration = "5m")
    void any_bytes_are_a_frame_or_refused(byte[] bytes) {
        attack(bytes);
        sayHello();
        attack(session(Frame.Kind.DATA, 0, 1, 0, bytes.length > 1000 ? Arrays.copyOf(bytes, 1000) : bytes));
        assertUndisturbed();
    }
}
