package headway.transport.loopback;

import headway.transport.Address;
import headway.transport.Credentials;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The connection over which one peer sends to this link. A stranger until its preamble has been read and believed.
 * Belongs to the I/O thread.
 */
final class Inbound implements FrameStream.Sink {

    /** The link, as its inbound connections see it. */
    interface Host {

        /**
         * Decides whether to believe a stranger.
         *
         * @return the credentials the kernel gives it
         * @throws BrokenStreamException why not
         */
        Credentials meet(Inbound stranger, Address from) throws IOException;

        /** Passes a frame on. */
        void deliver(Address from, Credentials credentials, ByteBuffer frame);
    }

    private final SocketChannel channel;
    private final Host host;
    private final FrameStream stream;
    private Address from;
    private Credentials credentials = Credentials.NONE;

    Inbound(SocketChannel channel, int mtu, Host host) {
        this.channel = channel;
        this.host = host;
        this.stream = new FrameStream(mtu);
    }

    SocketChannel channel() {
        return channel;
    }

    /** Whom it comes from, or null while it is a stranger. */
    Address from() {
        return from;
    }

    /**
     * Reads once and passes on what is whole.
     *
     * @return whether more may come
     * @throws BrokenStreamException if it does not keep to the format or is not believed
     * @throws IOException if it ended abruptly
     */
    boolean read() throws IOException {
        if (channel.read(stream.room()) < 0) {
            stream.end();
            return false;
        }
        stream.parse(this);
        return true;
    }

    @Override
    public void onPreamble(Address address) throws IOException {
        credentials = host.meet(this, address);
        from = address;
    }

    @Override
    public void onFrame(ByteBuffer frame) {
        host.deliver(from, credentials, frame);
    }

    /** For people: who is at the other end, as far as it is known. */
    @Override
    public String toString() {
        return from != null
                ? from + " (uid " + credentials.uid() + ")"
                : "a stranger (user " + PeerUser.name(channel) + ")";
    }
}
