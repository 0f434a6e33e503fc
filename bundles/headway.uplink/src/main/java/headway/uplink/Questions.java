package headway.uplink;

import headway.dbus.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Calls from Headway that the daemon's side has not answered. Belongs to the uplink's thread. */
final class Questions {

    /**
     * One of them.
     *
     * @param caller who called, on Headway
     * @param serial of the call there
     * @param participant who was called, on Headway
     * @param daemonName who that is at the daemon; null if nobody
     * @param destination the name it was asked by there, unique or well-known
     */
    record Question(String caller, int serial, String participant, String daemonName, String destination) {}

    /** So many may wait on one connection. */
    private static final int MOST = 1 << 16;

    /** Who owns a well-known name of the daemon now, or null. */
    private final UnaryOperator<String> owners;

    private final Map<DaemonConnection, Map<Integer, Question>> open = new HashMap<>();

    Questions(UnaryOperator<String> owners) {
        this.owners = owners;
    }

    boolean hasRoom(DaemonConnection via) {
        return open.getOrDefault(via, Map.of()).size() < MOST;
    }

    void add(DaemonConnection via, int serial, Question question) {
        open.computeIfAbsent(via, unused -> new HashMap<>()).put(serial, question);
    }

    /** What a message answers; null if nothing, or if it is not for its sender to answer. */
    Question settle(DaemonConnection via, Message answer) {
        Map<Integer, Question> its = open.getOrDefault(via, Map.of());
        Question question = its.get(answer.replySerial());
        return question != null && mayAnswer(answer.sender(), question) ? its.remove(answer.replySerial()) : null;
    }

    /** Who was asked; the daemon, that there will be no answer; or to whom the name had passed before the call arrived. */
    private boolean mayAnswer(String sender, Question question) {
        return question.daemonName.equals(sender)
                || DaemonConnection.BUS.equals(sender)
                || (sender != null && sender.equals(owners.apply(question.destination)));
    }

    /** A connection is over: what was asked over it. */
    List<Question> endOf(DaemonConnection via) {
        Map<Integer, Question> its = open.remove(via);
        return its == null ? List.of() : List.copyOf(its.values());
    }

    /** Somebody is shown no more: what it was asked. */
    List<Question> leftBy(String participant) {
        return remove(question -> question.participant.equals(participant));
    }

    /** Somebody of Headway has gone, and waits no more. */
    void forgetCaller(String participant) {
        List<Question> unused = remove(question -> question.caller.equals(participant));
    }

    private List<Question> remove(Predicate<Question> which) {
        List<Question> removed = open.values().stream()
                .flatMap(its -> its.values().stream())
                .filter(which)
                .toList();
        open.values().forEach(its -> its.values().removeIf(which));
        return removed;
    }
}
