package headway.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A bus in this JVM. */
final class TestBus implements AutoCloseable {

    private final BusServer server;
    private final Path socket;

    TestBus(Path directory, Sockets sockets, Limits limits) throws IOException {
        this(directory, sockets, limits, false);
    }

    TestBus(Path directory, Sockets sockets, Limits limits, boolean anonymous) throws IOException {
        this(directory.resolve("bus"), sockets, limits, anonymous, List.of());
    }

    /** One that listens elsewhere too. */
    TestBus(Path socket, Sockets sockets, Limits limits, boolean anonymous, List<ServerAddress> others)
            throws IOException {
        this.socket = socket;
        List<ServerAddress> all = new ArrayList<>(List.of(new ServerAddress.Unix(socket.toString(), false)));
        all.addAll(others);
        server = new BusServer(
                new BusSettings(BusSettings.newGuid(), ":1.", anonymous, false, BusServer.ownUid(), List.of(), limits),
                sockets,
                all);
        server.start();
    }

    static TestBus ofEpoll(Path directory) throws IOException {
        return new TestBus(directory, EpollSockets.open(), Limits.standard());
    }

    Path socket() {
        return socket;
    }

    String address() {
        return server.address();
    }

    String guid() {
        return server.guid();
    }

    RawClient connect() throws IOException {
        return RawClient.connected(socket);
    }

    @Override
    public void close() {
        server.close();
    }
}
