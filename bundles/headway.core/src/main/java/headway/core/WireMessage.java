package headway.core;

import headway.bus.Peer;
import java.nio.ByteBuffer;

/** A message in an array, which it keeps alive: at most one frame, which holds its neighbours. */
final class WireMessage extends ReceivedMessage {

    private final byte[] array;
    private final int offset;
    private final int length;

    WireMessage(WireHeader header, Peer sender, long sequence, byte[] array, int offset, int length) {
        super(header, sender, sequence);
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
    public ByteBuffer bytes() {
        return beginsWithBytes() ? wire().reader().viewBytes() : super.bytes();
    }
}
