package headway.events;

import headway.bus.BodyWriter;
import headway.bus.Bus;
import headway.bus.Call;
import headway.bus.CallHandler;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Gap;
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
import headway.transport.Credentials;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Several nodes of a bus in memory: within a node objects are handed over, between nodes every body goes through real D-Bus
 * bytes. Each subscriber has its own thread and a queue that drops the oldest, unless it is direct.
 */
final class FakeNet implements AutoCloseable {

    private static final String TOPIC = "[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*";

    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-bus");
        thread.setDaemon(true);
        return thread;
    });

    Node join() {
        Node node = new Node(":1." + nodes.size());
        nodes.add(node);
        return node;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    final class Node implements Bus {
        private final String name;
        private final List<Box> boxes = new CopyOnWriteArrayList<>();
        private final AtomicLong sequence = new AtomicLong();

        /** How many bodies were written for others. */
        final AtomicInteger marshalled = new AtomicInteger();

        private Node(String name) {
            this.name = name;
        }

        List<String> patterns() {
            return boxes.stream().map(Box::pattern).toList();
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
            if (!topic.matches(TOPIC)) {
                throw new IllegalArgumentException(topic);
            }
            return new Publication<>() {
                @Override
                public String topic() {
                    return topic;
                }

                @Override
                public boolean wanted() {
                    return Node.this.wanted(topic);
                }

                @Override
                public Outcome send(T value) {
                    if (!wanted()) {
                        return Outcome.UNWANTED;
                    }
                    put(message(topic, marshaller.signature(), null, value));
                    for (Node node : nodes) {
                        if (node != Node.this && node.wantedHere(topic)) {
                            marshalled.incrementAndGet();
                            Values values = new Values();
                            marshaller.marshal(value, values);
                            node.put(
                                    message(topic, marshaller.signature(), values.bytes(marshaller.signature()), null));
                        }
                    }
                    return Outcome.SENT;
                }
            };
        }

        @Override
        public Outcome publish(String topic, String signature, Object... body) {
            return send(topic, "/x", "org.headway.Topic", "Published", signature, body);
        }

        @Override
        public Outcome emit(String path, String interfaceName, String member, String signature, Object... body) {
            String topic = interfaceName.replace('.', '/') + "/" + member;
            return send(topic, path, interfaceName, member, signature, body);
        }

        private Outcome send(
                String topic, String path, String interfaceName, String member, String signature, Object... body) {
            byte[] bytes = MessageBuilder.signal(path, interfaceName, member)
                    .serial(1)
                    .body(signature, body)
                    .build()
                    .bytes();
            nodes.forEach(node -> node.put(message(topic, signature, bytes, null)));
            return Outcome.SENT;
        }

        private void put(FakeMessage message) {
            for (Box box : boxes) {
                if (box.matches(message.topic)) {
                    box.put(message);
                }
            }
        }

        private FakeMessage message(String topic, String signature, byte[] bytes, Object value) {
            Peer sender = new Peer(name, Credentials.NONE);
            headway.dbus.Message wire = bytes == null ? null : headway.dbus.Message.parse(bytes);
            return new FakeMessage(topic, sender, sequence.incrementAndGet(), signature, wire, value);
        }

        private boolean wantedHere(String topic) {
            return boxes.stream().anyMatch(box -> box.matches(topic));
        }

        @Override
        public void together(Runnable publishing) {
            publishing.run();
        }

        @Override
        public boolean wanted(String topic) {
            return nodes.stream().anyMatch(node -> node.wantedHere(topic));
        }

        @Override
        public Subscription subscribe(String pattern, Delivery delivery, Subscriber subscriber) {
            Box box = new Box(this, pattern, delivery, subscriber);
            boxes.add(box);
            return box;
        }

        @Override
        public CompletableFuture<headway.bus.Message> call(
                Target target, Duration deadline, String member, String signature, Object... body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration export(String path, String interfaceName, Execution execution, CallHandler handler) {
            throw new UnsupportedOperationException(String.valueOf(Call.class));
        }

        @Override
        public CompletableFuture<NameReply> requestName(String wanted, Set<NameFlag> flags) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Boolean> releaseName(String unwanted) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, String> names() {
            return Map.of();
        }

        @Override
        public Registration watchNames(Consumer<NameChange> watcher) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Executor executor() {
            return executor;
        }
    }

    private final class Box implements Subscription, Runnable {
        private final Node node;
        private final String pattern;
        private final Pattern regex;
        private final Delivery delivery;
        private final Subscriber subscriber;
        private final ArrayDeque<FakeMessage> waiting = new ArrayDeque<>();
        private boolean running;
        private boolean closed;
        private long lost;
        private FakeMessage firstLost;
        private FakeMessage lastLost;

        Box(Node node, String pattern, Delivery delivery, Subscriber subscriber) {
            String regexText = pattern.replace("+", "[^/]+");
            if (pattern.endsWith("*")) {
                regexText = regexText.substring(0, regexText.length() - 1) + ".+";
            }
            if (!pattern.replaceAll("(^|/)\\+", "$1x")
                    .replaceAll("(^|/)\\*$", "$1x")
                    .matches(TOPIC)) {
                throw new IllegalArgumentException(pattern);
            }
            this.node = node;
            this.pattern = pattern;
            this.regex = Pattern.compile(regexText);
            this.delivery = delivery;
            this.subscriber = subscriber;
        }

        boolean matches(String topic) {
            return regex.matcher(topic).matches();
        }

        synchronized void put(FakeMessage message) {
            if (closed) {
                return;
            }
            if (delivery.direct()) {
                subscriber.onMessage(message);
                return;
            }
            waiting.add(message);
            if (waiting.size() > delivery.capacity()) {
                lastLost = waiting.poll();
                firstLost = firstLost == null ? lastLost : firstLost;
                lost++;
            }
            if (!running) {
                running = true;
                executor.execute(this);
            }
        }

        @Override
        public void run() {
            while (true) {
                FakeMessage message;
                Gap gap = null;
                synchronized (this) {
                    message = waiting.poll();
                    if (message == null || closed) {
                        running = false;
                        return;
                    }
                    if (firstLost != null) {
                        gap = new Gap(
                                message.topic,
                                node.name,
                                firstLost.sequence,
                                lastLost.sequence,
                                lastLost.sequence - firstLost.sequence + 1,
                                Gap.Cause.SLOW_SUBSCRIBER);
                        firstLost = null;
                    }
                }
                if (gap != null) {
                    subscriber.onGap(gap);
                }
                subscriber.onMessage(message);
            }
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
        public synchronized long lost() {
            return lost;
        }

        @Override
        public synchronized int waiting() {
            return waiting.size();
        }

        @Override
        public synchronized void close() {
            closed = true;
            node.boxes.remove(this);
        }
    }

    private record FakeMessage(
            String topic, Peer sender, long sequence, String signature, headway.dbus.Message wire, Object handedOver)
            implements Message {

        @Override
        public Type type() {
            return Type.SIGNAL;
        }

        @Override
        public String path() {
            return wire == null ? "/x" : wire.path();
        }

        @Override
        public String interfaceName() {
            return wire == null ? "org.headway.Topic" : wire.interfaceName();
        }

        @Override
        public String member() {
            return wire == null ? "Published" : wire.member();
        }

        @Override
        public String errorName() {
            return null;
        }

        @Override
        public List<Object> body() {
            return wire.body();
        }
    }

    /** Takes a body value by value, and gives the D-Bus message that it makes. */
    static final class Values implements BodyWriter {

        /** An open container and what is in it so far. */
        private static final class Open {
            private final char kind;
            private final String signature;
            private final List<Object> items = new java.util.ArrayList<>();

            Open(char kind, String signature) {
                this.kind = kind;
                this.signature = signature;
            }
        }

        private final ArrayDeque<Open> open = new ArrayDeque<>();

        Values() {
            open.push(new Open('m', ""));
        }

        byte[] bytes(String signature) {
            Open message = open.pop();
            if (message.kind != 'm') {
                throw new IllegalStateException("a container is open");
            }
            return MessageBuilder.signal("/x", "org.headway.Topic", "Published")
                    .serial(1)
                    .body(signature, message.items.toArray())
                    .build()
                    .bytes();
        }

        private Values add(Object value) {
            open.element().items.add(value);
            return this;
        }

        @Override
        public BodyWriter putByte(int value) {
            return add((byte) value);
        }

        @Override
        public BodyWriter putBoolean(boolean value) {
            return add(value);
        }

        @Override
        public BodyWriter putInt16(int value) {
            return add((short) value);
        }

        @Override
        public BodyWriter putInt32(int value) {
            return add(value);
        }

        @Override
        public BodyWriter putInt64(long value) {
            return add(value);
        }

        @Override
        public BodyWriter putDouble(double value) {
            return add(value);
        }

        @Override
        public BodyWriter putString(String value) {
            return add(value);
        }

        @Override
        public BodyWriter putObjectPath(String value) {
            return add(value);
        }

        @Override
        public BodyWriter putBytes(byte[] value, int offset, int length) {
            return add(java.util.Arrays.copyOfRange(value, offset, offset + length));
        }

        @Override
        public BodyWriter beginArray(String elementSignature) {
            open.push(new Open('a', elementSignature));
            return this;
        }

        @Override
        public BodyWriter endArray() {
            Open array = close('a');
            if (!array.signature.startsWith("{")) {
                return add(array.items);
            }
            Map<Object, Object> map = new java.util.LinkedHashMap<>();
            array.items.forEach(entry -> map.put(((List<?>) entry).get(0), ((List<?>) entry).get(1)));
            return add(map);
        }

        private Open close(char kind) {
            Open container = open.pop();
            if (container.kind != kind) {
                throw new IllegalStateException("the open container is a " + container.kind);
            }
            return container;
        }

        @Override
        public BodyWriter beginStruct() {
            open.push(new Open('(', ""));
            return this;
        }

        @Override
        public BodyWriter endStruct() {
            return add(close('(').items);
        }

        @Override
        public BodyWriter beginDictEntry() {
            open.push(new Open('{', ""));
            return this;
        }

        @Override
        public BodyWriter endDictEntry() {
            return add(close('{').items);
        }

        @Override
        public BodyWriter endVariant() {
            Open variant = close('v');
            return add(headway.dbus.Variant.of(variant.signature, variant.items.get(0)));
        }

        @Override
        public BodyWriter beginVariant(String signature) {
            open.push(new Open('v', signature));
            return this;
        }

        @Override
        public BodyWriter put(String signature, Object value) {
            return add(value);
        }
    }
}
