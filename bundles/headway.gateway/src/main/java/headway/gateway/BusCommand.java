package headway.gateway;

import headway.bus.Bus;
import headway.bus.port.Ports;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import joptsimple.BuiltinHelpFormatter;
import joptsimple.OptionParser;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code headway bus}: a bus for D-Bus programs, as {@code dbus-daemon --session} is one. */
@Component(
        service = ToIntBiFunction.class,
        property = {"headway.command=bus", "headway.summary=run a bus for D-Bus programs until it is stopped"})
public final class BusCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int UNREACHABLE = 3;

    private static final String HELP = """
            Usage: headway bus --address ADDRESS [FLAGS]

            A bus for D-Bus programs, as dbus-daemon --session is one, until it is interrupted (Ctrl-C, SIGTERM). Programs on
            such a bus of any node of Headway's bus (--bus, --runtime-dir, --transports) see each other; with --alone only those
            on this one do.
            An ADDRESS is unix:path=FILE, unix:dir=DIRECTORY, unix:runtime=yes, unix:abstract=NAME, systemd: (the sockets
            that were passed, LISTEN_FDS) or tcp:host=HOST,port=PORT[,bind=HOST|*][,family=ipv4|ipv6]; several are separated by
            semicolons. Without one it takes the sockets passed. Who connects over tcp cannot say who it is in a way that can be
            checked, so --allow-anonymous is needed for it: whoever reaches the port is on the bus.

              headway bus --address unix:path=/run/user/1000/headway --print-address
              DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/headway busctl --user list

            """;

    private static final String EXITS = """

            Exit codes: 0 it was stopped; 1 it broke; 2 wrong arguments; 3 it cannot listen""";

    private final OptionParser flags = new OptionParser();
    private final OptionSpec<String> address =
            flags.accepts("address", "where to listen").withRequiredArg().describedAs("ADDRESS");
    private final OptionSpec<Integer> printAddress = flags.accepts(
                    "print-address", "print the address to standard output, or this descriptor")
            .withOptionalArg()
            .describedAs("FD")
            .ofType(Integer.class);
    private final OptionSpec<Integer> printPid = flags.accepts(
                    "print-pid", "print the process id to standard output, or this descriptor")
            .withOptionalArg()
            .describedAs("FD")
            .ofType(Integer.class);

    private final OptionSpec<String> services = flags.accepts(
                    "services", "start services described here; \"session\" is where sessions have them")
            .withRequiredArg()
            .describedAs("DIR:DIR...");

    private final BundleContext context;

    /** In a container with a node. */
    @Activate
    public BusCommand(BundleContext context) {
        this.context = context;
        flags.accepts("alone", "do not join Headway's bus");
        flags.accepts("all-users", "let every user connect, not only this one and root");
        flags.accepts("allow-anonymous", "let programs connect that do not say who they are");
        flags.accepts("pure-java", "do without native code: no descriptors, no abstract addresses, no passed sockets");
        flags.accepts("check", "end as soon as it could serve: whether it would work");
        flags.accepts("json", "print JSON, for scripts");
        flags.acceptsAll(List.of("h", "help"), "print this").forHelp();
    }

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        OptionSet options = flags.parse(arguments.toArray(String[]::new));
        if (options.has("help")) {
            System.out.println(help());
            return OK;
        }
        if (!options.nonOptionArguments().isEmpty()) {
            throw new IllegalArgumentException("bus takes no arguments but flags, and not "
                    + options.nonOptionArguments().get(0) + "; 'headway bus --help' lists them");
        }
        List<ServerAddress> addresses =
                addresses(options, System.getenv(), ProcessHandle.current().pid());
        boolean alone = options.has("alone") || context == null;
        try (OwnNode node = alone ? null : new OwnNode(context)) {
            return serve(options, addresses, node);
        } catch (IOException refused) {
            return fail(options, UNREACHABLE, refused.getMessage());
        } catch (InterruptedException told) {
            // Being interrupted is how it normally ends.
            return OK;
        }
    }

    private int serve(OptionSet options, List<ServerAddress> addresses, OwnNode node)
            throws IOException, InterruptedException {
        Ports ports = node == null ? null : node.ports();
        if (node != null && ports == null) {
            System.getLogger(BusCommand.class.getName())
                    .log(System.Logger.Level.WARNING, "There is no node in this process; the bus stays alone");
        }
        BusServer server = new BusServer(
                settings(options), sockets(options), addresses, ports, node == null ? null : node.joined());
        server.start();
        try (server) {
            tell(options, server);
            if (options.has("check")) {
                return OK;
            }
            if (node != null) {
                node.startApplications();
            }
            Throwable broken = server.await();
            return broken == null ? OK : fail(options, FAILED, "The bus broke, please report this: " + broken);
        } catch (IOException unwritable) {
            return fail(options, FAILED, "Its address cannot be printed: " + unwritable.getMessage());
        }
    }

    private List<ServerAddress> addresses(OptionSet options, Map<String, String> environment, long pid) {
        if (options.has(address)) {
            List<ServerAddress> all = ServerAddress.parse(options.valueOf(address), environment, pid);
            if (!options.has("allow-anonymous") && all.stream().anyMatch(ServerAddress.Tcp.class::isInstance)) {
                throw new IllegalArgumentException("nobody could connect over tcp, where it cannot be checked who"
                        + " somebody is; with --allow-anonymous whoever reaches the port can");
            }
            return all;
        }
        if (environment.containsKey("LISTEN_FDS")) {
            return ServerAddress.inherited(environment, pid);
        }
        throw new IllegalArgumentException("--address is needed, such as --address unix:path=/run/user/1000/headway");
    }

    private BusSettings settings(OptionSet options) {
        return new BusSettings(
                BusSettings.newGuid(),
                ":1.",
                options.has("allow-anonymous"),
                options.has("all-users"),
                BusServer.ownUid(),
                options.has(services) ? directories(options.valueOf(services), System.getenv()) : List.of(),
                Limits.standard());
    }

    /** Where services are described (D-Bus specification, "Standard Session Services Search Path"). */
    static List<Path> directories(String text, Map<String, String> environment) {
        if (!text.equals("session")) {
            return Arrays.stream(text.split(":", -1)).map(Path::of).toList();
        }
        List<Path> bases = new ArrayList<>();
        if (environment.containsKey("XDG_RUNTIME_DIR")) {
            bases.add(Path.of(environment.get("XDG_RUNTIME_DIR")));
        }
        bases.add(Path.of(environment.getOrDefault(
                "XDG_DATA_HOME", environment.getOrDefault("HOME", "/root") + "/.local/share")));
        for (String each : environment
                .getOrDefault("XDG_DATA_DIRS", "/usr/local/share:/usr/share")
                .split(":", -1)) {
            bases.add(Path.of(each));
        }
        return bases.stream().map(base -> base.resolve("dbus-1/services")).toList();
    }

    private static Sockets sockets(OptionSet options) throws IOException {
        if (!options.has("pure-java")) {
            try {
                return EpollSockets.open();
            } catch (IOException absent) {
                System.getLogger(BusCommand.class.getName())
                        .log(System.Logger.Level.WARNING, "File descriptors are not passed: {0}", absent.getMessage());
            }
        }
        return new SelectorSockets();
    }

    private void tell(OptionSet options, BusServer server) throws IOException {
        try {
            print(options, server);
        } finally {
            java.util.stream.Stream.of(options.valueOf(printAddress), options.valueOf(printPid))
                    .filter(Objects::nonNull)
                    .distinct()
                    .forEach(descriptor -> new PassedDescriptor(descriptor).close());
        }
    }

    private void print(OptionSet options, BusServer server) throws IOException {
        long pid = ProcessHandle.current().pid();
        if (options.has(printAddress)) {
            print(options.valueOf(printAddress), server.address());
        }
        if (options.has(printPid)) {
            print(options.valueOf(printPid), Long.toString(pid));
        }
        if (options.has("json")) {
            print(
                    null,
                    "{\"address\":" + quoted(server.address()) + ",\"guid\":" + quoted(server.guid()) + ",\"pid\":"
                            + pid + "}");
        } else if (!options.has(printAddress) && !options.has(printPid)) {
            print(null, "a bus for D-Bus programs at " + server.address() + "; Ctrl-C ends it");
        }
    }

    private static void print(Integer descriptor, String line) throws IOException {
        if (descriptor == null || descriptor == 1) {
            System.out.println(line);
            System.out.flush();
        } else {
            new PassedDescriptor(descriptor).print(line);
        }
    }

    private static int fail(OptionSet options, int exitCode, String message) {
        if (options.has("json")) {
            System.err.println("{\"error\":" + quoted(message) + ",\"command\":\"bus\",\"exit\":" + exitCode + "}");
        } else {
            System.err.println("headway bus: " + message);
        }
        return exitCode;
    }

    /** As a JSON string. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private String help() {
        flags.formatHelpWith(new BuiltinHelpFormatter(110, 2));
        StringWriter text = new StringWriter();
        try {
            flags.printHelpOn(text);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return HELP + text + EXITS;
    }
}
