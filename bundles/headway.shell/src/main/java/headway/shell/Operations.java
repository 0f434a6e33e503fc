package headway.shell;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Message;
import headway.bus.Outcome;
import headway.bus.Target;
import headway.bus.dto.Inspector;
import headway.bus.dto.NodeView;
import headway.bus.dto.PeerView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** What operators do with a bus, said once for the command line and for Gogo. Arguments are words, results are data. */
final class Operations {

    /** How long a node may take to tell how it is. */
    private static final Duration STATUS_DEADLINE = Duration.ofSeconds(2);

    private final Bus bus;
    private final Inspector inspector;

    Operations(Bus bus, Inspector inspector) {
        this.bus = bus;
        this.inspector = inspector;
    }

    /** This node as it sees itself. */
    NodeView here() {
        return inspector.view();
    }

    /**
     * Every node of the bus as it sees itself, this one first: the fields of {@link NodeView}. Of a node that does not answer,
     * what this node knows of it, and the reason under {@code problem}.
     */
    List<Map<String, Object>> status() throws InterruptedException {
        NodeView here = here();
        Map<PeerView, CompletableFuture<Message>> asked = new LinkedHashMap<>();
        for (PeerView peer : here.peers()) {
            if (!peer.state().equals("GONE")) {
                asked.put(peer, bus.call(NodeObject.of(peer.uniqueName()), STATUS_DEADLINE, "Status", ""));
            }
        }
        List<Map<String, Object>> nodes = new ArrayList<>();
        nodes.add(Json.fields(here));
        for (Map.Entry<PeerView, CompletableFuture<Message>> each : asked.entrySet()) {
            nodes.add(answer(each.getKey(), each.getValue()));
        }
        return nodes;
    }

    @SuppressWarnings("unchecked") // Json.parse makes maps with String keys only.
    private static Map<String, Object> answer(PeerView peer, CompletableFuture<Message> answer)
            throws InterruptedException {
        String problem;
        try {
            if (Json.parse((String) await(answer).body().get(0)) instanceof Map<?, ?> view) {
                return (Map<String, Object>) view;
            }
            problem = "its answer is not an object";
        } catch (CallException failed) {
            problem = failed.toString();
        } catch (IllegalArgumentException malformed) {
            problem = "its answer cannot be read: " + malformed.getMessage();
        }
        Map<String, Object> known = new LinkedHashMap<>();
        known.put("uniqueName", peer.uniqueName());
        known.put("pid", peer.pid());
        known.put("state", peer.state());
        known.put("problem", problem);
        return known;
    }

    /**
     * Has every other node prefer a transport, or go by rank again if the name is empty.
     *
     * @return what came of it by unique name: {@code true}, {@code false} if it has no such link, or why it did not answer
     */
    Map<String, Object> prefer(String transport) throws InterruptedException {
        Map<String, CompletableFuture<Message>> asked = new LinkedHashMap<>();
        for (PeerView peer : here().peers()) {
            if (!peer.state().equals("GONE")) {
                asked.put(
                        peer.uniqueName(),
                        bus.call(NodeObject.of(peer.uniqueName()), STATUS_DEADLINE, "Prefer", "s", transport));
            }
        }
        Map<String, Object> results = new LinkedHashMap<>();
        for (Map.Entry<String, CompletableFuture<Message>> each : asked.entrySet()) {
            try {
                results.put(each.getKey(), await(each.getValue()).body().get(0));
            } catch (CallException failed) {
                results.put(each.getKey(), failed.toString());
            }
        }
        return results;
    }

    /** Publishes a JSON object, as signature {@code a{sv}}. */
    Outcome publish(String topic, String json) {
        return bus.publish(topic, "a{sv}", Values.dictionary(Json.parse(json)));
    }

    /** Whether anybody wants a topic. */
    boolean wanted(String topic) {
        return bus.wanted(topic);
    }

    /** Calls a method with words as arguments, see {@link Values#fromWords}, and waits for the answer. */
    Message call(Target target, Duration deadline, String member, String signature, List<String> words)
            throws CallException, InterruptedException {
        return await(bus.call(target, deadline, member, signature, Values.fromWords(signature, words)));
    }

    private static Message await(CompletableFuture<Message> answer) throws CallException, InterruptedException {
        try {
            // The bus gives every call one answer; the deadline is the bus's.
            return answer.get(1, TimeUnit.DAYS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CallException told) {
                throw told;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (java.util.concurrent.TimeoutException never) {
            throw new IllegalStateException(never);
        }
    }
}
