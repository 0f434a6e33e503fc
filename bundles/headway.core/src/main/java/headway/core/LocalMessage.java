package headway.core;

import headway.bus.Peer;
import java.util.List;

/** A published message whose publisher is in this JVM: the value itself is handed over and marshalled only if asked. */
final class LocalMessage<T> extends BusMessage {

    private final TopicPublication<T> publication;
    private final T value;

    LocalMessage(TopicPublication<T> publication, T value, Peer sender, long sequence) {
        super(sender, sequence);
        this.publication = publication;
        this.value = value;
    }

    @Override
    public Type type() {
        return Type.SIGNAL;
    }

    @Override
    public String topic() {
        return publication.topic();
    }

    @Override
    public String path() {
        return publication.name().path();
    }

    @Override
    public String interfaceName() {
        return publication.name().interfaceName();
    }

    @Override
    public String member() {
        return publication.name().member();
    }

    @Override
    public String errorName() {
        return null;
    }

    @Override
    public String signature() {
        return publication.signature();
    }

    @Override
    public List<Object> body() {
        return publication.marshalled(value).body();
    }

    @Override
    headway.dbus.Message wire() {
        return publication.marshalled(value);
    }

    @Override
    public Object handedOver() {
        return publication.handsOver() ? value : null;
    }
}
