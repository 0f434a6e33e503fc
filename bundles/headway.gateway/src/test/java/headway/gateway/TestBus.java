package headway.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A bus in this JVM. */
final class TestBus implements AutoCloseable {

    private final BusServer server;
    private final Path socket;

    TestBus(Path directory, Sockets sockets, Limits limits) throws IOException {
        this(directory, sockets, limits, false);
    }

    TestBus(Path directory, Sockets sockets, Limits limits, boolean anonymous) throws IOException {
        socket = directory.resolve("bus");
        server = new BusServer(
                new BusSettings(
                        BusSettings.newGuid(),
                        ":1.",
                        anonymous,
                        false,
                        BusServer.ownUid(),
                        List.of(),
                        "unix:path=" + socket,
                        limits),
                sockets,
                List.of(new ServerAddress(ServerAddress.Kind.PATH, socket.toString(), -1)));
        server.start();
    }

    static TestBus ofEpoll(Path directory) throws IOException {
        return new TestBus(directory, EpollSockets.open(), Limits.standard());
    }

    Path socket() {
        return socket;
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
