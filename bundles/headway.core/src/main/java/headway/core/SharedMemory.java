package headway.core;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Memory that one process writes and others of the same machine read. Belongs to the bus's owner. */
interface SharedMemory extends Closeable {

    /** Where such memory is made and found. */
    interface Provider {

        /**
         * Makes the memory of a node of this process.
         *
         * @throws IOException why there is none
         */
        SharedMemory create(long incarnation, long bytes) throws IOException;

        /**
         * Finds the memory of another node, to read it.
         *
         * @param pid the process that it says it is
         * @throws IOException why it cannot be read here
         */
        SharedMemory open(long incarnation, long pid) throws IOException;
    }

    /**
     * Writes all these bytes; only who created it does.
     *
     * @throws IOException if there is less memory than there should be
     */
    void write(long at, byte[] data) throws IOException;

    /**
     * So many bytes where they are: read-only, and whatever is there when it is looked at. They stay readable when this is
     * closed.
     *
     * @throws IOException if they are not there, or not any more
     */
    ByteBuffer read(long at, int length) throws IOException;

    /** Nobody new finds it; who has it open may read on. */
    @Override
    void close();
}
