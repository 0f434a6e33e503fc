package headway.remote.impl;

import headway.dbus.Introspection;
import headway.dbus.Introspection.Argument;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.osgi.util.promise.Deferred;
import org.osgi.util.promise.Promise;
import org.osgi.util.promise.PromiseFactory;

/** One method of a Java interface as D-Bus has it, prepared once. Immutable; any thread. */
final class RemoteMethod {

    /** When the result is there. */
    private enum Result {
        AT_ONCE,
        STAGE,
        FUTURE,
        PROMISE;

        static Result of(Class<?> type) {
            if (type == CompletionStage.class || type == CompletableFuture.class) {
                return STAGE;
            }
            if (type == Promise.class) {
                return PROMISE;
            }
            return type == Future.class ? FUTURE : AT_ONCE;
        }
    }

    private final Method method;
    private final String member;
    private final List<String> names = new ArrayList<>();
    private final List<Codec> in = new ArrayList<>();
    private final String signature;

    /** Of what it answers; null if it answers nothing. */
    private final Codec out;

    private final Result result;
    private final Errors errors;
    private final MethodHandle handle;

    /**
     * A method under a name.
     *
     * @param member what D-Bus calls it; within its interface no other method has this name
     * @throws IllegalArgumentException if a type has no D-Bus type, saying which and why
     */
    RemoteMethod(Method method, String member, JavaType.Bindings bindings) {
        this.method = method;
        this.member = member;
        for (Parameter parameter : method.getParameters()) {
            names.add(parameter.isNamePresent() ? parameter.getName() : null);
            in.add(codec(parameter, parameter.getParameterizedType(), bindings));
        }
        this.signature = String.join("", in.stream().map(Codec::signature).toList());
        this.result = Result.of(method.getReturnType());
        JavaType returned = JavaType.of(method.getGenericReturnType(), bindings);
        JavaType answered = result == Result.AT_ONCE ? returned : returned.argument(0);
        this.out = answered.raw() == void.class || answered.raw() == Void.class ? null : codecOf(method, answered);
        this.errors = new Errors(method.getExceptionTypes());
        this.handle = Handles.caller(method);
    }

    private Codec codec(Parameter parameter, java.lang.reflect.Type type, JavaType.Bindings bindings) {
        try {
            return new Codecs().of(JavaType.of(type, bindings), parameter);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(describe(method) + ": " + e.getMessage(), e);
        }
    }

    private static Codec codecOf(Method method, JavaType answered) {
        try {
            return new Codecs().of(answered, method);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("what " + describe(method) + " answers: " + e.getMessage(), e);
        }
    }

    /** A method for people: {@code Media.seek(String, long)}. */
    static String describe(Method method) {
        StringBuilder text = new StringBuilder(method.getDeclaringClass().getSimpleName())
                .append('.')
                .append(method.getName())
                .append('(');
        for (Class<?> type : method.getParameterTypes()) {
            text.append(text.charAt(text.length() - 1) == '(' ? "" : ", ").append(type.getSimpleName());
        }
        return text.append(')').toString();
    }

    Method method() {
        return method;
    }

    /** What D-Bus calls it. */
    String member() {
        return member;
    }

    /** The types of its arguments. */
    String signature() {
        return signature;
    }

    /** The type of what it answers; empty if it answers nothing. */
    String answers() {
        return out == null ? "" : out.signature();
    }

    /** Whether it may be read as a property: it takes nothing, declares no exception and answers at once. */
    boolean isGetter() {
        return in.isEmpty() && out != null && result == Result.AT_ONCE && method.getExceptionTypes().length == 0;
    }

    /** Whether it may be a property's setter: it takes one value and answers nothing, at once. */
    boolean isSetter() {
        return in.size() == 1 && out == null && result == Result.AT_ONCE;
    }

