package headway.core;

import headway.bus.Marshaller;
import headway.bus.Outcome;
import headway.bus.Publication;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageTemplate;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** The way to one topic. Any thread may send; subscribers here are served on it, those elsewhere through the outbox. */
final class TopicPublication<T> implements Publication<T> {

    private static final int LARGEST = 1 << 27;

    /** How long a publisher sleeps before it looks again whether there is room. */
    private static final long NAP_NANOS = 50_000;

    private final Node node;
    private volatile Topic topic;
    private final SignalName name;
    private final Marshaller<T> marshaller;
    private final String signature;
    private final MessageTemplate template;
    private final LongAdder published;

    /**
     * The way to a topic.
     *
     * @throws IllegalArgumentException if the name or the marshaller's signature is malformed
     */
    TopicPublication(Node node, SignalName name, Marshaller<T> marshaller, LongAdder published) {
        this.node = node;
        this.name = name;
        this.marshaller = marshaller;
        this.signature = marshaller.signature();
        this.template = MessageBuilder.signal(name.path(), name.interfaceName(), name.member())
                .flags(Message.NO_REPLY_EXPECTED)
                .signature(signature)
                .template();
        this.topic = node.topics().get(name.topic());
        this.published = published;
    }

    @Override
    public String topic() {
        return topic.name();
    }

    SignalName name() {
        return name;
    }

    /** Whether subscribers here get what is sent as it is; values that are given one by one are no such object. */
    boolean handsOver() {
        return !(marshaller instanceof ValuesMarshaller);
    }

    String signature() {
        return signature;
    }

    @Override
    public boolean wanted() {
        return current().isWanted();
    }

    /** The topic as the node knows it now. */
    private Topic current() {
        Topic known = topic;
        if (known.isForgotten()) {
            known = node.topics().get(known.name());
            topic = known;
        }
        return known;
    }

    @Override
    public Outcome send(T value) {
        if (node.isClosed()) {
            return Outcome.CLOSED;
        }
        Topic known = current();
        Inbox[] here = known.here();
        Session[] elsewhere = known.elsewhere();
        if (here.length == 0 && elsewhere.length == 0) {
            return Outcome.UNWANTED;
        }
        if (elsewhere.length > 0) {
            Outcome outcome;
            try {
                outcome = sendElsewhere(known, value);
            } catch (RuntimeException e) {
                // A value that cannot travel is no reason to keep it from those who take it as it is.
                sendHere(known, here, value);
                throw e;
            }
            if (outcome != Outcome.SENT) {
                return outcome;
            }
        }
        sendHere(known, here, value);
        published.increment();
        return Outcome.SENT;
    }

    private Outcome sendElsewhere(Topic known, T value) {
        Encoder encoder = Encoder.ofThread();
        int length = encoder.encode(template, marshaller, value);
        if (length > LARGEST) {
            throw new IllegalArgumentException("A message of " + length + " bytes to " + topic + "; at most " + LARGEST
                    + " are allowed (D-Bus specification, Message Format)");
        }
        Outbox outbox = node.outbox();
        byte[] data = encoder.array();
        Object subject = known;
        if (length > Math.min(outbox.largest(), Session.WHOLE)) {
            subject = new LargeMessage(known, encoder.take(length));
            length = 0;
        }
        while (!outbox.put(subject, data, 0, length)) {
            if (node.isClosed()) {
                return Outcome.CLOSED;
            }
            node.owner().postedUrgently();
            if (DirectRunner.isRunningHere() || Thread.currentThread().isInterrupted()) {
                return outbox.put(subject, data, 0, length) ? Outcome.SENT : Outcome.FULL;
            }
            LockSupport.parkNanos(this, NAP_NANOS);
        }
        node.owner().posted();
        return Outcome.SENT;
    }

    private void sendHere(Topic known, Inbox[] here, T value) {
        if (here.length == 0) {
            return;
        }
        BusMessage message = new LocalMessage<>(this, value, node.self(), known.nextNumber());
        for (Inbox inbox : here) {
            if (inbox.holdsPublishers()) {
                awaitRoom(inbox);
            }
            if (inbox.takesDirectly()) {
                inbox.deliverDirectly(message);
            } else {
                inbox.put(message);
                inbox.schedule();
            }
        }
    }

    private void awaitRoom(Inbox inbox) {
        while (!inbox.admits(node.clock().nanos())
                && !DirectRunner.isRunningHere()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, NAP_NANOS);
        }
    }

    /** The value as the message it would travel as. */
    Message marshalled(T value) {
        Encoder encoder = Encoder.ofThread();
        int length = encoder.encode(template, marshaller, value);
        return Message.parse(Arrays.copyOf(encoder.array(), length));
    }
}
