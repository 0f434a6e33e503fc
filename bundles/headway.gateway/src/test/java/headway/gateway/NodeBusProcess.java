package headway.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node with a bus for D-Bus programs, in a process of its own that can be killed. */
final class NodeBusProcess implements AutoCloseable {

    private final Process process;
    private final Path socket;

    NodeBusProcess(Path directory, String name) throws IOException {
        socket = directory.resolve(name);
        List<String> command = new ArrayList<>(BusProcess.command());
        command.set(command.size() - 1, Main.class.getName());
        command.addAll(List.of(directory.toString(), name));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String line = process.inputReader().readLine();
        if (!"ready".equals(line)) {
            throw new IOException(name + " did not start: " + line);
        }
    }

    Path socket() {
        return socket;
    }

    /** What a program needs to take this for its session bus. */
    Map<String, String> environment() {
        return Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + socket, "LC_ALL", "C.UTF-8");
    }

    RawClient connect() throws IOException {
        return RawClient.connected(socket);
    }

    /** Ends it as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The node; it ends with the process that started it. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws Exception {
            NodeBus node = NodeBus.overLoopback(Path.of(arguments[0]), arguments[1]);
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // Until the other end is closed.
            }
            node.close();
        }
    }
}
