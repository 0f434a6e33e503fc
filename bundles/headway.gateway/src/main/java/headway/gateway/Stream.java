package headway.gateway;

import java.io.IOException;

/** One connected socket. Belongs to the thread of its {@link Sockets}. */
interface Stream {

    /** What a read or write says when it would have to wait. */
    int NOTHING = 0;

    /** What a read or write says when the connection has ended. */
    int ENDED = -1;

    /**
     * Reads what is there into a chunk, from its start.
     *
     * @param arrived gets the descriptors that came along; null if they are not wanted, then they are closed
     * @return bytes read, {@link #NOTHING} or {@link #ENDED}
     */
    int read(Chunk into, IntQueue arrived);

    /**
     * Writes bytes of a chunk.
     *
     * @param fds descriptors that travel with the first of the bytes, or null
     * @return bytes written, {@link #NOTHING} or {@link #ENDED}
     */
    int write(Chunk from, int offset, int length, int[] fds);

    /** What to be told of from now on. */
    void interest(boolean readable, boolean writable);

    /** Whether file descriptors can be passed. */
    boolean passesDescriptors();

    /** Whether it is a program of this machine, so that the kernel knows whose. */
    boolean isLocal();

    /** Who the kernel says connected; unknown if it is not of this machine. */
    Identity identity() throws IOException;

    /** Whether the one who connected is this user. */
    boolean isUser(long uid);

    /** A descriptor of the process that connected, to be given away; -1 if there is none to be had. */
    int processDescriptor();

    /** Ends it, whatever is under way. */
    void close();

    /** Whose it is. */
    Client client();

    void client(Client client);
}
