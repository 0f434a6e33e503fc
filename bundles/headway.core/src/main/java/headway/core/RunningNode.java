package headway.core;

import headway.bus.Bus;
import headway.bus.dto.Inspector;
import headway.bus.dto.LinkControl;
import headway.bus.port.Ports;
import headway.transport.Transport;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A node with a real clock and real threads: what the OSGi component, the benchmarks and the tests start.
 *
 * <p>Subscribers and handlers are called by {@link Workers}, one call at a time for each of them.
 */
public final class RunningNode implements AutoCloseable {

    private final Node node;
    private final NodeBus bus;
    private final Workers executor;

    private RunningNode(NodeConfig config) {
        executor = new Workers("headway-" + config.bus());
        long incarnation = new SecureRandom().nextLong() & Long.MAX_VALUE;
        node = new Node(
                config,
                System::nanoTime,
                Math.max(1, incarnation),
                executor,
                new SharedFiles(SharedFiles.DIRECTORY, config.bus()));
        bus = new NodeBus(node, executor);
        node.start();
    }

    /** Starts a node without links; subscribers and publishers in this JVM meet from now on. */
    public static RunningNode start(String busName) {
        return new RunningNode(NodeConfig.DEFAULT.withBus(busName));
    }

    static RunningNode start(NodeConfig config) {
        return new RunningNode(config);
    }

    /**
     * Opens a link over that transport; the better ranked one is preferred.
     *
     * @throws IOException why it cannot be opened
     */
    public RunningNode add(Transport transport, int ranking) throws IOException {
        node.addTransport(transport, ranking);
        return this;
    }

    /** Closes the links over that transport. */
    public void remove(Transport transport) {
        node.removeTransport(transport);
    }

    /** How operators change the links that are used. */
    public LinkControl linkControl() {
        return bus;
    }

    /** The bus as applications see it. */
    public Bus bus() {
        return bus;
    }

    /** The node as gateways see it. */
    public Ports ports() {
        return (taker, listener) -> new NodePort(node, taker, listener).open();
    }

    /** The node as operators see it. */
    public Inspector inspector() {
        return bus;
    }

    /** Completes when every node that was there when the first link opened is known here and knows us. */
    public CompletableFuture<Void> joined() {
        return node.joined();
    }

    /**
     * Waits until the node has joined.
     *
     * @throws IOException if it has not after that time
     */
    public RunningNode awaitJoined(Duration atMost) throws IOException, InterruptedException {
        try {
            node.joined().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return this;
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("The bus " + bus.name() + " was not joined within " + atMost, e);
        }
    }

    /** Sends what there is to send, says goodbye and stops. */
    @Override
    public void close() {
        node.close();
        executor.close();
    }
}
