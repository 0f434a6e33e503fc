package headway.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A bus for D-Bus programs, whose socket is the file {@code bus} where the processes of a measurement meet. */
enum DbusBus {
    DAEMON("dbus-daemon", "dbus") {
        @Override
        List<String> command(Plan plan, Path directory) throws IOException {
            Path settings = directory.resolve("session.conf");
            try (InputStream in = Objects.requireNonNull(DbusBus.class.getResourceAsStream("session.conf"))) {
                Files.writeString(
                        settings,
                        new String(in.readAllBytes(), StandardCharsets.UTF_8)
                                .replace("@SOCKET@", socket(directory).toString()));
            }
            return List.of("dbus-daemon", "--nofork", "--config-file=" + settings);
        }
    },
    BROKER("dbus-broker", "dbus-broker") {
        @Override
        String obstacle(Plan plan) {
            return CONTROLLER.obstacle() != null ? CONTROLLER.obstacle() : super.obstacle(plan);
        }

        @Override
        List<String> command(Plan plan, Path directory) throws IOException, InterruptedException {
            CONTROLLER.compile(directory);
            return List.of(
                    CONTROLLER.in(directory).toString(), socket(directory).toString());
        }
    },
    /** headway.gateway: the same D-Bus programs on our bus. */
    GATEWAY("gateway", null) {
        @Override
        String obstacle(Plan plan) {
            return Launch.DISTRO.obstacle(plan);
        }

        @Override
        List<String> command(Plan plan, Path directory) {
            return List.of(
                    plan.distro().resolve("headway").toString(),
                    "bus",
                    "--alone",
                    "--address",
                    "unix:path=" + socket(directory));
        }
    };

    /** The name of who answers calls, its interface too, and its object. */
    static final String ECHO = "org.headway.bench.Echo";

    static final String ECHO_PATH = "/org/headway/bench";

    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final CProgram CONTROLLER = new CProgram("broker-controller", true);

    private final String label;
    private final String debianPackage;

    DbusBus(String label, String debianPackage) {
        this.label = label;
        this.debianPackage = debianPackage;
    }

    /** What the table calls it. */
    String label() {
        return label;
    }

    /** Why it does not run here, or null if it does. */
    String obstacle(Plan plan) {
        return CProgram.onPath(label) == null ? label + " is not installed: apt-get install " + debianPackage : null;
    }

    /** The socket of the bus of a measurement. */
    static Path socket(Path directory) {
        return directory.resolve("bus");
    }

    abstract List<String> command(Plan plan, Path directory) throws IOException, InterruptedException;

    /** Starts it and waits until it takes connections. */
    void start(Plan plan, Children children) throws IOException, InterruptedException {
        Path directory = children.directory();
        children.attend(
                plan, label, command(plan, directory), Map.of("HEADWAY_BUILD", "never"), () -> isReady(directory));
    }

    /** Waits until a bus of this process takes connections. */
    static void awaitSocket(Path directory) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!isReady(directory)) {
            if (System.nanoTime() > until) {
                throw new IOException("There is no bus at " + socket(directory));
            }
            Thread.sleep(10);
        }
    }

    private static boolean isReady(Path directory) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket(directory)));
        } catch (IOException e) {
            return false;
        }
    }
}
