package headway.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/**
 * How far each receiver of a measurement is, in memory that all its processes share, so that a sender gets no further ahead than
 * a window: for sides where nothing else stops it, and a queue would grow until the end, or drop.
 *
 * <p>A file of 64 bytes for each receiver, whose first eight are the number of the last message it took. {@code station.h} has
 * the same for programs in C.
 */
final class Credit {

    private static final VarHandle NUMBER =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int MOST_RECEIVERS = 64;
    private static final int EACH = 64;

    /** In the last place: when a sender began that sends at a pace. */
    private static final int BEGIN = (MOST_RECEIVERS - 1) * EACH;

    private static final long WINDOW_BYTES = 4 << 20;
    private static final int MESSAGE_BYTES = 256;
    private static final long NAP_NANOS = 50_000;

    private final MappedByteBuffer memory;

    private Credit(MappedByteBuffer memory) {
        this.memory = memory;
    }

    /** Makes the file, before the processes start that open it. */
    static void create(Path meeting) throws IOException {
        try (FileChannel file = FileChannel.open(
                path(meeting), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.map(FileChannel.MapMode.READ_WRITE, 0, MOST_RECEIVERS * EACH);
        }
    }

    private static Path path(Path meeting) {
        return meeting.resolve("credit");
    }

    /** The one of this measurement. */
    static Credit open(Path meeting) throws IOException {
        try (FileChannel file = FileChannel.open(path(meeting), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Credit(file.map(FileChannel.MapMode.READ_WRITE, 0, MOST_RECEIVERS * EACH));
        }
    }

    /** The sender begins to send at its pace now. */
    void begin(long nanos) {
        NUMBER.setRelease(memory, BEGIN, nanos);
    }

    /** When it began; 0 if it has not. */
    long begun() {
        return (long) NUMBER.getAcquire(memory, BEGIN);
    }

    /** A receiver has taken the message of that number. */
    void took(int receiver, long number) {
        NUMBER.setRelease(memory, receiver * EACH, number);
    }

    /** A sender that gets no further ahead of its receivers than a window. */
    Sender holdBack(Sender sender, int receivers, int payload) {
        long window = WINDOW_BYTES / (payload + MESSAGE_BYTES) + 1L;
        return Sender.of(
                number -> {
                    await(receivers, number, window);
                    sender.send(number);
                },
                sender);
    }

    private void await(int receivers, long number, long window) {
        for (int i = 0; i < receivers; i++) {
            while (number - (long) NUMBER.getAcquire(memory, i * EACH) > window) {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }
}
