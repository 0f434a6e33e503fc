package headway.uplink;

import headway.dbus.InvalidMessageException;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.MessageType;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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

    private static final Logger LOG = System.getLogger(DaemonConnection.class.getName());

    /** The daemon itself. */
    static final String BUS = "org.freedesktop.DBus";

    private static final String PATH = "/org/freedesktop/DBus";
    private static final int LONGEST_LINE = 4096;
    private static final int LARGEST = 32 << 20;

    /** So many bytes are read before the first of them is dealt with; each message counts for some at least. */
    private static final int MOST_UNHANDLED = 8 << 20;

    private static final int LEAST = 1 << 10;

    /** More room than this is not kept for reading. */
    private static final int KEPT = 1 << 16;

    /** Who is told what comes; called by the reading thread. */
    interface Listener {

        /** A message that is no answer to {@link #call}; {@link DaemonConnection#handled} must follow when it is dealt with. */
        void onMessage(DaemonConnection from, Message message);

        /** The connection is over. */
        void onEnd(DaemonConnection of);
    }

    private final Listener listener;

    /** Guards the two that follow; never held while something blocks. */
    private final Object opening = new Object();

    private SocketChannel channel;
    private boolean closed;
    private final AtomicInteger serials = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Message>> calls = new ConcurrentHashMap<>();
    private final Semaphore unhandled = new Semaphore(MOST_UNHANDLED);

    /** What has come and is no message yet, between two places. Of whoever opens it, and then of the reading thread. */
    private byte[] received = new byte[KEPT];

    private int from;
    private int to;
    private String name;

    /** A connection that is not open yet. */
    DaemonConnection(Listener listener) {
        this.listener = listener;
    }

    /**
     * Connects, says who it is, and says hello. Blocks, unless it is closed.
     *
     * @throws IOException why that is not possible
     */
    void open(Path socket) throws IOException {
        begin();
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            authenticate();
            hello();
        } catch (IOException | RuntimeException refused) {
            close();
            throw refused;
        }
        Thread reader = new Thread(this::read, "headway-uplink-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void begin() throws IOException {
        synchronized (opening) {
            if (closed) {
                throw new IOException("it is closed already");
            }
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        }
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
            for (int i = from + 1; i < to; i++) {
                if (received[i - 1] == '\r' && received[i] == '\n') {
                    String line = new String(received, from, i - 1 - from, StandardCharsets.ISO_8859_1);
                    from = i + 1;
                    return line;
                }
            }
            if (to - from > LONGEST_LINE) {
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
                    unhandled.acquire(weight(message));
                    listener.onMessage(this, message);
                } else if (message.type() == MessageType.METHOD_RETURN) {
                    call.complete(message);
                } else {
                    call.completeExceptionally(new IOException(message.errorName()));
                }
            }
        } catch (IOException | InvalidMessageException | InterruptedException over) {
            LOG.log(Level.DEBUG, "A connection to the daemon is over", over);
        } finally {
            close();
            IOException end = new IOException("the daemon is away");
            calls.values().forEach(call -> call.completeExceptionally(end));
            listener.onEnd(this);
        }
    }

    private static int weight(Message message) {
        return Math.max(LEAST, Math.min(message.length(), MOST_UNHANDLED));
    }

    /** A message was dealt with. */
    void handled(Message message) {
        unhandled.release(weight(message));
    }

    private Message next() throws IOException {
        while (true) {
            int size = to - from < Message.FIXED_HEADER ? Message.NEED_MORE : Message.length(received, from, to - from);
            if (size > LARGEST) {
                throw new IOException("a message of " + size + " bytes");
            }
            if (size != Message.NEED_MORE && size <= to - from) {
                Message message = Message.parse(Arrays.copyOfRange(received, from, from + size))
                        .validate();
                from += size;
                return message;
            }
            more();
        }
    }

    private void more() throws IOException {
        if (from == to && received.length > KEPT) {
            received = new byte[KEPT];
        } else if (from > 0) {
            System.arraycopy(received, from, received, 0, to - from);
        }
        to -= from;
        from = 0;
        if (to == received.length) {
            received = Arrays.copyOf(received, to * 2);
        }
        int count = channel.read(ByteBuffer.wrap(received, to, received.length - to));
        if (count < 0) {
            throw new EOFException("the daemon has closed the connection");
        }
        to += count;
    }

    /** Ends it, also while it is being opened or written to; any thread. */
    @Override
    public void close() {
        SocketChannel its = end();
        if (its == null) {
            return;
        }
        try {
            its.close();
        } catch (IOException closing) {
            LOG.log(Level.DEBUG, "A connection could not be closed in good order", closing);
        }
    }

    private SocketChannel end() {
        synchronized (opening) {
            closed = true;
            return channel;
        }
    }
}
