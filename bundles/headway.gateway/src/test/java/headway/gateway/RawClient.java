package headway.gateway;

import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A D-Bus client that says exactly the bytes it is told to, also wrong ones. */
final class RawClient implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;

    private final SocketChannel channel;
    private final Selector selector = Selector.open();
    private byte[] received = new byte[1 << 16];
    private int length;
    private int serial;
    private String name;

    RawClient(Path socket) throws IOException {
        this(UnixDomainSocketAddress.of(socket));
    }

    RawClient(SocketAddress address) throws IOException {
        channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        channel.connect(address);
        channel.configureBlocking(false);
    }

    /** A client that has authenticated and said Hello. */
    static RawClient connected(Path socket) throws IOException {
        RawClient client = new RawClient(socket);
        client.authenticate();
        client.hello();
        return client;
    }

    void authenticate() throws IOException {
        String uid = Long.toString(BusServer.ownUid());
        send("\0AUTH EXTERNAL " + HexFormat.of().formatHex(uid.getBytes(StandardCharsets.US_ASCII)) + "\r\n");
        String answer = line();
        if (!answer.startsWith("OK ")) {
            throw new IOException(answer);
        }
        send("BEGIN\r\n");
    }

    void hello() throws IOException {
        name = (String) call("Hello", "").body().get(0);
        // NameAcquired
        receive();
    }

    String name() {
        return name;
    }

    int nextSerial() {
        return ++serial;
    }

    /** The serial of the last message. */
    int lastSerial() {
        return serial;
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.write(buffer) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    /** Writes what the socket takes just now; returns how much. */
    int offer(byte[] bytes) throws IOException {
        return channel.write(ByteBuffer.wrap(bytes));
    }

    void send(MessageBuilder message) throws IOException {
        send(message.serial(nextSerial()).build().bytes());
    }

    /** Calls the bus and returns its answer; what comes before is dropped. */
    Message call(String member, String signature, Object... body) throws IOException {
        return callTo("org.freedesktop.DBus", member, signature, body);
    }

    Message callTo(String interfaceName, String member, String signature, Object... body) throws IOException {
        int asked = nextSerial();
        send(toBus(interfaceName, member, signature, body).serial(asked).build().bytes());
        while (true) {
            Message message = receive();
            if (message == null) {
                throw new EOFException("disconnected during " + member);
            }
            if (message.replySerial() == asked) {
                return message;
            }
        }
    }

    static MessageBuilder toBus(String interfaceName, String member, String signature, Object... body) {
        return MessageBuilder.call("/org/freedesktop/DBus", interfaceName, member)
                .destination("org.freedesktop.DBus")
                .body(signature, body);
    }

    /** Everything that came up to now. */
    List<Message> drain() throws IOException {
        List<Message> all = new ArrayList<>();
        int asked = nextSerial();
        send(toBus("org.freedesktop.DBus.Peer", "Ping", "")
                .serial(asked)
                .build()
                .bytes());
        for (Message message = receive(); message != null; message = receive()) {
            if (message.replySerial() == asked && "org.freedesktop.DBus".equals(message.sender())) {
                return all;
            }
            all.add(message);
        }
        all.add(null);
        return all;
    }

    /** The next message, or null if the connection has ended. */
    Message receive() throws IOException {
        while (true) {
            int size = length < Message.FIXED_HEADER ? -1 : Message.length(received, 0, length);
            if (size >= 0 && size <= length) {
                Message message = Message.parse(Arrays.copyOf(received, size)).validate();
                System.arraycopy(received, size, received, 0, length - size);
                length -= size;
                return message;
            }
            if (!more()) {
                return null;
            }
        }
    }

    String line() throws IOException {
        while (true) {
            for (int i = 1; i < length; i++) {
                if (received[i - 1] == '\r' && received[i] == '\n') {
                    String line = new String(received, 0, i - 1, StandardCharsets.ISO_8859_1);
                    System.arraycopy(received, i + 1, received, 0, length - i - 1);
                    length -= i + 1;
                    return line;
                }
            }
            if (!more()) {
                return null;
            }
        }
    }

    private boolean more() throws IOException {
        if (length == received.length) {
            received = Arrays.copyOf(received, length * 2);
        }
        while (true) {
            int count;
            try {
                count = channel.read(ByteBuffer.wrap(received, length, received.length - length));
            } catch (IOException reset) {
                return false;
            }
            if (count < 0) {
                return false;
            }
            if (count > 0) {
                length += count;
                return true;
            }
            await(SelectionKey.OP_READ);
        }
    }

    private void await(int what) throws IOException {
        channel.register(selector, what);
        if (selector.select(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)) == 0) {
            throw new IOException("nothing happened for " + PATIENCE_SECONDS + " s");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
