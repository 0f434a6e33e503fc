package headway.gateway;

import headway.bus.NameFlag;
import headway.bus.NameReply;
import headway.bus.Outcome;
import headway.bus.port.Port;
import headway.bus.port.StandIn;
import headway.dbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** A port that goes nowhere: remembers what is wanted and what is sent. */
final class FakePort implements Port {

    final Set<String> patterns = new TreeSet<>();

    /** To whom, or to which topic, and the message's serial. */
    final List<String> sent = new ArrayList<>();

    Outcome outcome = Outcome.SENT;

    @Override
    public String node() {
        return ":abc.1";
    }

    @Override
    public String topic(String path, String interfaceName, String member) {
        return path.equals("/") ? null : path.substring(1);
    }

    @Override
    public void want(String pattern) {
        patterns.add(pattern);
    }

    @Override
    public void unwant(String pattern) {
        patterns.remove(pattern);
    }

    @Override
    public String join(long pid, long uid) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void leave(String participant) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<NameReply> requestName(String participant, String name, Set<NameFlag> flags) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Boolean> releaseName(String participant, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean wanted(String topic) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean somethingWanted() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome publish(String topic, byte[] message, int offset, int length) {
        return send(topic, message, offset, length);
    }

    @Override
    public Outcome send(String to, byte[] message, int offset, int length) {
        if (outcome == Outcome.SENT) {
            sent.add(to + " " + Message.parse(message, offset, length).serial());
        }
        return outcome;
    }

    @Override
    public void lend(StandIn standIn) {}

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