    /** For introspection. */
    Introspection.Method toIntrospection() {
        List<Argument> arguments = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            arguments.add(Argument.in(names.get(i), in.get(i).signature()));
        }
        if (out != null) {
            arguments.add(Argument.out(null, out.signature()));
        }
        List<Introspection.Annotation> annotations = method.isAnnotationPresent(Deprecated.class)
                ? List.of(new Introspection.Annotation("org.freedesktop.DBus.Deprecated", "true"))
                : List.of();
        return new Introspection.Method(member, arguments, annotations);
    }

    // ---------------------------------------------------------------- here is the service

    /**
     * The arguments of a call as Java values.
     *
     * @throws IllegalArgumentException if one does not fit
     */
    Object[] decode(List<Object> body) {
        if (body.size() != in.size()) {
            throw new IllegalArgumentException(body.size() + " arguments instead of " + in.size());
        }
        Object[] arguments = new Object[in.size()];
        for (int i = 0; i < arguments.length; i++) {
            try {
                arguments[i] = in.get(i).toJava(body.get(i));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("argument " + (i + 1) + ": " + e.getMessage(), e);
            } catch (ClassCastException e) {
                // A sorted set or map of what has no order.
                throw new IllegalArgumentException("argument " + (i + 1) + ": " + e, e);
            }
        }
        return arguments;
    }

    /**
     * Calls it and gives what it returned: the result, or what will have it.
     *
     * @throws Throwable whatever it throws
     */
    Object call(Object service, Object... arguments) throws Throwable {
        return (Object) handle.invokeExact(service, arguments);
    }

    /** The result as it will be; null if there is nothing to wait for. */
    CompletionStage<?> later(Object returned) throws Exception {
        if (result == Result.AT_ONCE || returned == null) {
            return null;
        }
        if (returned instanceof CompletionStage<?> stage) {
            return stage;
        }
        if (returned instanceof Promise<?> promise) {
            CompletableFuture<Object> future = new CompletableFuture<>();
            promise.onResolve(() -> {
                try {
                    Throwable failure = promise.getFailure();
                    if (failure == null) {
                        future.complete(promise.getValue());
                    } else {
                        future.completeExceptionally(failure);
                    }
                } catch (Exception e) {
                    future.completeExceptionally(e);
                }
            });
            return future;
        }
        // A plain Future tells nobody that it is done: somebody must wait.
        return CompletableFuture.completedFuture(((Future<?>) returned).get());
    }

    /**
     * A result as a message body has it: no value or one.
     *
     * @throws IllegalArgumentException if it has no such form
     */
    Object[] encodeResult(Object value) {
        return out == null ? new Object[0] : new Object[] {out.toWire(value)};
    }

    // ---------------------------------------------------------------- here is the caller

    /**
     * The arguments of a call as a message body has them.
     *
     * @throws IllegalArgumentException if one has no such form
     */
    Object[] encode(Object... arguments) {
        Object[] body = new Object[in.size()];
        for (int i = 0; i < body.length; i++) {
            try {
                body[i] = in.get(i).toWire(arguments[i]);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        describe(method) + ", argument " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return body;
    }

    /**
     * The result of a call that was answered.
     *
     * @throws IllegalArgumentException if the answer does not fit
     */
    Object decodeResult(List<Object> body) {
        if (out == null) {
            return null;
        }
        if (body.isEmpty()) {
            throw new IllegalArgumentException("nothing where a " + out.signature() + " belongs");
        }
        // D-Bus may answer several values; a record takes them together.
        return out.toJava(body.size() > 1 ? body : body.get(0));
    }

    /** The exceptions it declares. */
    Errors errors() {
        return errors;
    }

    /** Whether its caller gets something at once that will have the result. */
    boolean isAsynchronous() {
        return result != Result.AT_ONCE;
    }

    /** What a caller of it is given for an answer to come. */
    @SuppressWarnings("FutureReturnValueIgnored") // the caller gets it, as what his method returns
    Object toReturn(CompletableFuture<Object> answer, Executor executor) {
        if (result != Result.PROMISE) {
            return answer;
        }
        Deferred<Object> deferred = new PromiseFactory(executor).deferred();
        CompletableFuture<Object> ignored = answer.whenComplete((value, failure) -> {
            if (failure == null) {
                deferred.resolve(value);
            } else {
                deferred.fail(failure);
            }
        });
        return deferred.getPromise();
    }

    @Override
    public String toString() {
        return member + "(" + signature + ")";
    }
}
