package headway.remote.impl;

import headway.bus.Call;
import headway.bus.CallException;
import headway.dbus.ErrorNames;
import java.lang.System.Logger.Level;

/** Gives a call its one answer, whatever becomes of it. */
final class Answers {

    private static final System.Logger LOG = System.getLogger(Answers.class.getName());

    private Answers() {}

    /** Answers with a result; if that cannot be sent (it is too large), with an error that says so. */
    static void reply(Call call, String signature, Object... body) {
        try {
            call.reply(signature, body);
        } catch (IllegalArgumentException unfit) {
            error(call, new CallException(ErrorNames.FAILED, "The answer cannot be sent: " + unfit.getMessage()));
        } catch (IllegalStateException answered) {
            LOG.log(Level.DEBUG, "Nobody waits for an answer any more", answered);
        }
    }

    /** Answers with an error. */
    static void error(Call call, CallException error) {
        try {
            call.error(error.errorName(), error.text());
        } catch (IllegalStateException answered) {
            LOG.log(Level.DEBUG, "Nobody waits for an answer any more", answered);
        }
    }
}
