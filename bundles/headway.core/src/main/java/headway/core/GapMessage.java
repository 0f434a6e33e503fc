package headway.core;

import headway.bus.Gap;
import headway.bus.Peer;
import java.util.List;

/** A gap that a sender told of, in its place among the messages that wait for a subscriber. */
final class GapMessage extends BusMessage {

    private final Gap gap;

    GapMessage(Peer sender, Gap gap) {
        super(sender, gap.to());
        this.gap = gap;
    }

    Gap gap() {
        return gap;
    }

    @Override
    public Type type() {
        return Type.SIGNAL;
    }

    @Override
    public String topic() {
        return gap.topic();
    }

    @Override
    public String path() {
        return Control.PATH;
    }

    @Override
    public String interfaceName() {
        return Control.INTERFACE;
    }

    @Override
    public String member() {
        return Control.GAP;
    }

    @Override
    public String errorName() {
        return null;
    }

    @Override
    public String signature() {
        return "";
    }

    @Override
    public List<Object> body() {
        return List.of();
    }

    @Override
    headway.dbus.Message wire() {
        throw new UnsupportedOperationException("A gap is told, not handed over");
    }

    @Override
    public Object handedOver() {
        return gap;
    }
}
