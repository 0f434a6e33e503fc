package headway.remote.impl;

import headway.bus.Bus;
import headway.bus.Call;
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
import headway.dbus.MessageBuilder;
import headway.dbus.Names;
import headway.transport.Credentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Several nodes of a bus in memory: within a node values are handed over as they are, between nodes every body goes through real
 * D-Bus bytes. One thread is the thread of the bus.
 */
final class FakeNet implements AutoCloseable {

    /** A signal as it was emitted. */
    record Signal(String path, String interfaceName, String member, List<Object> body) {}

    private final ExecutorService workers = Executors.newCachedThreadPool(FakeNet::daemon);
    private final ExecutorService busThread = Executors.newSingleThreadExecutor(FakeNet::daemon);
    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final List<Consumer<NameChange>> watchers = new CopyOnWriteArrayList<>();

    /** The queue of each name, its owner first; guarded by itself. */
    private final Map<String, List<Node>> queues = new TreeMap<>();

    private final List<Box> boxes = new CopyOnWriteArrayList<>();

    /** Every signal of every node. */
    final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    /** Whether somebody listens to signals. */
    volatile boolean wanted = true;

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "fake-bus");
        thread.setDaemon(true);
        return thread;
    }

    Node join() {
        Node node = new Node(":1." + nodes.size());
        nodes.add(node);
        return node;
    }

    /** Returns once the thread of the bus has done what it was given before. */
    void settle() {
        CompletableFuture.runAsync(() -> {}, busThread).join();
    }

    Signal nextSignal(String member) throws InterruptedException {
        while (true) {
            Signal signal = signals.poll(30, TimeUnit.SECONDS);
            if (signal == null) {
                throw new AssertionError("no signal " + member + " within 30 s");
            }
            if (signal.member.equals(member)) {
                return signal;
            }
        }
    }

    @Override
    public void close() {
        busThread.shutdownNow();
        workers.shutdownNow();
    }

    private void changeQueue(String name, Consumer<List<Node>> change) {
        synchronized (queues) {
            List<Node> queue = queues.computeIfAbsent(name, unused -> new ArrayList<>());
            String before = queue.isEmpty() ? "" : queue.get(0).name;
            change.accept(queue);
            String after = queue.isEmpty() ? "" : queue.get(0).name;
            if (!before.equals(after)) {
                busThread.execute(() -> watchers.forEach(each -> each.accept(new NameChange(name, before, after))));
            }
        }
    }

    private Node ownerOf(String name) {
        synchronized (queues) {
            List<Node> queue = queues.getOrDefault(name, List.of());
            return queue.isEmpty() ? null : queue.get(0);
        }
    }

    final class Node implements Bus {
        private final String name;
        private final Map<List<String>, CallHandler> exports = new ConcurrentHashMap<>();
        private final Set<FakeCall> open = ConcurrentHashMap.newKeySet();

        /** How many calls came. */
        final AtomicInteger calls = new AtomicInteger();

        private Node(String name) {
            this.name = name;
        }

        /** This node dies: its names go, its callers are told. */
        void die() {
            nodes.remove(this);
            List<String> names;
            synchronized (queues) {
                names = List.copyOf(queues.keySet());
            }
            names.forEach(each -> changeQueue(each, queue -> queue.remove(this)));
            open.forEach(call -> call.fail(CallException.PEER_DIED, name + " is gone"));
        }

        /** How many subscriptions there are on all nodes. */
        int subscriptions() {
            return boxes.size();
        }

        /** What is exported: paths and interfaces. */
        Set<List<String>> exported() {
            return exports.keySet();
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public String uniqueName() {
            return name;
        }

        @Override
        public <T> Publication<T> publication(String topic, Marshaller<T> marshaller) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Outcome publish(String topic, String signature, Object... body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Outcome emit(String path, String interfaceName, String member, String signature, Object... body) {
            byte[] bytes = MessageBuilder.signal(path, interfaceName, member)
                    .serial(1)
                    .body(signature, body)
                    .build()
                    .bytes();
            List<Object> values = headway.dbus.Message.parse(bytes).validate().body();
            signals.add(new Signal(path, interfaceName, member, values));
            String topic = interfaceName.replace('.', '/') + "/" + member;
            FakeMessage message =
                    new FakeMessage(Message.Type.SIGNAL, name, path, interfaceName, member, signature, values);
            boxes.stream()
                    .filter(box -> box.pattern().equals(topic))
                    .forEach(box -> busThread.execute(() -> box.subscriber.onMessage(message)));
            return Outcome.SENT;
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
            Box box = new Box(pattern, subscriber);
            boxes.add(box);
            return box;
        }

        @Override
        public CompletableFuture<Message> call(
                Target target, Duration deadline, String member, String signature, Object... body) {
            Names.checkBusName(target.destination());
            byte[] bytes = MessageBuilder.call(target.path(), target.interfaceName(), member)
                    .serial(1)
                    .body(signature, body)
                    .build()
                    .bytes();
            CompletableFuture<Message> answer = new CompletableFuture<>();
            Node owner = nodes.stream()
                    .filter(each -> each.name.equals(target.destination()))
                    .findFirst()
                    .orElseGet(() -> ownerOf(target.destination()));
            if (owner == null) {
                answer.completeExceptionally(
                        new CallException(CallException.SERVICE_UNKNOWN, "Nobody is called " + target.destination()));
                return answer;
            }
            List<Object> values = owner == this
                    ? Collections.unmodifiableList(Arrays.asList(body.clone()))
                    : headway.dbus.Message.parse(bytes).validate().body();
            FakeMessage message = new FakeMessage(
                    Message.Type.CALL, name, target.path(), target.interfaceName(), member, signature, values);
            owner.calls.incrementAndGet();
            owner.receive(new FakeCall(owner, message, answer, owner == this));
            CompletableFuture<Message> timed = answer.copy();
            return timed.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS).exceptionallyCompose(failure -> {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                return CompletableFuture.failedFuture(
                        cause instanceof TimeoutException
                                ? new CallException(CallException.NO_REPLY, member + " was not answered")
                                : cause);
            });
        }

        private void receive(FakeCall call) {
            open.add(call);
            busThread.execute(() -> {
                CallHandler handler = find(call.message);
                if (handler == null) {
                    call.fail(CallException.UNKNOWN_METHOD, "There is no such interface");
                    return;
                }
                try {
                    handler.onCall(call);
                } catch (CallException e) {
                    call.fail(e.errorName(), e.text());
                } catch (Exception e) {
                    call.fail(CallException.FAILED, e.toString());
                }
            });
        }

        private CallHandler find(Message message) {
            if (message.interfaceName() != null) {
                return exports.get(List.of(message.path(), message.interfaceName()));
            }
            return exports.entrySet().stream()
                    .filter(each -> each.getKey().get(0).equals(message.path()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public Registration export(String path, String interfaceName, Execution execution, CallHandler handler) {
            if (execution != Execution.DIRECT) {
                throw new UnsupportedOperationException();
            }
            List<String> key = List.of(Names.checkObjectPath(path), Names.checkInterface(interfaceName));
            if (exports.putIfAbsent(key, handler) != null) {
                throw new IllegalStateException(key + " is exported already");
            }
            return () -> exports.remove(key, handler);
        }

        @Override
        public CompletableFuture<NameReply> requestName(String wish, Set<NameFlag> flags) {
            changeQueue(wish, queue -> queue.add(this));
            return CompletableFuture.completedFuture(
                    ownerOf(wish) == this ? NameReply.PRIMARY_OWNER : NameReply.IN_QUEUE);
        }

        @Override
        public CompletableFuture<Boolean> releaseName(String unwanted) {
            changeQueue(unwanted, queue -> queue.remove(this));
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public Map<String, String> names() {
            synchronized (queues) {
                Map<String, String> names = new TreeMap<>();
                queues.forEach((each, queue) -> {
                    if (!queue.isEmpty()) {
                        names.put(each, queue.get(0).name);
                    }
                });
                return names;
            }
        }

        @Override
        public Registration watchNames(Consumer<NameChange> watcher) {
            watchers.add(watcher);
            return () -> watchers.remove(watcher);
        }

        @Override
        public Executor executor() {
            return workers;
        }
    }

    /** One topic for one subscriber. */
    private final class Box implements Subscription {
        private final String pattern;
        private final Subscriber subscriber;

        Box(String pattern, Subscriber subscriber) {
            this.pattern = pattern;
            this.subscriber = subscriber;
        }

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
        public void close() {
            boxes.remove(this);
        }
    }

    /** A call; the first answer counts. */
    private static final class FakeCall implements Call {
        private final Node callee;
        private final FakeMessage message;
        private final CompletableFuture<Message> answer;
        private final boolean local;
        private final AtomicBoolean answered = new AtomicBoolean();

        FakeCall(Node callee, FakeMessage message, CompletableFuture<Message> answer, boolean local) {
            this.callee = callee;
            this.message = message;
            this.answer = answer;
            this.local = local;
        }

        @Override
        public Message message() {
            return message;
        }

        @Override
        public boolean answerExpected() {
            return true;
        }

        @Override
        public void reply(String signature, Object... body) {
            byte[] bytes = MessageBuilder.reply()
                    .serial(1)
                    .replySerial(1)
                    .body(signature, body)
                    .build()
                    .bytes();
            answerOnce();
            List<Object> values = local
                    ? Arrays.asList(body)
                    : headway.dbus.Message.parse(bytes).validate().body();
            answer.complete(new FakeMessage(Message.Type.RETURN, callee.name, null, null, null, signature, values));
        }

        @Override
        public void error(String errorName, String text) {
            MessageBuilder error = MessageBuilder.error(Names.checkErrorName(errorName))
                    .serial(1)
                    .replySerial(1)
                    .body("s", text);
            headway.dbus.Message.parse(error.build().bytes()).validate();
            answerOnce();
            answer.completeExceptionally(new CallException(errorName, text));
        }

        private void answerOnce() {
            if (!answered.compareAndSet(false, true)) {
                throw new IllegalStateException("answered already");
            }
            callee.open.remove(this);
        }

        void fail(String errorName, String text) {
            if (answered.compareAndSet(false, true)) {
                callee.open.remove(this);
                answer.completeExceptionally(new CallException(errorName, text));
            }
        }
    }

    private record FakeMessage(
            Type type,
            String from,
            String path,
            String interfaceName,
            String member,
            String signature,
            List<Object> body)
            implements Message {

        @Override
        public Peer sender() {
            return new Peer(from, Credentials.NONE);
        }

        @Override
        public String topic() {
            return null;
        }

        @Override
        public long sequence() {
            return 0;
        }

        @Override
        public String errorName() {
            return null;
        }

        @Override
        public Object handedOver() {
            return null;
        }
    }
}
