package headway.shell;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.CallHandler;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Marshaller;
import headway.bus.Message;
import headway.bus.NameChange;
import headway.bus.NameFlag;
import headway.bus.NameReply;
import headway.bus.Outcome;
import headway.bus.Peer;
import headway.bus.Publication;
import headway.bus.Registration;
import headway.bus.Subscriber;
import headway.bus.Subscription;
import headway.bus.Target;
import headway.transport.Credentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** A bus that remembers what it was asked and answers what a test tells it to. */
final class FakeBus implements Bus {

    final List<List<Object>> published = new ArrayList<>();
    final Map<String, String> names = new LinkedHashMap<>();
    final List<Delivery> deliveries = new ArrayList<>();
    Outcome outcome = Outcome.SENT;
    boolean wanted = true;

    /** How calls are answered: member and arguments to a message, or an exception. */
    BiFunction<String, List<Object>, Object> answer = (member, body) -> message("", List.of());

    /** What happens as soon as somebody subscribes. */
    Consumer<Subscriber> onSubscribe = subscriber -> {};

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String uniqueName() {
        return ":fake.1";
    }

    @Override
    public <T> Publication<T> publication(String topic, Marshaller<T> marshaller) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome publish(String topic, String signature, Object... body) {
        List<Object> what = new ArrayList<>(List.of(topic, signature));
        what.addAll(Arrays.asList(body));
        published.add(what);
        return outcome;
    }

    @Override
    public Outcome emit(String path, String interfaceName, String member, String signature, Object... body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void together(Runnable publishing) {
        publishing.run();
    }

    @Override
    public boolean wanted(String topic) {
        return wanted;
    }

    @Override
    public Subscription subscribe(String pattern, Delivery delivery, Subscriber subscriber) {
        if (pattern.contains("//")) {
            throw new IllegalArgumentException("'" + pattern + "' is no pattern");
        }
        deliveries.add(delivery);
        onSubscribe.accept(subscriber);
        return new Subscription() {
            @Override
            public String pattern() {
                return pattern;
            }

            @Override
            public long delivered() {
                return 0;
            }

            @Override
            public long lost() {
                return 0;
            }

            @Override
            public int waiting() {
                return 0;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public CompletableFuture<Message> call(
            Target target, Duration deadline, String member, String signature, Object... body) {
        Object answered = answer.apply(member, Arrays.asList(body));
        return answered instanceof CallException failed
                ? CompletableFuture.failedFuture(failed)
                : CompletableFuture.completedFuture((Message) answered);
    }

    @Override
    public Registration export(String path, String interfaceName, Execution execution, CallHandler handler) {
        return () -> {};
    }

    @Override
    public CompletableFuture<NameReply> requestName(String name, Set<NameFlag> flags) {
        return CompletableFuture.completedFuture(NameReply.PRIMARY_OWNER);
    }

    @Override
    public CompletableFuture<Boolean> releaseName(String name) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public Map<String, String> names() {
        return names;
    }

    @Override
    public Registration watchNames(Consumer<NameChange> watcher) {
        return () -> {};
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }

    /** A message of this body, from somebody. */
    static Message message(String signature, List<Object> body) {
        return new Message() {
            @Override
            public Type type() {
                return Type.SIGNAL;
            }

            @Override
            public String topic() {
                return "Vehicle/Speed";
            }

            @Override
            public Peer sender() {
                return new Peer(":other.7", Credentials.NONE);
            }

            @Override
            public long sequence() {
                return 12;
            }

            @Override
            public String path() {
                return null;
            }

            @Override
            public String interfaceName() {
                return null;
            }

            @Override
            public String member() {
                return null;
            }

            @Override
            public String errorName() {
                return null;
            }

            @Override
            public String signature() {
                return signature;
            }

            @Override
            public List<Object> body() {
                return body;
            }

            @Override
            public Object handedOver() {
                return null;
            }
        };
    }
}
