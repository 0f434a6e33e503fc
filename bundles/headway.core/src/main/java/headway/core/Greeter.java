package headway.core;

import headway.transport.Address;
import headway.transport.SendResult;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Says hello: to everybody when a link opens, again where a hello may be lost, and to whoever asks. Also says when there is
 * no session with the one who sends. Belongs to the bus's owner.
 */
final class Greeter {

    /** It says hello to everybody again on links that may lose a frame: so soon at first, then less and less often. */
    private static final long FIRST_HELLO_NANOS = 10_000_000;

    private static final long HELLO_NANOS = 1_000_000_000;

    private final String bus;
    private final long incarnation;
    private final long startedAt;
    private long helloAt;
    private long helloEvery;

    Greeter(String bus, long incarnation, long startedAt) {
        this.bus = bus;
        this.incarnation = incarnation;
        this.startedAt = startedAt;
    }

    /** The unique name of the node of that incarnation. */
    static String uniqueName(long incarnation) {
        return ":" + Long.toUnsignedString(incarnation, 36) + ".1";
    }

    /** A link opened: says hello over it, and soon again. */
    SendResult linkOpened(LinkSlot slot, long now) {
        helloAt = now;
        helloEvery = FIRST_HELLO_NANOS;
        return greet(slot, Address.EVERYONE, null, true);
    }

    /**
     * Says hello.
     *
     * @param session with whom, or null if that is not known
     * @param answer whether the receiver shall say hello as well
     */
    SendResult greet(LinkSlot slot, Address to, Session session, boolean answer) {
        int epoch = session == null ? 0 : session.epoch();
        int peerEpoch = session == null ? 0 : session.peerEpoch();
        byte[] hello = new Control.Hello(bus, uniqueName(incarnation), startedAt, answer).encode();
        byte[] frame = new byte[Frame.HEADER + hello.length];
        System.arraycopy(hello, 0, frame, Frame.HEADER, hello.length);
        Frame.writeHeader(frame, 0, Frame.Kind.HELLO, 0, frame.length, incarnation, epoch, peerEpoch, 0, 0);
        SendResult result = slot.send(to, ByteBuffer.wrap(frame));
        slot.link().flush();
        return result;
    }

    /** That session of the sender has no other end here, or no longer. */
    void answerUnknown(LinkSlot slot, Address to, int epoch) {
        byte[] frame = new byte[Frame.HEADER];
        Frame.writeHeader(frame, 0, Frame.Kind.UNKNOWN_SESSION, 0, frame.length, incarnation, 0, epoch, 0, 0);
        slot.send(to, ByteBuffer.wrap(frame));
        slot.link().flush();
    }

    /** Says hello to everybody again where it is due; returns when it is due next. */
    long onTime(List<LinkSlot> links, long now) {
        long next = Long.MAX_VALUE;
        boolean due = now - helloAt >= helloEvery;
        for (int i = 0; i < links.size(); i++) {
            LinkSlot slot = links.get(i);
            // Also a link that loses nothing may have been too full for a hello.
            if (!slot.isLossless() || helloEvery < HELLO_NANOS) {
                if (due) {
                    greet(slot, Address.EVERYONE, null, true);
                }
                next = Math.min(next, due ? now + helloEvery : helloAt + helloEvery);
            }
        }
        if (due) {
            helloAt = now;
            helloEvery = Math.min(2 * helloEvery, HELLO_NANOS);
        }
        return next;
    }
}
