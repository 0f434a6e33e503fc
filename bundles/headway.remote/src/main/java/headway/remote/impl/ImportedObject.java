package headway.remote.impl;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.Message;
import headway.bus.Target;
import headway.dbus.InvalidMessageException;
import headway.dbus.Variant;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.osgi.framework.ServiceException;

/**
 * A D-Bus object behind the Java interfaces of one bundle: each call of a method is a call on the bus, with one answer. A getter or
 * setter that the object does not have as a method is tried as a property, once; what worked is kept.
 */
final class ImportedObject implements InvocationHandler {

    /** One method, prepared. */
    private record Way(RemoteInterface known, RemoteMethod method, String member, Target target) {}

    private final Bus bus;
    private final Endpoint endpoint;
    private final Executor executor;
    private final Map<Method, Way> ways = new HashMap<>();
    private final Target properties;

    /** Getters and setters that are none on the bus, but properties. */
    private final Set<RemoteMethod> asProperties = ConcurrentHashMap.newKeySet();

    private volatile boolean gone;

    private ImportedObject(Bus bus, Endpoint endpoint, Executor executor, List<Class<?>> interfaces) {
        this.bus = bus;
        this.endpoint = endpoint;
        this.executor = executor;
        this.properties = new Target(endpoint.name(), endpoint.path(), ExportedObject.PROPERTIES);
        for (Class<?> type : interfaces) {
            RemoteInterface known = RemoteInterface.of(type);
            String name = endpoint.interfaceName() == null ? known.name() : endpoint.interfaceName();
            Target target = new Target(endpoint.name(), endpoint.path(), name);
            for (Method method : type.getMethods()) {
                RemoteMethod remote = known.find(method);
                if (remote != null) {
                    ways.putIfAbsent(method, new Way(known, remote, known.memberOf(remote), target));
                }
            }
        }
    }

    /**
     * A proxy of an object, for one bundle.
     *
     * @param loader sees the interfaces
     * @throws IllegalArgumentException if an interface has something that D-Bus has not, saying what
     */
    static Proxied open(Bus bus, Endpoint endpoint, Executor executor, ClassLoader loader, List<Class<?>> interfaces) {
        ImportedObject object = new ImportedObject(bus, endpoint, executor, interfaces);
        return new Proxied(Proxy.newProxyInstance(loader, interfaces.toArray(Class<?>[]::new), object), object);
    }

    /** A proxy and what is behind it. */
    record Proxied(Object proxy, ImportedObject object) {}

    /** The service is there no more: calls fail at once. */
    void close() {
        gone = true;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        Way way = ways.get(method);
        if (way != null) {
            return call(way, arguments == null ? new Object[0] : arguments);
        }
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> endpoint.toString();
            };
        }
        // What a compiler adds between a generic interface and one that says more.
        return InvocationHandler.invokeDefault(proxy, method, arguments);
    }

    private Object call(Way way, Object... arguments) throws Throwable {
        Object[] body = way.method.encode(arguments);
        if (way.method.isAsynchronous()) {
            return way.method.toReturn(callLater(way, body), this::execute);
        }
        if (gone) {
            throw noMore();
        }
        RemoteProperty property = way.known.propertyOf(way.method);
        if (property == null) {
            return decode(way, await(way, send(way, body)));
        }
        if (!asProperties.contains(way.method)) {
            try {
                return decode(way, get(send(way, body)));
            } catch (ExecutionException e) {
                CallException error = errorOf(e);
                if (!error.errorName().equals(CallException.UNKNOWN_METHOD)) {
                    throw way.method.errors().toException(error);
                }
            }
        }
        Object result = viaProperty(way, property, body);
        asProperties.add(way.method);
        return result;
    }

    private CompletableFuture<Message> send(Way way, Object... body) {
        return bus.call(way.target, endpoint.deadline(), way.member, way.method.signature(), body);
    }

    private Object viaProperty(Way way, RemoteProperty property, Object... body) throws Throwable {
        String interfaceName = way.target.interfaceName();
        if (way.method == property.getter()) {
            Message reply =
                    await(way, bus.call(properties, endpoint.deadline(), "Get", "ss", interfaceName, property.name()));
            return decode(way, reply);
        }
        Variant value = Variant.of(way.method.signature(), body[0]);
        Message ignored = await(
                way, bus.call(properties, endpoint.deadline(), "Set", "ssv", interfaceName, property.name(), value));
        return null;
    }

    private CompletableFuture<Object> callLater(Way way, Object... body) {
        if (gone) {
            return CompletableFuture.failedFuture(noMore());
        }
        CompletableFuture<Message> answer = send(way, body);
        CompletableFuture<Object> result = new CompletableFuture<>();
        // Not on a thread of the bus: whoever goes on from here may wait for something.
        CompletableFuture<Message> unused = answer.whenCompleteAsync(
                (reply, failure) -> {
                    // Whatever goes wrong here: somebody waits for the result.
                    try {
                        if (failure == null) {
                            result.complete(decode(way, reply));
                        } else {
                            result.completeExceptionally(way.method.errors().toException(errorOf(failure)));
                        }
                    } catch (RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                },
                this::execute);
        CompletableFuture<Object> unusedToo = result.whenComplete((value, failure) -> {
            if (result.isCancelled()) {
                boolean ignored = answer.cancel(false);
            }
        });
        return result;
    }

    /** Also when everything is being closed: whoever waits gets his answer. */
    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException closing) {
            task.run();
        }
    }

    private Message await(Way way, CompletableFuture<Message> answer) throws Throwable {
        try {
            return get(answer);
        } catch (ExecutionException e) {
            throw way.method.errors().toException(errorOf(e));
        }
    }

    private static Message get(CompletableFuture<Message> answer) throws ExecutionException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            boolean ignored = answer.cancel(false);
            Thread.currentThread().interrupt();
            throw new ServiceException("Interrupted while waiting for an answer", ServiceException.REMOTE, e);
        }
    }

    private static CallException errorOf(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof CallException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof CallException error
                ? error
                : new CallException(CallException.FAILED, String.valueOf(cause));
    }

    private Object decode(Way way, Message reply) {
        try {
            return way.method.decodeResult(reply.body());
        } catch (IllegalArgumentException | ClassCastException | InvalidMessageException e) {
            throw new ServiceException(
                    "What " + endpoint.name() + " answered to " + way.member + " is no "
                            + way.method.method().getGenericReturnType().getTypeName() + ": " + e.getMessage(),
                    ServiceException.REMOTE,
                    e);
        }
    }

    private ServiceException noMore() {
        return new ServiceException(endpoint + " is there no more", ServiceException.REMOTE);
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
