package headway.core;

import headway.transport.Address;
import headway.transport.Feature;
import headway.transport.Link;
import headway.transport.SendResult;
import headway.transport.Transport;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** One open link of this node with its rank and its counters. Belongs to the bus's owner, but for {@link #receive}. */
final class LinkSlot implements Place {

    private final Transport transport;
    private final Link link;
    private final int ranking;
    private volatile boolean dead;
    private final AtomicInteger visitors = new AtomicInteger();
    private long framesSent;
    private long bytesSent;
    private long framesReceived;
    private long bytesReceived;
    private long full;
    private long overheard;

    LinkSlot(Transport transport, Link link, int ranking) {
        this.transport = transport;
        this.link = link;
        this.ranking = ranking;
    }

    Transport transport() {
        return transport;
    }

    Link link() {
        return link;
    }

    int ranking() {
        return ranking;
    }

    @Override
    public boolean isDead() {
        return dead;
    }

    void die() {
        dead = true;
    }

    /** Whether a frame that was SENT arrives, unless the link or the receiver ends. */
    boolean isLossless() {
        return transport.features().contains(Feature.LOSSLESS);
    }

    /** Whether one send can reach all members of a group. */
    boolean hasGroups() {
        return transport.features().contains(Feature.GROUPS);
    }

    /** {@inheritDoc} Threads that wait for an answer do. */
    @Override
    public boolean hasGuests() {
        return transport.features().contains(Feature.GUESTS);
    }

    /** {@inheritDoc} See {@link Link#receive}. */
    @Override
    public boolean receive(BooleanSupplier enough, long nanos) {
        visitors.incrementAndGet();
        try {
            return link.receive(enough, nanos);
        } finally {
            visitors.decrementAndGet();
        }
    }

    @Override
    public boolean isVisited() {
        return visitors.get() > 0;
    }

    SendResult send(Address to, ByteBuffer frame) {
        int size = frame.remaining();
        SendResult result = dead ? SendResult.CLOSED : link.send(to, frame);
        if (result == SendResult.SENT) {
            framesSent++;
            bytesSent += size;
        } else if (result == SendResult.FULL) {
            full++;
        }
        return result;
    }

    void received(int size) {
        framesReceived++;
        bytesReceived += size;
    }

    long framesSent() {
        return framesSent;
    }

    long bytesSent() {
        return bytesSent;
    }

    long framesReceived() {
        return framesReceived;
    }

    long bytesReceived() {
        return bytesReceived;
    }

    long full() {
        return full;
    }

    /** A frame of a group arrived that is for other members. */
    void overheard() {
        overheard++;
    }

    long overheardFrames() {
        return overheard;
    }

    @Override
    public String toString() {
        return transport.name() + " " + link.local();
    }
}
