package headway.core;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The memory that the processes of a simulation share; every fourth's is another user's, which nobody can read. */
final class SimMemory implements SharedMemory.Provider {

    private final Map<Long, Bytes> all = new HashMap<>();

    private static final class Bytes implements SharedMemory {

        private final byte[] array;

        Bytes(long size) {
            array = new byte[(int) size];
        }

        @Override
        public void write(long at, byte[] data) {
            System.arraycopy(data, 0, array, (int) at, data.length);
        }

        @Override
        public ByteBuffer read(long at, int length) throws IOException {
            if (at < 0 || length < 0 || at > array.length - length) {
                throw new EOFException();
            }
            return ByteBuffer.wrap(array).slice((int) at, length).asReadOnlyBuffer();
        }

        @Override
        public void close() {}
    }

    @Override
    public SharedMemory create(long incarnation, long bytes) {
        return all.computeIfAbsent(incarnation, key -> new Bytes(bytes));
    }

    @Override
    public SharedMemory open(long incarnation, long pid) throws IOException {
        if ((incarnation & 3) == 0) {
            throw new IOException("Permission denied");
        }
        return all.get(incarnation);
    }
}
