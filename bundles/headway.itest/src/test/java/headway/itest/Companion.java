package headway.itest;

import headway.bus.Bus;
import headway.bus.Execution;
import headway.core.RunningNode;
import headway.transport.loopback.LoopbackTransport;
import headway.transport.netlink.NetlinkTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Another process on the test's bus, without OSGi, that has loopback and netlink all the time: it carries its end of a {@link
 * Load} and answers calls after a while. It ends when its standard input does.
 */
final class Companion implements AutoCloseable {

    static final String HERE = "it/swap/here";
    static final String THERE = "it/swap/there";
    static final String PATH = "/companion";
    static final String INTERFACE = "org.example.Companion";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String END = "end";

    private final Process process;
    private final String uniqueName;

    private Companion(Process process) throws IOException {
        this.process = process;
        this.uniqueName = line();
    }

    /** Starts it and waits until it is on the bus. */
    static Companion start() throws IOException {
        return new Companion(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Companion.class.getName(),
                        Container.busName(),
                        System.getProperty(FelixExtension.RUNTIME_DIRECTORY)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Its name on the bus. */
    String uniqueName() {
        return uniqueName;
    }

    private String line() throws IOException {
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        if (line == null) {
            throw new IOException("The companion has ended");
        }
        return line;
    }

    private String ask(String order) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append(order).append('\n').flush();
        return line();
    }

    /** Publishes no more; says how many numbers there were. */
    long end() throws IOException {
        return Long.parseLong(ask(END));
    }

    /** What it says of the so many numbers that were published to it. */
    String verdict(long count) throws IOException {
        return ask(Long.toString(count));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Arguments: the bus, the runtime directory. */
    public static void main(String[] args) throws Exception {
        RunningNode node = RunningNode.start(args[0])
                .add(new LoopbackTransport(Path.of(args[1])), 0)
                .add(new NetlinkTransport(Set.of()), 0)
                .awaitJoined(PATIENCE);
        Bus bus = node.bus();
        bus.export(PATH, INTERFACE, Execution.DIRECT, call -> {
            long millis = (Long) call.message().body().get(0);
            CompletableFuture<Void> unused = CompletableFuture.runAsync(
                    () -> call.reply("x", millis), CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
        });
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Load load = new Load(bus, HERE, THERE)) {
            load.begin();
            System.out.println(bus.uniqueName());
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println(order.equals(END) ? Long.toString(load.end()) : load.verdict(Long.parseLong(order)));
            }
        }
        // Threads of a node that is being closed do not keep the process.
        System.exit(0);
    }
}
