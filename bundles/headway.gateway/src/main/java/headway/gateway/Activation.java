package headway.gateway;

import headway.dbus.ErrorNames;
import headway.dbus.Message;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Starts services when somebody asks for their name (D-Bus specification, "Message Bus Starting Services"); what is sent to
 * them waits until the name has an owner. Texts and names of errors are dbus-daemon's.
 */
final class Activation {

    private static final Logger LOG = System.getLogger(Activation.class.getName());
    private static final String SPAWN = "org.freedesktop.DBus.Error.Spawn.";
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    /** So many messages may wait for one service. */
    private static final int MOST_WAITING = 512;

    /** DBUS_START_REPLY_SUCCESS. */
    private static final long STARTED = 1;

    /** A message that waits for its service; a copy, as the bytes it came in are used again. */
    private record Waiting(Client client, Message message, Descriptors descriptors, int bytes) {}

    /** A service that is being started. */
    private static final class Start {
        final List<Waiting> waiting = new ArrayList<>();
        long until;
        Process process;
    }

    private final Broker broker;
    private final List<Path> directories;
    private Map<String, ServiceFile> services = new TreeMap<>();
    private final Map<String, Start> starts = new LinkedHashMap<>();
    private final Map<String, String> environment = new TreeMap<>();

    Activation(Broker broker, List<Path> directories) {
        this.broker = broker;
        this.directories = directories;
        load();
    }

    /** Reads the descriptions anew. */
    void load() {
        Map<String, ServiceFile> found = new TreeMap<>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                load(directory, found);
            }
        }
        services = found;
    }

    private static void load(Path directory, Map<String, ServiceFile> into) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.service")) {
            for (Path file : files) {
                ServiceFile service = ServiceFile.read(file);
                if (service == null) {
                    LOG.log(Level.WARNING, "{0} describes no service", file);
                } else {
                    into.putIfAbsent(service.name(), service);
                }
            }
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "{0} cannot be read: {1}", directory, unreadable.toString());
        }
    }

    /** The names that can be started. */
    List<String> names() {
        return List.copyOf(services.keySet());
    }

    /** What services started from now on have in their environment. */
    void setEnvironment(String key, String value) {
        environment.put(key, value);
    }

    boolean isStarting() {
        return !starts.isEmpty();
    }

    /**
     * Starts a service, unless that is under way, and keeps a message until it is there.
     *
     * @param message for the service, or the call of StartServiceByName itself
     */
    void start(String name, Client client, Message message, Descriptors descriptors) throws BusError {
        ServiceFile service = services.get(name);
        if (service == null) {
            throw new BusError(
                    ErrorNames.SERVICE_UNKNOWN, "The name " + name + " was not provided by any .service files");
        }
        Start start = starts.get(name);
        int bytes = message.length();
        if ((start != null && start.waiting.size() >= MOST_WAITING)
                || client.account.bytes + bytes > broker.settings.limits().bytesPerUser()) {
            throw new BusError(
                    ErrorNames.LIMITS_EXCEEDED, "The maximum number of pending activations has been reached");
        }
        if (start == null) {
            start = new Start();
            start.until = System.nanoTime() + PATIENCE_NANOS;
            spawn(service, start);
            starts.put(name, start);
        }
        if (descriptors != null) {
            descriptors.use();
        }
        client.account.bytes += bytes;
        start.waiting.add(new Waiting(client, message.copy(), descriptors, bytes));
    }

    private void spawn(ServiceFile service, Start start) throws BusError {
        ProcessBuilder builder = new ProcessBuilder(service.command())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT);
        Map<String, String> its = builder.environment();
        List.of("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES").forEach(its::remove);
        its.put("DBUS_SESSION_BUS_ADDRESS", broker.address);
        its.putAll(environment);
        its.put("DBUS_STARTER_ADDRESS", broker.address);
        its.put("DBUS_STARTER_BUS_TYPE", "session");
        try {
            start.process = builder.start();
        } catch (IOException failed) {
            throw new BusError(
                    SPAWN + "ExecFailed", "Failed to execute program " + service.name() + ": " + failed.getMessage());
        }
        CompletableFuture<Void> unused = start.process
                .onExit()
                .thenAccept(process -> broker.post(() -> ended(service.name(), start, process.exitValue())));
    }

    /** A program may go into the background; only if it failed the name will not come. */
    private void ended(String name, Start start, int status) {
        if (starts.get(name) != start || status == 0) {
            return;
        }
        boolean signaled = status > 128;
        fail(
                name,
                new BusError(
                        SPAWN + (signaled ? "ChildSignaled" : "ChildExited"),
                        "Process " + name
                                + (signaled ? " received signal " + (status - 128) : " exited with status " + status)));
    }

    /** A name has an owner: what waited for it is sent on. */
    void onOwned(String name) {
        Start start = starts.remove(name);
        if (start != null) {
            // After what is told about the name.
            broker.post(() -> start.waiting.forEach(this::sendOn));
        }
    }

    private void sendOn(Waiting waiting) {
        if (Driver.NAME.equals(waiting.message.destination())) {
            if (waiting.client.isThere()) {
                broker.speaker.reply(waiting.client, waiting.message, "u", STARTED);
            }
        } else {
            broker.router.routeLate(waiting.client, waiting.message, waiting.descriptors);
        }
        release(waiting);
    }

    private static void release(Waiting waiting) {
        waiting.client.account.bytes -= waiting.bytes;
        if (waiting.descriptors != null) {
            waiting.descriptors.release();
        }
    }

    private void fail(String name, BusError error) {
        for (Waiting waiting : starts.remove(name).waiting) {
            if (waiting.client.isThere()) {
                broker.speaker.error(waiting.client, waiting.message, error);
            }
            release(waiting);
        }
    }

    /** Gives up what takes too long. */
    void onTime(long now) {
        if (starts.isEmpty()) {
            return;
        }
        for (Map.Entry<String, Start> each : List.copyOf(starts.entrySet())) {
            if (now - each.getValue().until >= 0) {
                fail(
                        each.getKey(),
                        new BusError(
                                "org.freedesktop.DBus.Error.TimedOut",
                                "Failed to activate service '" + each.getKey()
                                        + "': timed out (service_start_timeout="
                                        + PATIENCE_NANOS / 1_000_000 + "ms)"));
            }
        }
    }

    /** Forgets what waits. */
    void close() {
        starts.values().forEach(start -> start.waiting.forEach(Activation::release));
        starts.clear();
    }
}
