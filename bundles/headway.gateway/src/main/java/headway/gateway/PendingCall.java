package headway.gateway;

/** A call that waits for its answer; also, without a caller, the head of the list of calls that one client owes. */
final class PendingCall {

    Client caller;
    Client callee;
    int serial;
    private PendingCall next = this;
    private PendingCall before = this;

    /** Into the list of this head. */
    void add(PendingCall call) {
        call.before = before;
        call.next = this;
        before.next = call;
        before = call;
    }

    void unlink() {
        before.next = next;
        next.before = before;
        next = this;
        before = this;
    }

    /** The newest of the list of this head, or null. */
    PendingCall newest() {
        return before == this ? null : before;
    }
}
