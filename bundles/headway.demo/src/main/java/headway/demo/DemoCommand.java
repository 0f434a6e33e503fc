package headway.demo;

import headway.bus.Bus;
import headway.bus.dto.Inspector;
import headway.bus.dto.PeerView;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import joptsimple.BuiltinHelpFormatter;
import joptsimple.OptionParser;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code headway demo}: this process is the head unit, and starts the instrument clusters. */
@Component(
        service = ToIntBiFunction.class,
        property = {
            "headway.command=demo",
            "headway.summary=replay a drive to instrument clusters in other processes, and count"
        })
public final class DemoCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    private static final int MAX_RECEIVERS = 64;
    private static final int SIMULATED_SECONDS = 600;
    private static final long SEED = 2026;
    private static final double DEFAULT_SECONDS = 10;

    /** How often to look how the receivers are. */
    private static final long LOOK_MILLIS = 5;

    /** How long receivers may take to start, and at the end to say what they counted. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static final String HELP = """
            Usage: headway demo [FLAGS]

            This process is a head unit: it publishes a drive as vehicle signals. Instrument clusters, each a process of its
            own, subscribe to them and show them. Every message carries its number, by which the clusters count what was lost,
            duplicated or reordered; the last line says it:

              published=N delivered=N lost=0 duplicated=0 reordered=0 transport=loopback p50_us=.. p99_us=..

            Without flags it is a simulated drive of ten minutes in ten seconds, on a bus of its own.

              headway demo --drive drive.csv --speed 60
              headway demo --speed max --receivers 4 --seconds 30
              headway demo --transports netlink,loopback --swap-every 200ms --kill-link 1s --receivers 2

            """;

    private static final String EXITS = """

            Exit codes: 0 nothing was lost, duplicated or reordered at a cluster that lived; 1 something was, or a cluster died, or
            a drill that was asked for did not take place; 2 wrong arguments, or the file is not a drive; 3 the bus cannot be reached""";

    private static final Pattern TIME = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s)");

    private final BundleContext context;
    private final List<String> program;

    @Activate
    public DemoCommand(
            BundleContext context,
            @Reference(service = Object.class, target = "(launcher.arguments=*)") Map<String, Object> launcher) {
        this.context = context;
        program = List.of((String[]) launcher.getOrDefault("launcher.process", new String[0]));
    }

    /** What was asked for; times in milliseconds, 0 for never. */
    private record Wish(
            Drive drive,
            double speed,
            long nanos,
            int receivers,
            boolean json,
            long swapEvery,
            long killLink,
            long freezeReceiver,
            long killReceiver) {

        boolean drills() {
            return swapEvery > 0 || killLink > 0;
        }
    }

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        Wish wish = wish(arguments);
        if (wish == null) {
            return 0;
        }
        boolean terminal = !wish.json && Boolean.getBoolean("headway.terminal");
        Bus bus = way.get();
        try (Receivers receivers = new Receivers(bus);
                Children children = new Children(program)) {
            start(children, wish, terminal);
            if (!receivers.awaitName(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS))) {
                return failed(
                        wish.json,
                        "another program on bus " + bus.name()
                                + " is the head unit already; choose another bus with --bus");
            }
            if (!ready(receivers, children, wish)) {
                return 1;
            }
            if (terminal) {
                System.out.print("\033[2J");
                System.out.flush();
            }
            HeadUnit headUnit = new HeadUnit(bus);
            long swaps;
            boolean reborn;
            List<String> idle = new ArrayList<>();
            try (LinkDrill links = LinkDrill.of(context, wish.swapEvery, wish.killLink);
                    ReceiverDrill last = new ReceiverDrill(children, wish.freezeReceiver, wish.killReceiver)) {
                links.begin();
                last.begin();
                headUnit.drive(
                        wish.drive,
                        wish.speed,
                        wish.nanos,
                        fraction -> children.ended().isEmpty());
                swaps = links.switches();
                last.end();
                reborn = last.hasReborn();
                idle.addAll(links.idle());
                idle.addAll(last.idle());
            }
            if (reborn && receivers.lives(wish.receivers) < 2) {
                if (!readyAgain(receivers, children, wish)) {
                    return 1;
                }
                // The drive was over before it was there; it shall see something.
                headUnit.publishLast(wish.drive);
            }
            headUnit.end();
            boolean all = reported(receivers, children, wish);
            String transport = transports();
            children.end();
            if (terminal) {
                System.out.print("\033[" + (Dashboard.HEIGHT + wish.receivers + 1) + ";1H\n");
            }
            all &= conclude(
                    receivers.reports(),
                    headUnit.published(),
                    transport,
                    swaps,
                    children.killed().size(),
                    wish);
            for (String drill : idle) {
                all = false;
                failed(wish.json, drill);
            }
            return all ? 0 : 1;
        } catch (IOException refused) {
            return failed(wish.json, "an instrument cluster could not be started: " + refused.getMessage());
        } catch (InterruptedException told) {
            return 130;
        }
    }

    private Wish wish(List<String> arguments) {
        OptionParser flags = new OptionParser(false);
        OptionSpec<String> drive = flags.accepts(
                        "drive", "a recorded drive, in the OBD-II CSV form; default: simulated")
                .withRequiredArg()
                .describedAs("FILE.csv");
        OptionSpec<String> speed = flags.accepts(
                        "speed",
                        "how many times faster than it was, or max; default: so that all of it fits into --seconds")
                .withRequiredArg()
                .describedAs("X");
        OptionSpec<Double> seconds = flags.accepts(
                        "seconds", "for how long; default: 10, or with a --speed the whole drive")
                .withRequiredArg()
                .describedAs("N")
                .ofType(Double.class);
        OptionSpec<Integer> receivers = flags.accepts("receivers", "how many instrument clusters")
                .withRequiredArg()
                .describedAs("K")
                .ofType(Integer.class)
                .defaultsTo(1);
        OptionSpec<String> swapEvery = every(flags, "swap-every", "every process asks for its next transport so often");
        OptionSpec<String> killLink = every(flags, "kill-link", "the head unit's links are closed under it so often");
        OptionSpec<String> freezeReceiver = every(
                flags,
                "freeze-receiver",
                "the last instrument cluster is stopped so often, each time for half as long");
        OptionSpec<String> killReceiver = every(
                flags,
                "kill-receiver",
                "the last instrument cluster is killed after so long and started again; what it gets then is counted");
        flags.accepts("json", "print JSON, for scripts; no dashboard");
        flags.acceptsAll(List.of("h", "help"), "print this").forHelp();
        OptionSet options = flags.parse(arguments.toArray(String[]::new));
        if (options.has("help")) {
            flags.formatHelpWith(new BuiltinHelpFormatter(100, 2));
            StringWriter table = new StringWriter();
            try {
                flags.printHelpOn(table);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            System.out.println(HELP + table.toString().strip() + "\n" + EXITS);
            return null;
        }
        if (!options.nonOptionArguments().isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + options.nonOptionArguments().get(0) + "' is not understood; flags start with --");
        }
        int k = options.valueOf(receivers);
        if (k < 1 || k > MAX_RECEIVERS) {
            throw new IllegalArgumentException("--receivers is 1 to " + MAX_RECEIVERS + ", not " + k);
        }
        double time = options.has(seconds) ? options.valueOf(seconds) : DEFAULT_SECONDS;
        if (!(time > 0 && time <= 1e6)) {
            throw new IllegalArgumentException(
                    "--seconds is a number above 0, at most 1000000, not " + options.valueOf(seconds));
        }
        Drive rows = options.has(drive) ? recorded(options.valueOf(drive)) : SimulatedDrive.of(SEED, SIMULATED_SECONDS);
        double pace =
                options.has(speed) ? speed(options.valueOf(speed)) : rows.rows().size() / time;
        // With a pace that the time was fitted to, or no time at all, it is the drive that ends.
        boolean whole = !Double.isInfinite(pace) && !(options.has(seconds) && options.has(speed));
        return new Wish(
                rows,
                pace,
                whole ? Long.MAX_VALUE : (long) (time * 1e9),
                k,
                options.has("json"),
                millis(options, swapEvery),
                millis(options, killLink),
                millis(options, freezeReceiver),
                millis(options, killReceiver));
    }

    private static OptionSpec<String> every(OptionParser flags, String name, String what) {
        return flags.accepts(name, what).withRequiredArg().describedAs("TIME");
    }

    /** A time such as {@code 200ms} or {@code 1.5s}; 0 if there is none. */
    private static long millis(OptionSet options, OptionSpec<String> flag) {
        if (!options.has(flag)) {
            return 0;
        }
        String text = options.valueOf(flag);
        Matcher time = TIME.matcher(text);
        double millis = time.matches()
                ? Double.parseDouble(time.group(1)) * (time.group(2).equals("s") ? 1000 : 1)
                : 0;
        if (!(millis >= 1 && millis <= 1e9)) {
            throw new IllegalArgumentException("--" + flag.options().get(0)
                    + " is a time such as 200ms or 1.5s, at least 1ms, not '" + text + "'");
        }
        return (long) millis;
    }

    private static Drive recorded(String file) {
        try {
            return RecordedDrive.read(Path.of(file));
        } catch (DriveFormatException malformed) {
            throw new IllegalArgumentException(malformed.getMessage(), malformed);
        }
    }

    private static double speed(String text) {
        if (text.equals("max")) {
            return Double.POSITIVE_INFINITY;
        }
        try {
            double speed = Double.parseDouble(text);
            if (speed > 0 && speed <= 1e6) {
                return speed;
            }
        } catch (NumberFormatException told) {
            // Told below.
        }
        throw new IllegalArgumentException("--speed is a number above 0, at most 1000000, or max, not '" + text + "'");
    }

    private void start(Children children, Wish wish, boolean terminal) throws IOException {
        if (program.isEmpty()) {
            throw new IOException("the launcher does not say how this process was started");
        }
        for (int i = 0; i < wish.receivers; i++) {
            ClusterCommand.Show show;
            int row = 1;
            if (wish.json) {
                show = ClusterCommand.Show.NOTHING;
            } else if (!terminal) {
                show = ClusterCommand.Show.LINES;
            } else if (i == 0) {
                show = ClusterCommand.Show.PANEL;
            } else {
                show = ClusterCommand.Show.ROW;
                row = Dashboard.HEIGHT + i;
            }
            children.start(List.of(
                    "--show",
                    show.name(),
                    "--row",
                    Integer.toString(row),
                    "--swap-every",
                    Long.toString(wish.swapEvery)));
        }
    }

    /** Waits until every receiver has subscribed; whether all have. */
    private static boolean ready(Receivers receivers, Children children, Wish wish) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        int told = -1;
        while (receivers.ready() < wish.receivers) {
            if (told != receivers.ready()) {
                told = receivers.ready();
                System.err.println("headway demo: " + told + " of " + wish.receivers + " instrument clusters ready");
            }
            if (!children.ended().isEmpty()) {
                failed(wish.json, children.obituary(children.ended().get(0)) + " before the drive began");
                return false;
            }
            if (System.nanoTime() - end > 0) {
                failed(wish.json, "only " + told + " of " + wish.receivers + " instrument clusters started in time");
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /** Waits until the last receiver, which was killed, has subscribed again; whether it has. */
    private static boolean readyAgain(Receivers receivers, Children children, Wish wish) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (receivers.lives(wish.receivers) < 2) {
            if (children.ended().contains(wish.receivers) || System.nanoTime() - end > 0) {
                failed(wish.json, "instrument cluster " + wish.receivers + " was killed and did not come back");
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /** Waits until every receiver has said what it counted; whether all have. */
    private static boolean reported(Receivers receivers, Children children, Wish wish) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Set<Integer> silent = silent(receivers, children, wish);
        while (!silent.isEmpty()) {
            for (int ended : children.ended()) {
                // Looked at again: it may have reported just before it ended.
                if (silent(receivers, children, wish).contains(ended)) {
                    failed(wish.json, children.obituary(ended) + " before it said what it had counted");
                    return false;
                }
            }
            if (System.nanoTime() - end > 0) {
                failed(wish.json, "instrument clusters " + silent + " did not say in time what they had counted");
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            silent = silent(receivers, children, wish);
        }
        return true;
    }

    private static Set<Integer> silent(Receivers receivers, Children children, Wish wish) {
        Set<Integer> silent = new TreeSet<>();
        for (int number = 1; number <= wish.receivers; number++) {
            silent.add(number);
        }
        silent.removeAll(receivers.reports().keySet());
        silent.removeAll(children.killed());
        return silent;
    }

    /** Prints what was counted; whether everything arrived at everybody, once and in order. */
    private static boolean conclude(
            Map<Integer, Tally> reports, long published, String transport, long swaps, int killed, Wish wish) {
        Tally sum = Tally.sum(new ArrayList<>(reports.values()));
        if ((reports.size() > 1 || sum.before() > 0) && !wish.json) {
            reports.forEach((number, tally) -> System.out.println("instrument cluster " + number + ": "
                    + (tally.before() > 0 ? "was born again and joined at message " + (tally.before() + 1) + "; " : "")
                    + tally.line(published, transport)));
        }
        String line = wish.json ? sum.json(published, transport) : sum.line(published, transport);
        if (wish.drills()) {
            line = wish.json ? line.replaceFirst("}$", ",\"swaps\":" + swaps + "}") : line + " swaps=" + swaps;
        }
        System.out.println(line);
        return sum.perfect() && sum.delivered() + sum.before() == published * (wish.receivers - killed);
    }

    /** The transports by which receivers are reached now. */
    private String transports() {
        ServiceReference<Inspector> reference = context.getServiceReference(Inspector.class);
        Set<String> transports = new TreeSet<>();
        if (reference != null) {
            for (PeerView peer : context.getService(reference).view().peers()) {
                if (!peer.transport().isEmpty()) {
                    transports.add(peer.transport());
                }
            }
        }
        return transports.isEmpty() ? "none" : String.join("+", transports);
    }

    private static int failed(boolean json, String what) {
        System.err.println(
                json
                        ? "{\"error\":\"" + what.replaceAll("[\"\\\\\\p{Cntrl}]", " ") + "\",\"exit\":1}"
                        : "headway demo: " + what);
        return 1;
    }
}
