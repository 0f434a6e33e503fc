package headway.gateway;

import headway.dbus.ErrorNames;
import headway.dbus.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls that wait for their answer: a call gets exactly one, from whom it was sent to; the bus gives it where that one has
 * left. Belongs to the broker's thread.
 */
final class PendingCalls {

    private static final int MOST_SPARE = 1024;

    private final Broker broker;
    private final List<PendingCall> spare = new ArrayList<>();

    PendingCalls(Broker broker) {
        this.broker = broker;
    }

    /** Whether a call may be sent that expects an answer. */
    void check(Client from, Message call) throws BusError {
        if (from.calls.get(call.serial()) != null) {
            throw new BusError(
                    ErrorNames.ACCESS_DENIED,
                    "Message has the same reply serial as a currently-outstanding existing method call");
        }
        if (from.account.calls >= broker.settings.limits().callsPerUser()) {
            throw new BusError(
                    ErrorNames.LIMITS_EXCEEDED, "The maximum number of pending replies per user has been reached");
        }
    }

    void expect(Client caller, Client callee, int serial) {
        PendingCall call = spare.isEmpty() ? new PendingCall() : spare.remove(spare.size() - 1);
        call.caller = caller;
        call.callee = callee;
        call.serial = serial;
        caller.calls.put(call);
        caller.account.calls++;
        callee.owes.add(call);
    }

    /** Whether this answers a call, which is settled then. */
    boolean settle(Client callee, Client caller, Message answer) {
        PendingCall call = caller.calls.get(answer.replySerial());
        if (call == null || call.callee != callee) {
            return false;
        }
        forget(call);
        return true;
    }

    /** Somebody leaves: nobody waits for its answers any more, and it waits for none. */
    void drop(Client client) {
        client.calls.forEach(this::forget);
        for (PendingCall call = client.owes.newest(); call != null; call = client.owes.newest()) {
            Client caller = call.caller;
            int serial = call.serial;
            forget(call);
            if (caller.isThere()) {
                broker.speaker.noReply(
                        caller, serial, "Message recipient disconnected from message bus without replying");
            }
        }
    }

    private void forget(PendingCall call) {
        call.unlink();
        call.caller.calls.remove(call.serial);
        call.caller.account.calls--;
        call.caller = null;
        call.callee = null;
        if (spare.size() < MOST_SPARE) {
            spare.add(call);
        }
    }
}
