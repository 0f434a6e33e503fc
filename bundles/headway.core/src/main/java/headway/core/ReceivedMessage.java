package headway.core;

import headway.bus.Peer;
import java.util.List;

/** A message that came over a link: its header was seen before or parsed once, its body is decoded when somebody asks. */
abstract class ReceivedMessage extends BusMessage {

    private final WireHeader header;

    ReceivedMessage(WireHeader header, Peer sender, long sequence) {
        super(sender, sequence);
        this.header = header;
    }

    @Override
    public final Type type() {
        return header.type();
    }

    @Override
    public final String topic() {
        return header.topic();
    }

    @Override
    public final String path() {
        return header.message().path();
    }

    @Override
    public final String interfaceName() {
        return header.message().interfaceName();
    }

    @Override
    public final String member() {
        return header.message().member();
    }

    @Override
    public final String errorName() {
        return header.message().errorName();
    }

    @Override
    public final String signature() {
        return header.message().signature().toString();
    }

    @Override
    public final List<Object> body() {
        return wire().body();
    }

    /** Whether the body begins with {@code ay}. */
    final boolean beginsWithBytes() {
        return signature().startsWith("ay");
    }

    @Override
    public final Object handedOver() {
        return null;
    }

    @Override
    final boolean expectsReply() {
        return header.message().expectsReply();
    }
}
