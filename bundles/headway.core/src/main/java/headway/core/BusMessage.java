package headway.core;

import headway.bus.Message;
import headway.bus.Peer;

/** A message on its way to a subscriber, a handler or a caller in this JVM. */
abstract class BusMessage implements Message {

    private final Peer sender;
    private final long sequence;

    BusMessage(Peer sender, long sequence) {
        this.sender = sender;
        this.sequence = sequence;
    }

    @Override
    public final Peer sender() {
        return sender;
    }

    @Override
    public final long sequence() {
        return sequence;
    }

    /** The whole message as bytes, in an array that does not change. */
    abstract headway.dbus.Message wire();

    /** The subscriber it was put for is done with it, or will never get it; most messages are kept as long as one likes. */
    void giveBack() {}

    /** Whether the sender of this call waits for an answer. */
    boolean expectsReply() {
        return true;
    }

    @Override
    public String toString() {
        String what = switch (type()) {
            case SIGNAL -> topic() != null ? topic() : path() + " " + interfaceName() + "." + member();
            case CALL -> path() + " " + interfaceName() + "." + member();
            case RETURN -> "reply";
            case ERROR -> errorName();
        };
        return type() + " " + what + " from " + sender.uniqueName() + " " + body();
    }
}
