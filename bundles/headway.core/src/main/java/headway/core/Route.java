package headway.core;

import headway.transport.Address;

/**
 * A way to a peer: one of our links and the peer's address on it, and what is known of how it works. Compared by identity;
 * belongs to the bus's owner.
 */
final class Route {

    /** So long an answer to a check may take. */
    private static final long CHECK_NANOS = 200_000_000;
    /** The first check may come before the peer knows of this way, and be refused. */
    private static final long FIRST_CHECK_NANOS = 20_000_000;
    /** After so many checks without an answer it fails. */
    private static final int MOST_ATTEMPTS = 4;
    /** Until it is tried again; twice as long each time it fails again. */
    private static final long RETRY_NANOS = 1_000_000_000;

    private static final int MOST_DOUBLINGS = 6;

    private final LinkSlot slot;
    private final Address address;

    /** The numbers of the first and the last check that was not answered. */
    private long firstCheck = Long.MAX_VALUE;

    private long lastCheck;

    /** The last that came over it was that nothing follows. */
    private boolean left;

    private boolean checked;
    private long checkedAt;
    private int attempts;
    private int failures;
    private long retryAt;

    Route(LinkSlot slot, Address address, long now) {
        this.slot = slot;
        this.address = address;
        this.checkedAt = now;
        this.retryAt = now;
    }

    LinkSlot slot() {
        return slot;
    }

    Address address() {
        return address;
    }

    /**
     * A frame of the peer came over it.
     *
     * @param last whether it says that it is the last one here
     */
    void heard(boolean last) {
        left = last;
    }

    /** Whether the peer has said that nothing follows over it: if it ends now that says nothing of the peer. */
    boolean isLeft() {
        return left;
    }

    /** That check leaves now. */
    void checked(long number, long now) {
        firstCheck = Math.min(firstCheck, number);
        lastCheck = number;
        checked = true;
        checkedAt = now;
        attempts++;
    }

    /** It had no room for a check, which may come later. */
    void skipped(long now) {
        checked = false;
        checkedAt = now;
    }

    /** Whether the answer to a check is waited for. */
    boolean isChecked() {
        return checked;
    }

    /** When the last check left, or was to leave. */
    long checkedAt() {
        return checkedAt;
    }

    /** When the check that is under way has waited long enough. */
    long overdueAt() {
        return checkedAt + (attempts > 1 ? CHECK_NANOS : FIRST_CHECK_NANOS);
    }

    boolean mayTryAgain() {
        return attempts < MOST_ATTEMPTS;
    }

    /** An answer came, however late; says whether it is one to our checks. */
    boolean answers(long number) {
        if (number < firstCheck || number > lastCheck) {
            return false;
        }
        firstCheck = Long.MAX_VALUE;
        checked = false;
        attempts = 0;
        failures = 0;
        retryAt = checkedAt;
        return true;
    }

    /** It does not work, for a while. */
    void fail(long now) {
        checked = false;
        attempts = 0;
        retryAt = now + (RETRY_NANOS << Math.min(failures, MOST_DOUBLINGS));
        failures++;
    }

    /** It may be tried at once, whatever was before. */
    void rested() {
        checked = false;
        attempts = 0;
        retryAt = Math.min(retryAt, checkedAt);
    }

    /** How often in a row it did not answer. */
    int failures() {
        return failures;
    }

    /** Before that time it need not be tried again. */
    long retryAt() {
        return retryAt;
    }
}
