package headway.uplink;

import headway.dbus.Message;
import headway.dbus.MessageType;
import java.util.HashMap;
import java.util.Map;

/** Calls from the daemon's side that Headway has not answered, by their serial on Headway. Belongs to the uplink's thread. */
final class Calls {

    /**
     * One of them.
     *
     * @param via where it came from
     * @param caller who called, at the daemon
     * @param serial of the call there
     * @param callee who was called, on Headway
     */
    record Call(DaemonConnection via, String caller, int serial, String callee) {

        /** Whether this sender may answer it: who was called; or its node, that there will be no answer. */
        private boolean isAnsweredBy(String sender, MessageType how) {
            return callee.equals(sender)
                    || (how == MessageType.ERROR && nodeOf(callee).equals(sender));
        }

        /** Unique names are {@code :node.n}, and the node itself is number 1. */
        private static String nodeOf(String participant) {
            return participant.substring(0, participant.lastIndexOf('.') + 1) + "1";
        }
    }

    private static final int MOST = 1 << 16;

    private final Map<Integer, Call> open = new HashMap<>();

    boolean hasRoom() {
        return open.size() < MOST;
    }

    void add(int serial, Call call) {
        open.put(serial, call);
    }

    /** What a message answers; null if nothing, or if it is not for its sender to answer. */
    Call settle(String sender, Message answer) {
        Call call = open.get(answer.replySerial());
        return call != null && call.isAnsweredBy(sender, answer.type()) ? open.remove(answer.replySerial()) : null;
    }

    /** A connection is over, and its callers wait no more. */
    void forget(DaemonConnection via) {
        open.values().removeIf(call -> call.via == via);
    }

    /** Somebody of the daemon has gone, and waits no more. */
    void forgetCaller(String daemonName) {
        open.values().removeIf(call -> call.caller.equals(daemonName));
    }
}
