package headway.gateway;

import java.io.IOException;

/**
 * The sockets of one bus: listens, accepts, waits. Two ways: {@link EpollSockets} with native code, which can do all; and
 * {@link SelectorSockets} in pure Java, without descriptors, abstract addresses and inherited sockets.
 *
 * <p>Belongs to one thread; only {@link #wake} is for others.
 */
interface Sockets extends AutoCloseable {

    /** Who is told what happened. */
    interface Events {
        void onConnection(Stream stream);

        void onReady(Stream stream, boolean readable, boolean writable);
    }

    /**
     * Listens; returns where clients find it: with the port that the kernel chose, and of an inherited socket its own address.
     *
     * @throws IOException why not, for people
     */
    ServerAddress listen(ServerAddress address) throws IOException;

    /** Waits until something happens, and tells it; negative waits without end. */
    void await(long millis, Events events) throws IOException;

    /** Makes the thread that waits go on. */
    void wake();

    /** Memory that streams of this kind read into and write from. */
    Chunk chunk(int size);

    void closeDescriptor(int fd);

    @Override
    void close();
}
