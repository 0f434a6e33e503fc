package headway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import headway.bus.Outcome;
import headway.dbus.MessageBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Messages for other nodes, put together again from whatever pieces the outbox has them in. */
class BridgeStreamTest {

    private final FakePort port = new FakePort();
    private final BridgeStream stream = new BridgeStream(port, readable -> {});

    private static byte[] record(byte[] preface, int serial, int size) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(preface);
        record.writeBytes(MessageBuilder.signal("/a", "a.b", "C")
                .serial(serial)
                .body("ay", (Object) new byte[size])
                .build()
                .bytes());
        return record.toByteArray();
    }

    private static Chunk chunk(byte[] bytes) {
        return new Chunk(ByteBuffer.wrap(bytes), 0);
    }

    @Test
    void messages_arrive_whole_whatever_the_pieces_and_however_often_there_is_no_room() {
        SplittableRandom random = new SplittableRandom(1);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            boolean signal = random.nextBoolean();
            all.writeBytes(record(
                    signal ? BridgeStream.toTopic("a/b/C") : BridgeStream.toName(":x.2"),
                    i,
                    random.nextInt(20) == 0 ? 70_000 : random.nextInt(100)));
            expected.add((signal ? "a/b/C " : ":x.2 ") + i);
        }
        byte[] bytes = all.toByteArray();
        Chunk chunk = chunk(bytes);
        int at = 0;
        while (at < bytes.length) {
            port.outcome = random.nextInt(3) == 0 ? Outcome.FULL : Outcome.SENT;
            at += stream.write(chunk, at, Math.min(1 + random.nextInt(5000), bytes.length - at), null);
        }
        port.outcome = Outcome.SENT;
        stream.retry();
        assertEquals(expected, port.sent);
    }

    @Test
    void the_last_message_goes_when_there_is_room_though_nothing_follows_it() {
        byte[] bytes = record(BridgeStream.toName(":x.2"), 7, 10);
        port.outcome = Outcome.FULL;
        assertEquals(bytes.length, stream.write(chunk(bytes), 0, bytes.length, null));
        stream.retry();
        assertEquals(List.of(), port.sent);
        port.outcome = Outcome.SENT;
        stream.retry();
        stream.retry();
        assertEquals(List.of(":x.2 7"), port.sent);
    }
}
