package headway.core;

import headway.bus.Peer;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A message that came over a link: its header was seen before or parsed once, its body is decoded when somebody asks.
 *
 * <p>It keeps the array it came in alive: at most one frame, which holds its neighbours.
 */
final class WireMessage extends BusMessage {

    private final WireHeader header;
    private final byte[] array;
    private final int offset;
    private final int length;

    WireMessage(WireHeader header, Peer sender, long sequence, byte[] array, int offset, int length) {
        super(sender, sequence);
        this.header = header;
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    @Override
    headway.dbus.Message wire() {
        return headway.dbus.Message.parse(array, offset, length);
    }

    int serial() {
        return wire().serial();
    }

    @Override
    public Type type() {
        return header.type();
    }

    @Override
    public String topic() {
        return header.topic();
    }

    @Override
    public String path() {
        return header.message().path();
    }

    @Override
    public String interfaceName() {
        return header.message().interfaceName();
    }

    @Override
    public String member() {
        return header.message().member();
    }

    @Override
    public String errorName() {
        return header.message().errorName();
    }

    @Override
    public String signature() {
        return header.message().signature().toString();
    }

    @Override
    public List<Object> body() {
        return wire().body();
    }

    @Override
    public ByteBuffer bytes() {
        return signature().startsWith("ay") ? wire().reader().viewBytes() : super.bytes();
    }

    @Override
    public Object handedOver() {
        return null;
    }

    @Override
    boolean expectsReply() {
        return header.message().expectsReply();
    }
}
