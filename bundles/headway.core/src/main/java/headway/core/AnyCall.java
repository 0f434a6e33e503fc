package headway.core;

import headway.bus.Call;
import headway.bus.CallException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A call that waits for its one answer, wherever its caller is. */
abstract class AnyCall implements Call {

    private final BusMessage message;
    private final AtomicBoolean answered = new AtomicBoolean();

    AnyCall(BusMessage message) {
        this.message = message;
    }

    @Override
    public final BusMessage message() {
        return message;
    }

    @Override
    public boolean answerExpected() {
        return message.expectsReply();
    }

    /** Answers with an error unless it was answered already: after the handler threw. */
    final void fail(String errorName, String text) {
        Runnable answer;
        try {
            answer = encodeError(errorName, text);
        } catch (IllegalArgumentException e) {
            answer = encodeError(CallException.FAILED, errorName + ": " + text);
        }
        if (answered.compareAndSet(false, true)) {
            answer.run();
        }
    }

    @Override
    public final void reply(String signature, Object... body) {
        answerOnce(encodeReply(signature, body));
    }

    @Override
    public final void error(String errorName, String text) {
        answerOnce(encodeError(errorName, text));
    }

    /** Checks and encodes before the answer counts as given, so that a bad one can still be corrected. */
    private void answerOnce(Runnable answer) {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("The call " + message.member() + " was answered already");
        }
        answer.run();
    }

    /** What sends that reply. */
    abstract Runnable encodeReply(String signature, Object... body);

    /** What sends that error. */
    abstract Runnable encodeError(String errorName, String text);
}
