package headway.uplink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.uplink.Calls.Call;
import headway.uplink.Questions.Question;
import org.junit.jupiter.api.Test;

/** Calls that pass between the buses are answered by who was called, whoever guesses their serials. */
class WhoMayAnswerTest {

    private static final DaemonConnection VIA = new DaemonConnection(null);

    private static Message reply(String sender) {
        return MessageBuilder.reply().serial(1).replySerial(7).sender(sender).build();
    }

    private static Message error(String sender) {
        return MessageBuilder.error("org.example.Error")
                .serial(1)
                .replySerial(7)
                .sender(sender)
                .build();
    }

    @Test
    void a_call_to_headway_is_answered_by_its_callee_and_once() {
        Calls calls = new Calls();
        calls.add(7, new Call(VIA, ":1.5", 3, ":a.4"));
        assertNull(calls.settle(":a.5", reply(":a.5")));
        assertNull(calls.settle(":b.1", error(":b.1")));
        assertNull(calls.settle(":a.1", reply(":a.1")));
        assertNotNull(calls.settle(":a.4", reply(":a.4")));
        assertNull(calls.settle(":a.4", reply(":a.4")));
    }

    @Test
    void the_node_of_a_callee_says_that_there_will_be_no_answer() {
        Calls calls = new Calls();
        calls.add(7, new Call(VIA, ":1.5", 3, ":a.4"));
        assertNotNull(calls.settle(":a.1", error(":a.1")));
    }

    @Test
    void who_has_left_the_daemon_waits_no_more() {
        Calls calls = new Calls();
        calls.add(7, new Call(VIA, ":1.5", 3, ":a.4"));
        calls.forgetCaller(":1.6");
        calls.forgetCaller(":1.5");
        assertNull(calls.settle(":a.4", reply(":a.4")));
    }

    @Test
    void a_call_to_the_daemon_is_answered_by_its_callee_or_the_daemon() {
        Questions questions = new Questions(name -> name.equals("org.example.A") ? ":1.9" : null);
        Question question = new Question(":a.4", 3, ":c.2", ":1.5", "org.example.A");
        questions.add(VIA, 7, question);
        assertNull(questions.settle(VIA, reply(":1.6")));
        assertNull(questions.settle(new DaemonConnection(null), reply(":1.5")));
        assertEquals(question, questions.settle(VIA, reply(":1.5")));
        questions.add(VIA, 7, question);
        assertEquals(question, questions.settle(VIA, error(DaemonConnection.BUS)));
        // The name has passed to somebody else before the call arrived.
        questions.add(VIA, 7, question);
        assertEquals(question, questions.settle(VIA, reply(":1.9")));
        assertFalse(questions.endOf(VIA).contains(question));
    }
}
