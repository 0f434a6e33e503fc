package headway.gateway;

import headway.bus.Outcome;
import headway.bus.port.Port;
import headway.dbus.Message;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The other end of the outbox for other nodes: takes its bytes apart again into messages, each after a preface that says where
 * to, and gives them to the port. What the port has no room for waits here, and then in the outbox.
 */
final class BridgeStream implements Stream {

    /** In a preface: the message is for everybody who wants that topic, or for the one of that name. */
    private static final byte TOPIC = 's';

    private static final byte NAME = 'm';

    /** A preface is this, and the text: what it is, a reserved byte, and the length of the text. */
    private static final int PREFACE = 4;

    private static final int KEPT = 1 << 18;

    private final Port port;

    /** Whether messages from other nodes may come. */
    private final Consumer<Boolean> readable;

    private Client client;
    private byte[] bytes = new byte[1 << 12];
    private int length;

    BridgeStream(Port port, Consumer<Boolean> readable) {
        this.port = port;
        this.readable = readable;
    }

    static byte[] toTopic(String topic) {
        return preface(TOPIC, topic);
    }

    static byte[] toName(String name) {
        return preface(NAME, name);
    }

    private static byte[] preface(byte kind, String text) {
        byte[] chars = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] preface = new byte[PREFACE + chars.length];
        preface[0] = kind;
        preface[2] = (byte) (chars.length >> 8);
        preface[3] = (byte) chars.length;
        System.arraycopy(chars, 0, preface, PREFACE, chars.length);
        return preface;
    }

    @Override
    public int write(Chunk from, int offset, int count, int[] fds) {
        int taken = 0;
        while (true) {
            int wanted = wanted();
            if (wanted == 0) {
                if (!deliver()) {
                    return taken;
                }
                length = 0;
                continue;
            }
            int part = Math.min(wanted, count - taken);
            if (part == 0) {
                return taken;
            }
            if (length + part > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + part, bytes.length * 2));
            }
            from.bytes.get(offset + taken, bytes, length, part);
            length += part;
            taken += part;
        }
    }

    /** How many bytes are missing until more can be said, at least; 0 if the message is whole. */
    private int wanted() {
        if (length < PREFACE) {
            return PREFACE - length;
        }
        int start = PREFACE + textLength();
        if (length < start + Message.FIXED_HEADER) {
            return start + Message.FIXED_HEADER - length;
        }
        return start + Message.length(bytes, start, length - start) - length;
    }

    private int textLength() {
        return (bytes[2] & 0xFF) << 8 | (bytes[3] & 0xFF);
    }

    /** There may be room now for the message that waits here. */
    void retry() {
        if (length > 0 && wanted() == 0 && deliver()) {
            length = 0;
        }
    }

    private boolean deliver() {
        int start = PREFACE + textLength();
        String where = new String(bytes, PREFACE, start - PREFACE, StandardCharsets.ISO_8859_1);
        Outcome outcome = bytes[0] == TOPIC
                ? port.publish(where, bytes, start, length - start)
                : port.send(where, bytes, start, length - start);
        if (outcome == Outcome.FULL) {
            return false;
        }
        if (bytes.length > KEPT) {
            bytes = new byte[1 << 12];
        }
        return true;
    }

    @Override
    public int read(Chunk into, IntQueue arrived) {
        return NOTHING;
    }

    @Override
    public void interest(boolean mayRead, boolean mayWrite) {
        readable.accept(mayRead);
    }

    @Override
    public boolean passesDescriptors() {
        return false;
    }

    @Override
    public boolean isLocal() {
        return false;
    }

    @Override
    public Identity identity() {
        return new Identity(ProcessHandle.current().pid(), Identity.UNKNOWN, null, null);
    }

    @Override
    public boolean isUser(long uid) {
        return false;
    }

    @Override
    public int processDescriptor() {
        return -1;
    }

    @Override
    public void close() {
        length = 0;
    }

    @Override
    public Client client() {
        return client;
    }

    @Override
    public void client(Client owner) {
        client = owner;
    }
}
