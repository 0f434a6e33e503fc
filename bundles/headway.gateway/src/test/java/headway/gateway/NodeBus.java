package headway.gateway;

import headway.bus.Bus;
import headway.core.RunningNode;
import headway.transport.Transport;
import headway.transport.loopback.LoopbackTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A node with a bus for D-Bus programs, in this JVM. */
final class NodeBus implements AutoCloseable {

    private final RunningNode node;
    private final BusServer server;
    private final Path socket;

    NodeBus(Path directory, String name, Transport... transports) throws IOException, InterruptedException {
        node = RunningNode.start("test");
        for (Transport transport : transports) {
            node.add(transport, 0);
        }
        node.awaitJoined(Duration.ofSeconds(20));
        socket = directory.resolve(name);
        server = new BusServer(
                new BusSettings(
                        BusSettings.newGuid(), ":1.", false, false, BusServer.ownUid(), List.of(), Limits.standard()),
                EpollSockets.open(),
                List.of(new ServerAddress.Unix(socket.toString(), false)),
                node.ports(),
                node.joined());
        server.start();
    }

    static NodeBus overLoopback(Path directory, String name) throws IOException, InterruptedException {
        return new NodeBus(directory, name, new LoopbackTransport(directory.resolve("run")));
    }

    RunningNode node() {
        return node;
    }

    Bus bus() {
        return node.bus();
    }

    Path socket() {
        return socket;
    }

    RawClient connect() throws IOException {
        return RawClient.connected(socket);
    }

    @Override
    public void close() {
        server.close();
        node.close();
    }
}
