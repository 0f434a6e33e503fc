package headway.shell;

import headway.bus.Bus;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import joptsimple.OptionException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The command line: finds the command that the first argument names, runs it, and turns what it throws into words. */
@Component(service = Callable.class, property = "main.thread=true")
public final class Main implements Callable<Integer> {

    private static final String HEAD = """
            headway - the message bus of a vehicle's head unit

            Usage: headway COMMAND [ARGUMENTS]

            """;

    private static final String SETTINGS = """

            Settings, with every command:
              --bus NAME            the bus to join (default: headway)
              --runtime-dir DIR     where the loopback transport has its sockets
              --transports A,B,...  the transports to use: loopback, netlink, afbus (default: loopback)
              --etc DIR             more settings: a file <pid>.cfg for each Configuration Admin PID
            With every command, --help tells more and --json prints for scripts.
            HEADWAY_JAVA_OPTS adds flags for the Java virtual machine.

            """;

    private final Commands commands;
    private final List<String> arguments;
    private final PrintStream out;
    private final PrintStream err;
    private final Supplier<Bus> bus;

    @Activate
    public Main(
            BundleContext context,
            @Reference(service = Object.class, target = "(launcher.arguments=*)") Map<String, Object> launcher) {
        this(
                new Commands(context),
                List.of((String[]) launcher.get("launcher.arguments")),
                System.out,
                System.err,
                new BusFinder(context));
    }

    Main(Commands commands, List<String> arguments, PrintStream out, PrintStream err, Supplier<Bus> bus) {
        this.commands = commands;
        this.arguments = arguments;
        this.out = out;
        this.err = err;
        this.bus = bus;
    }

    @Override
    public Integer call() throws InterruptedException {
        // Like the settings, it may stand before the command too.
        boolean jsonFirst = !arguments.isEmpty() && arguments.get(0).equals("--json");
        List<String> words = new ArrayList<>(jsonFirst ? arguments.subList(1, arguments.size()) : arguments);
        if (words.isEmpty()) {
            err.print(overview());
            return Exit.USAGE;
        }
        String name = words.remove(0);
        if (jsonFirst) {
            words.add(0, "--json");
        }
        switch (name) {
            case "-h", "--help", "help" -> {
                out.print(overview());
                return Exit.OK;
            }
            case "-V", "--version" -> {
                out.println("headway " + FrameworkUtil.getBundle(Main.class).getVersion());
                return Exit.OK;
            }
            default -> {
                return run(name, words);
            }
        }
    }

    private int run(String name, List<String> rest) throws InterruptedException {
        ToIntBiFunction<List<String>, Supplier<Bus>> command = commands.find(name);
        if (command == null) {
            return fail("", Exit.USAGE, "There is no command '" + name + "'; 'headway --help' lists them");
        }
        try {
            return command.applyAsInt(rest, bus);
        } catch (OptionException wrong) {
            return fail(name, Exit.USAGE, wrong.getMessage() + "; 'headway " + name + " --help' lists the flags");
        } catch (IllegalArgumentException wrong) {
            return fail(name, Exit.USAGE, wrong.getMessage());
        } catch (CommandException ended) {
            return fail(name, ended.exitCode(), ended.getMessage());
        }
    }

    private int fail(String name, int exitCode, String message) {
        if (arguments.contains("--json")) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("error", message);
            error.put("command", name);
            error.put("exit", exitCode);
            err.println(Json.write(error));
        } else {
            err.println("headway" + (name.isEmpty() ? "" : " " + name) + ": " + message);
        }
        return exitCode;
    }

    private String overview() {
        StringBuilder text = new StringBuilder(HEAD).append("Commands:\n");
        commands.summaries().forEach((name, summary) -> text.append(String.format("  %-10s %s%n", name, summary)));
        return text.append(SETTINGS).append(Exit.HELP).append('\n').toString();
    }
}
