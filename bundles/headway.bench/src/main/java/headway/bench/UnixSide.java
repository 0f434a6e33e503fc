package headway.bench;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * The floor: a plain AF_UNIX stream of the JDK with blocking calls, no framing, no bus. One receiver only.
 *
 * @param together how many messages one write carries
 */
record UnixSide(int together) implements Side {

    private static final int READ_BYTES = 1 << 16;

    /** A side of this end that answers or receives what comes over one connection. */
    private interface Talk {
        void with(SocketChannel channel) throws IOException;
    }

    @Override
    public String name() {
        return "jdk-unix";
    }

    @Override
    public String description() {
        return "plain AF_UNIX stream of the JDK";
    }

    private static UnixDomainSocketAddress address(Path meeting) {
        return UnixDomainSocketAddress.of(meeting.resolve("floor.sock"));
    }

    /** Accepts one connection and talks over it on a thread of its own. */
    private static Closeable accept(Path meeting, Talk talk) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(address(meeting));
        Thread thread = new Thread(
                () -> {
                    try (SocketChannel channel = server.accept()) {
                        talk.with(channel);
                    } catch (EOFException | AsynchronousCloseException end) {
                        // The other side has finished, or this one.
                    } catch (IOException e) {
                        throw new IllegalStateException("The connection broke", e);
                    }
                },
                "jdk-unix");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void readFully(SocketChannel channel, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new EOFException();
            }
        }
    }

    private static void writeFully(SocketChannel channel, ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            channel.write(from);
        }
    }

    @Override
    public Receiver receive(Path meeting, int index, int payload, Tally tally) throws IOException {
        Closeable server = accept(meeting, channel -> {
            ByteBuffer buffer = buffer(Math.max(READ_BYTES, payload));
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.remaining() >= payload) {
                    tally.take(buffer.getLong(buffer.position()));
                    buffer.position(buffer.position() + payload);
                }
                buffer.compact();
            }
        });
        return new Receiver() {
            @Override
            public long bytes() {
                return tally.count() * payload;
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }

    @Override
    public Sender send(Path meeting, int receivers, int payload) throws IOException {
        if (receivers != 1) {
            throw new IllegalArgumentException("A stream has one receiver, not " + receivers);
        }
        SocketChannel channel = SocketChannel.open(address(meeting));
        ByteBuffer buffer = buffer(payload * together);
        return new Sender() {
            @Override
            public void send(long number) throws IOException {
                buffer.putLong(buffer.position(), number).position(buffer.position() + payload);
                if (!buffer.hasRemaining()) {
                    writeFully(channel, buffer.flip());
                    buffer.clear();
                }
            }

            @Override
            public int together() {
                return together;
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    @Override
    public Closeable serve(Path meeting, int payload) throws IOException {
        return accept(meeting, channel -> {
            ByteBuffer buffer = buffer(payload);
            while (true) {
                readFully(channel, buffer.clear());
                writeFully(channel, buffer.flip());
            }
        });
    }

    @Override
    public Caller call(Path meeting, int payload) throws IOException {
        SocketChannel channel = SocketChannel.open(address(meeting));
        ByteBuffer buffer = buffer(payload);
        return Caller.of(
                () -> {
                    writeFully(channel, buffer.clear());
                    readFully(channel, buffer.clear());
                },
                channel);
    }
}
