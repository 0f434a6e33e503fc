package headway.demo;

import headway.bus.Bus;
import headway.bus.Call;
import headway.bus.CallException;
import headway.bus.Execution;
import headway.bus.NameFlag;
import headway.bus.NameReply;
import headway.bus.Registration;
import headway.bus.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The head unit's side of the talk with its receivers: each says when it is ready and, at the end, what it counted. An object
 * on the bus under a well-known name: {@code Ready(i)} and {@code Report(i tttttay)}, the number being the receiver's.
 */
final class Receivers implements AutoCloseable {

    static final String NAME = "org.headway.demo.HeadUnit";
    static final Target TARGET = new Target(NAME, "/org/headway/demo/HeadUnit", NAME);

    private final Map<Integer, Integer> ready = new HashMap<>();
    private final Map<Integer, Tally> reports = new TreeMap<>();
    private final Registration registration;
    private final CompletableFuture<NameReply> name;

    Receivers(Bus bus) {
        registration = bus.export(TARGET.path(), TARGET.interfaceName(), Execution.SERIAL, this::onCall);
        name = bus.requestName(NAME, Set.of(NameFlag.DO_NOT_QUEUE));
    }

    private synchronized void onCall(Call call) throws CallException {
        List<Object> body = call.message().body();
        String method = call.message().member() + "(" + call.message().signature() + ")";
        switch (method) {
            case "Ready(i)" -> ready.merge((Integer) body.get(0), 1, Integer::sum);
            case "Report(i" + Tally.SIGNATURE + ")" ->
                reports.put((Integer) body.get(0), Tally.of(body.subList(1, body.size())));
            default -> throw new CallException(CallException.UNKNOWN_METHOD, NAME + " has no method " + method);
        }
        call.reply("");
    }

    /** How many are ready. */
    synchronized int ready() {
        return ready.size();
    }

    /** How often the receiver of that number has said that it is ready: once in each of its lives. */
    synchronized int lives(int number) {
        return ready.getOrDefault(number, 0);
    }

    /** What each receiver counted, by its number. */
    synchronized Map<Integer, Tally> reports() {
        return new TreeMap<>(reports);
    }

    /** Whether the name is ours; the bus is shared with another demonstration if it is not. */
    boolean awaitName(long millis) throws InterruptedException {
        try {
            return name.get(millis, TimeUnit.MILLISECONDS) == NameReply.PRIMARY_OWNER;
        } catch (ExecutionException | TimeoutException failed) {
            return false;
        }
    }

    @Override
    public void close() {
        registration.close();
    }
}
