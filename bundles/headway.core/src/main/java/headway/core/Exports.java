package headway.core;

import headway.bus.CallException;
import headway.bus.CallHandler;
import headway.bus.Execution;
import headway.bus.Message;
import headway.bus.Registration;
import headway.dbus.MessageBuilder;
import headway.dbus.Names;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The objects of this node that others may call: who answers for which interface of which path. Any thread. */
final class Exports {

    /** So many calls may wait for one object; more are answered with an error at once. */
    private static final int MOST_WAITING = 1 << 14;

    private static final String LIMITS_EXCEEDED = "org.freedesktop.DBus.Error.LimitsExceeded";

    private final Node node;
    private final Executor executor;
    private final ConcurrentHashMap<Key, Export> exports = new ConcurrentHashMap<>();

    private final Templates templates = new Templates();

    private record Key(String path, String interfaceName) {}

    private record Export(CallHandler handler, SerialQueue queue) {}

    Exports(Node node, Executor executor) {
        this.node = node;
        this.executor = executor;
    }

    Registration add(String path, String interfaceName, Execution execution, CallHandler handler) {
        Key key = new Key(Names.checkObjectPath(path), Names.checkInterface(interfaceName));
        Export export =
                new Export(handler, execution == Execution.DIRECT ? null : new SerialQueue(executor, MOST_WAITING));
        if (exports.putIfAbsent(key, export) != null) {
            throw new IllegalStateException("The interface " + interfaceName + " of " + path + " is exported already");
        }
        return () -> exports.remove(key, export);
    }

    /** What answers are written with. */
    Templates templates() {
        return templates;
    }

    /** A call arrived from another node or a participant; on the thread that owns the state, so the handler runs later. */
    void onCall(Correspondent caller, WireMessage message) {
        RemoteCall call = new RemoteCall(node, caller, message);
        Export export = find(message);
        if (export == null) {
            call.fail(CallException.UNKNOWN_METHOD, unknown(message));
        } else if (export.queue == null) {
            node.direct().add(() -> answer(export, call));
        } else if (!export.queue.execute(() -> answer(export, call))) {
            call.fail(LIMITS_EXCEEDED, MOST_WAITING + " calls wait for " + message.path() + " already");
        }
    }

    /** A call from this JVM; the handler of a direct object runs on the caller's own thread. */
    void onLocalCall(BusMessage message, CompletableFuture<Message> answer) {
        LocalCall call = new LocalCall(node, message, answer);
        Export export = find(message);
        if (export == null) {
            call.fail(CallException.UNKNOWN_METHOD, unknown(message));
        } else if (export.queue == null) {
            answer(export, call);
        } else if (!export.queue.execute(() -> answer(export, call))) {
            call.fail(LIMITS_EXCEEDED, MOST_WAITING + " calls wait for " + message.path() + " already");
        }
    }

    private Export find(Message message) {
        if (message.interfaceName() != null) {
            return exports.get(new Key(message.path(), message.interfaceName()));
        }
        // D-Bus specification, "Message Types": a call without an interface may go to any interface of the object.
        for (var entry : exports.entrySet()) {
            if (entry.getKey().path().equals(message.path())) {
                return entry.getValue();
            }
        }
        return null;
    }

    private static String unknown(Message message) {
        return "There is no interface " + message.interfaceName() + " at " + message.path();
    }

    private static void answer(Export export, AnyCall call) {
        try {
            export.handler.onCall(call);
        } catch (CallException e) {
            call.fail(e.errorName(), e.text());
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            call.fail(CallException.FAILED, e.toString());
        }
    }

    /** The text and name of an error, as a message; the name is checked. */
    static MessageBuilder error(String errorName, String text) {
        return MessageBuilder.error(Names.checkErrorName(errorName)).body("s", text == null ? "" : text);
    }
}
