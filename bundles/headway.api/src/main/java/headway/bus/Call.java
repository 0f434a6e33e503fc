package headway.bus;

import org.osgi.annotation.versioning.ProviderType;

/** A call that waits for its one answer. The first answer counts; a later one is refused. */
@ProviderType
public interface Call {

    /** What was asked. */
    Message message();

    /** Whether the caller waits for an answer (it did not set NO_REPLY_EXPECTED). */
    boolean answerExpected();

    /**
     * Answers.
     *
     * @throws IllegalArgumentException if the body does not fit the signature; the call is then still unanswered
     * @throws IllegalStateException if it was answered already
     */
    void reply(String signature, Object... body);

    /**
     * Answers with an error.
     *
     * @throws IllegalArgumentException if the error name is malformed; the call is then still unanswered
     * @throws IllegalStateException if it was answered already
     */
    void error(String errorName, String text);
}
