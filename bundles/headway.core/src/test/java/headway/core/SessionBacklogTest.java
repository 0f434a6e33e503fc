package headway.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.CallException;
import headway.bus.Delivery;
import headway.bus.Message;
import headway.bus.Peer;
import headway.dbus.MessageBuilder;
import headway.transport.Credentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a peer that takes nothing can cost: memory and patience have bounds, whatever is asked. */
class SessionBacklogTest {

    private static final int MEBI = 1 << 20;

    private final List<byte[]> refused = new ArrayList<>();
    private final DirectRunner direct = new DirectRunner();
    private final Calls calls = new Calls(direct);
    private final Peer peer = new Peer(Greeter.uniqueName(7), Credentials.NONE);
    private final Session session = new Session(new SilentHost(), 7, 1, peer, 1 << 18, new Hearers(peer));

    private final class SilentHost implements Session.Host {

        @Override
        public long incarnation() {
            return 1;
        }

        @Override
        public long now() {
            return 1;
        }

        @Override
        public boolean onMessage(Session from, byte[] array, int offset, int length) {
            return true;
        }

        @Override
        public boolean onLent(Session from, Loan loan) {
            return false;
        }

        @Override
        public Shelves shelves() {
            return new Shelves(1, 0, new SimMemory(), new Rejections(), () -> {});
        }

        @Override
        public void onRejected(Session from, String why) {}

        @Override
        public void onRefused(Session to, byte[] message) {
            refused.add(message);
        }

        @Override
        public void onUnbound(Session from) {}

        @Override
        public void onUnreachable(Session from) {}

        @Override
        public Preference preference() {
            return new Preference();
        }
    }

    private static byte[] call(int serial) {
        return MessageBuilder.call("/a", "a.b", "C")
                .serial(serial)
                .body("s", "x")
                .build()
                .bytes();
    }

    @Test
    void so_much_waits_and_no_more() {
        for (int i = 0; i < 70; i++) {
            session.send(new byte[MEBI]);
        }
        assertEquals(6, refused.size());
        assertEquals(64 * MEBI, session.backlogBytes());
    }

    @Test
    void a_single_message_may_be_larger_than_what_may_wait() {
        session.send(new byte[100 * MEBI]);
        assertEquals(0, refused.size());
        session.send(new byte[1]);
        assertEquals(1, refused.size());
    }

    @Test
    void a_refused_call_fails_at_once_and_its_callee_owes_nothing() {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        calls.add(5, session, "C", 1000, answer);
        assertFalse(calls.onRefused(session, call(6)), "nobody waits for it");
        assertFalse(
                calls.onRefused(
                        session,
                        MessageBuilder.reply().replySerial(1).serial(5).build().bytes()),
                "a reply is no call");
        assertTrue(calls.onRefused(session, call(5)));
        direct.runAll();
        Throwable failure = answer.handle((reply, error) -> error).join();
        assertEquals(
                "org.freedesktop.DBus.Error.LimitsExceeded",
                assertInstanceOf(CallException.class, failure).errorName());
        assertEquals(Long.MAX_VALUE, calls.onTime(0), "nothing is due any more");
    }

    @Test
    void patience_has_a_bound() {
        Topics topics = new Topics();
        Topic topic = topics.get("a");
        assertTrue(topics.addInterest(session, "a", Long.MAX_VALUE));
        assertEquals(600_000, topics.patience(session, topic));
        assertTrue(topics.addInterest(session, "a", Long.MIN_VALUE));
        assertEquals(0, topics.patience(session, topic));
        Delivery eternal = Delivery.block(Duration.ofSeconds(Long.MAX_VALUE));
        topics.add(new Mailbox("a", eternal, message -> {}, Runnable::run, () -> {}, () -> {}));
        assertEquals(600_000, topics.wishes(250).get("a"));
    }
}
