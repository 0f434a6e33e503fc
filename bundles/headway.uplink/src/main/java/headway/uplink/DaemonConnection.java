package headway.uplink;

import headway.dbus.InvalidMessageException;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection to a daemon, from its greeting to its end: a thread of its own reads, any other one writes. Descriptors are not
 * negotiated, so the daemon refuses messages with some to us.
 */
final class DaemonConnection implements AutoCloseable {

    /** The daemon itself. */
    static final String BUS = "org.freedesktop.DBus";

    private static final String PATH = "/org/freedesktop/DBus";
    private static final int LONGEST_LINE = 4096;
    private static final int LARGEST = 32 << 20;

    /** So many messages are read before the first of them is dealt with. */
    private static final int MOST_UNHANDLED = 1024;

    /** Who is told what comes; called by the reading thread. */
    interface Listener {

        /** A message that is no answer to {@link #call}; {@link #handled} must follow when it is dealt with. */
        void onMessage(DaemonConnection from, Message message);

        /** The connection is over. */
        void onEnd(DaemonConnection of);
    }

    private final SocketChannel channel;
    private final Listener listener;
    private final AtomicInteger serials = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Message>> calls = new ConcurrentHashMap<>();
    private final Semaphore unhandled = new Semaphore(MOST_UNHANDLED);
    private byte[] received = new byte[1 << 16];
    private int length;
    private String name;

    private DaemonConnection(SocketChannel channel, Listener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    /**
     * Connects, says who it is, and says hello. Blocks.
     *
     * @throws IOException why that is not possible
     */
    static DaemonConnection open(Path socket, Listener listener) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        DaemonConnection connection = new DaemonConnection(channel, listener);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            connection.authenticate();
            connection.hello();
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
        Thread reader = new Thread(connection::read, "headway-uplink-" + connection.name);
        reader.setDaemon(true);
        reader.start();
        return connection;
    }

    /** Its unique name at the daemon. */
    String name() {
        return name;
    }

    private void authenticate() throws IOException {
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid", LinkOption.NOFOLLOW_LINKS);
        String hex =
                HexFormat.of().formatHex(Integer.toUnsignedString((Integer) uid).getBytes(StandardCharsets.US_ASCII));
        write(("\0AUTH EXTERNAL " + hex + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String answer = line();
        if (!answer.startsWith("OK ")) {
            throw new IOException("the daemon does not let this user in: " + answer);
        }
        write("BEGIN\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private String line() throws IOException {
        while (true) {
            for (int i = 1; i < length; i++) {
                if (received[i - 1] == '\r' && received[i] == '\n') {
                    String line = new String(received, 0, i - 1, StandardCharsets.ISO_8859_1);
                    drop(i + 1);
                    return line;
                }
            }
            if (length > LONGEST_LINE) {
                throw new IOException("there is no D-Bus daemon: it answers a line without end");
            }
            more();
        }
    }

    private void hello() throws IOException {
        int serial = send(toBus("Hello", ""));
        Message answer = next();
        while (answer.replySerial() != serial) {
            answer = next();
        }
        if (answer.type() != MessageType.METHOD_RETURN) {
            throw new IOException("the daemon refuses Hello: " + answer.errorName());
        }
        name = (String) answer.body().get(0);
    }

    private static MessageBuilder toBus(String member, String signature, Object... body) {
        return MessageBuilder.call(PATH, BUS, member).destination(BUS).body(signature, body);
    }

    // ---------------------------------------------------------------- writing

    /**
     * Sends a message under a serial of this connection, which it says.
     *
     * @throws IOException if the connection is over
     */
    synchronized int send(MessageBuilder message) throws IOException {
        int serial = nextSerial();
        write(message.serial(serial).build().bytes());
        return serial;
    }

    private int nextSerial() {
        int serial = serials.incrementAndGet();
        return serial != 0 ? serial : serials.incrementAndGet();
    }

    /** Calls the daemon itself; fails with an {@link IOException} if it answers with an error or is gone. */
    CompletableFuture<Message> call(String member, String signature, Object... body) {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        try {
            synchronized (this) {
                int serial = nextSerial();
                calls.put(serial, answer);
                write(toBus(member, signature, body).serial(serial).build().bytes());
            }
        } catch (IOException over) {
            answer.completeExceptionally(over);
        }
        return answer;
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    // ---------------------------------------------------------------- reading

    private void read() {
        try {
            while (true) {
                Message message = next();
                CompletableFuture<Message> call =
                        message.replySerial() == 0 ? null : calls.remove(message.replySerial());
                if (call == null) {
                    unhandled.acquire();
                    listener.onMessage(this, message);
                } else if (message.type() == MessageType.METHOD_RETURN) {
                    call.complete(message);
                } else {
                    call.completeExceptionally(new IOException(message.errorName()));
                }
            }
        } catch (IOException | InvalidMessageException over) {
            close();
        } catch (InterruptedException told) {
            close();
        }
        IOException end = new IOException("the daemon is away");
        calls.values().forEach(call -> call.completeExceptionally(end));
        listener.onEnd(this);
    }

    /** A message was dealt with. */
    void handled() {
        unhandled.release();
    }

    private Message next() throws IOException {
        while (true) {
            int size = length < Message.FIXED_HEADER ? Message.NEED_MORE : Message.length(received, 0, length);
            if (size > LARGEST) {
                throw new IOException("a message of " + size + " bytes");
            }
            if (size != Message.NEED_MORE && size <= length) {
                Message message = Message.parse(Arrays.copyOf(received, size)).validate();
                drop(size);
                return message;
            }
            more();
        }
    }

    private void drop(int count) {
        System.arraycopy(received, count, received, 0, length - count);
        length -= count;
    }

    private void more() throws IOException {
        if (length == received.length) {
            received = Arrays.copyOf(received, length * 2);
        }
        int count = channel.read(ByteBuffer.wrap(received, length, received.length - length));
        if (count < 0) {
            throw new EOFException("the daemon has closed the connection");
        }
        length += count;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException closing) {
            System.getLogger(DaemonConnection.class.getName())
                    .log(System.Logger.Level.DEBUG, "A connection could not be closed in good order", closing);
        }
    }
}
