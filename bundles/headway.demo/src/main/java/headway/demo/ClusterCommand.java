package headway.demo;

import headway.bus.Bus;
import headway.bus.CallException;
import headway.bus.dto.Inspector;
import headway.bus.dto.PeerView;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import joptsimple.OptionParser;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * One instrument cluster in a process of its own. It is started by {@code headway demo}, not by people: it ends when its
 * standard input does, so it never outlives the one who started it.
 */
@Component(service = ToIntBiFunction.class, property = "headway.command=demo-cluster")
public final class ClusterCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    /** What an instrument cluster shows. */
    enum Show {
        NOTHING,
        /** A line each second. */
        LINES,
        /** One line of the terminal, again and again. */
        ROW,
        /** Several lines of the terminal, again and again. */
        PANEL
    }

    private static final Duration HEAD_UNIT_PATIENCE = Duration.ofSeconds(10);
    private static final long LINE_MILLIS = 1000;
    private static final long FRAME_MILLIS = 100;

    /** Over so long messages are counted, to tell how many come in a second. */
    private static final long COUNTING_NANOS = 900_000_000L;

    private final BundleContext context;

    @Activate
    public ClusterCommand(BundleContext context) {
        this.context = context;
    }

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        OptionParser flags = new OptionParser(false);
        OptionSpec<Integer> number =
                flags.accepts("number").withRequiredArg().ofType(Integer.class).required();
        OptionSpec<String> show = flags.accepts("show").withRequiredArg().defaultsTo(Show.NOTHING.name());
        OptionSpec<Integer> row =
                flags.accepts("row").withRequiredArg().ofType(Integer.class).defaultsTo(1);
        OptionSpec<Long> swapEvery =
                flags.accepts("swap-every").withRequiredArg().ofType(Long.class).defaultsTo(0L);
        flags.accepts("late");
        OptionSet options = flags.parse(arguments.toArray(String[]::new));
        int me = options.valueOf(number);
        Show how = Show.valueOf(options.valueOf(show));
        int where = options.valueOf(row);
        AtomicReference<Thread> working = new AtomicReference<>(Thread.currentThread());
        endWithStandardInput(working);
        Bus bus = way.get();
        try (InstrumentCluster cluster = new InstrumentCluster(bus, options.has("late"));
                LinkDrill links = LinkDrill.of(context, options.valueOf(swapEvery), 0)) {
            links.begin();
            call(bus, "Ready", "i", me);
            show(bus, cluster, how, "instrument cluster " + me, where);
            if (!cluster.gaps().isEmpty()) {
                System.err.println("instrument cluster " + me + ": the bus gave up " + cluster.gaps());
            }
            List<Object> report = new ArrayList<>();
            report.add(me);
            report.addAll(Arrays.asList(cluster.tally().body()));
            call(bus, "Report", "i" + Tally.SIGNATURE, report.toArray());
            return 0;
        } catch (CallException refused) {
            System.err.println("headway demo: an instrument cluster cannot reach the head unit: " + refused);
            return 1;
        } catch (InterruptedException told) {
            return 1;
        } finally {
            working.set(null);
        }
    }

    private static void endWithStandardInput(AtomicReference<Thread> working) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        InputStream in = System.in;
                        while (in.read() >= 0) {
                            // Nothing is ever said here; only that it ends counts.
                        }
                    } catch (IOException broken) {
                        // As good as ended.
                    }
                    Thread main = working.getAndSet(null);
                    if (main != null) {
                        main.interrupt();
                    }
                },
                "headway-demo-parent");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** Calls the head unit, which a node that has just joined may not have heard of. */
    private static void call(Bus bus, String member, String signature, Object... body)
            throws CallException, InterruptedException {
        long end = System.nanoTime() + HEAD_UNIT_PATIENCE.toNanos();
        while (true) {
            try {
                bus.call(Receivers.TARGET, member, signature, body).get();
                return;
            } catch (ExecutionException failed) {
                CallException told = failed.getCause() instanceof CallException call
                        ? call
                        : new CallException(
                                CallException.FAILED, failed.getCause().toString());
                if (!told.errorName().equals(CallException.SERVICE_UNKNOWN) || System.nanoTime() - end > 0) {
                    throw told;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    private void show(Bus bus, InstrumentCluster cluster, Show show, String title, int row)
            throws InterruptedException {
        boolean unicode = unicode();
        Dashboard dashboard = new Dashboard(title, unicode);
        PrintStream out = unicode
                ? new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8)
                : System.out;
        boolean picture = show == Show.ROW || show == Show.PANEL;
        long lastCount = 0;
        long lastTime = System.nanoTime();
        long perSecond = 0;
        boolean ended;
        do {
            ended = cluster.awaitEnd(picture ? FRAME_MILLIS : LINE_MILLIS);
            Tally tally = cluster.tally();
            long now = System.nanoTime();
            // Ten frames a second make a smooth picture, but are too short to count messages by.
            if (lastCount == 0 || now - lastTime > COUNTING_NANOS) {
                perSecond = (long) ((tally.delivered() - lastCount) * 1e9 / Math.max(1, now - lastTime));
                lastCount = tally.delivered();
                lastTime = now;
            }
            String transport = transport(bus);
            switch (show) {
                case LINES -> out.println(dashboard.line(cluster.values(), tally, transport, perSecond));
                case ROW -> frame(out, row, dashboard.line(cluster.values(), tally, transport, perSecond));
                case PANEL -> frame(out, row, dashboard.panel(cluster.values(), tally, transport, perSecond));
                case NOTHING -> {}
            }
            out.flush();
        } while (!ended);
    }

    /** Draws at a place of the terminal in one write, so that clusters do not draw into each other. */
    private static void frame(PrintStream out, int row, String text) {
        StringBuilder frame = new StringBuilder();
        int at = row;
        for (String line : text.lines().toList()) {
            frame.append("\033[").append(at++).append(";1H").append(line).append("\033[K");
        }
        out.print(frame);
    }

    private static boolean unicode() {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = System.getenv(name);
            if (value != null && !value.isEmpty()) {
                return value.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8");
            }
        }
        return false;
    }

    /** By which transport the head unit is reached now. */
    private String transport(Bus bus) {
        String headUnit = bus.names().get(Receivers.NAME);
        ServiceReference<Inspector> reference = context.getServiceReference(Inspector.class);
        if (headUnit == null || reference == null) {
            return "-";
        }
        for (PeerView peer : context.getService(reference).view().peers()) {
            if (peer.uniqueName().equals(headUnit) && !peer.transport().isEmpty()) {
                return peer.transport();
            }
        }
        return "-";
    }
}
