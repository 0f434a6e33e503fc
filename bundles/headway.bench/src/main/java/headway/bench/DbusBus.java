package headway.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
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
                        new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                                .replace("@SOCKET@", socket(directory).toString()));
            }
            return List.of("dbus-daemon", "--nofork", "--config-file=" + settings);
        }
    },
    BROKER("dbus-broker", "dbus-broker") {
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
        List<String> command(Plan plan, Path directory) {
            return List.of(
                    plan.distro().resolve("headway").toString(),
                    "bus",
                    "--alone",
                    "--address",
                    "unix:path=" + socket(directory));
        }
    };

    private static final CProgram CONTROLLER = new CProgram("broker-controller", List.of("systemd"));
    private static final long PATIENCE_NANOS = 20_000_000_000L;

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
        if (this == GATEWAY) {
            return plan.distro() == null ? "there is no built head unit" : null;
        }
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
        Child bus = children.attend(Child.start(label, command(plan, directory), Map.of("HEADWAY_BUILD", "never")));
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!isReady(directory)) {
            if (!bus.isAlive() || System.nanoTime() > until) {
                throw new IOException(label + " did not start");
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
