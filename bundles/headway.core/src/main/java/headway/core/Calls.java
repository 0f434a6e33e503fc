package headway.core;

import headway.bus.CallException;
import headway.bus.Message;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Calls from here that wait for their answer from another node. Each gets exactly one: a reply, an error, or one made here
 * when the deadline passes or the other side is gone. Belongs to the bus's owner.
 */
final class Calls {

    private static final String LIMITS_EXCEEDED = "org.freedesktop.DBus.Error.LimitsExceeded";

    /** In a message's second byte. */
    private static final byte METHOD_CALL = 1;

    private final DirectRunner direct;
    private final Map<Integer, Pending> bySerial = new HashMap<>();
    private final TreeSet<Pending> byDeadline =
            new TreeSet<>(Comparator.comparingLong(Pending::deadline).thenComparingInt(Pending::serial));

    /** Numbers for calls that stay in this JVM, which no message carries. */
    private int localSerial;

    private record Pending(
            int serial,
            Correspondent callee,
            String calleeName,
            String what,
            long deadline,
            CompletableFuture<Message> answer) {}

    Calls(DirectRunner direct) {
        this.direct = direct;
    }

    /** A call was sent. */
    void add(int serial, Correspondent callee, String what, long deadline, CompletableFuture<Message> answer) {
        Pending pending = new Pending(serial, callee, callee.peer().uniqueName(), what, deadline, answer);
        bySerial.put(serial, pending);
        byDeadline.add(pending);
        callee.expectAnswer();
    }

    /** A call to an object of this JVM was not answered at once: only its deadline is watched here. */
    int addLocal(String name, String what, long deadline, CompletableFuture<Message> answer) {
        localSerial--;
        byDeadline.add(new Pending(localSerial, null, name, what, deadline, answer));
        return localSerial;
    }

    /** A call to an object of this JVM was answered. */
    void removeLocal(int serial, long deadline) {
        byDeadline.remove(new Pending(serial, null, "", "", deadline, null));
    }

    /** An answer arrived; says no if nobody waits for it. */
    boolean onAnswer(Correspondent from, int serial, BusMessage message) {
        Pending pending = bySerial.get(serial);
        if (pending == null || pending.callee != from) {
            return false;
        }
        remove(pending);
        if (message.type() == Message.Type.ERROR) {
            fail(pending, message.errorName(), errorText(message));
        } else {
            direct.add(() -> pending.answer.complete(message));
        }
        return true;
    }

    /**
     * So much waits for that node that a message will not be sent: if it is a call, its caller is told.
     *
     * @return whether it is a call of ours
     */
    boolean onRefused(Correspondent callee, byte[] message) {
        Pending pending = message[1] == METHOD_CALL ? bySerial.get(Bytes.getInt(message, 8)) : null;
        if (pending == null || pending.callee != callee) {
            return false;
        }
        remove(pending);
        fail(pending, LIMITS_EXCEEDED, "Too much waits for " + pending.calleeName + " to take it already");
        return true;
    }

    /** Somebody will not answer any more. */
    void failAll(Correspondent callee, String errorName, String text) {
        for (Iterator<Pending> all = byDeadline.iterator(); all.hasNext(); ) {
            Pending pending = all.next();
            if (callee == null || pending.callee == callee) {
                all.remove();
                forget(pending);
                fail(pending, errorName, text);
            }
        }
    }

    /** Ends those whose deadline has passed; returns the next deadline. */
    long onTime(long now) {
        while (!byDeadline.isEmpty() && byDeadline.first().deadline <= now) {
            Pending pending = byDeadline.first();
            remove(pending);
            fail(
                    pending,
                    CallException.NO_REPLY,
                    pending.what + " was not answered by " + pending.calleeName + " within its deadline");
        }
        return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.first().deadline;
    }

    private void remove(Pending pending) {
        byDeadline.remove(pending);
        forget(pending);
    }

    private void forget(Pending pending) {
        bySerial.remove(pending.serial);
        if (pending.callee != null) {
            pending.callee.expectAnswerNoMore();
        }
    }

    private void fail(Pending pending, String errorName, String text) {
        direct.add(() -> pending.answer.completeExceptionally(new CallException(errorName, text)));
    }

    /** By convention the first value of an error's body is a text for people. */
    private static String errorText(Message error) {
        if (!error.signature().startsWith("s")) {
            return "";
        }
        try {
            return (String) error.body().get(0);
        } catch (headway.dbus.InvalidMessageException e) {
            return "";
        }
    }
}
