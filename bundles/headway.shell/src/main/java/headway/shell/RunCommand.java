package headway.shell;

import headway.bus.Bus;
import headway.bus.dto.Inspector;
import headway.bus.dto.LinkView;
import headway.bus.dto.NodeView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import joptsimple.OptionSet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.util.tracker.ServiceTracker;

/** {@code headway run}: a node until it is stopped. */
@Component(
        service = ToIntBiFunction.class,
        property = {"headway.command=run", "headway.summary=run a node until it is stopped"})
public final class RunCommand implements ToIntBiFunction<List<String>, Supplier<Bus>> {

    /** The start level of what applications in this process use; head-unit.bndrun says what that is. */
    private static final int APPLICATIONS = 3;

    /** The start level of an operator's shell in this terminal. */
    private static final int SHELL = 4;

    private final BundleContext context;

    @Activate
    public RunCommand(BundleContext context) {
        this.context = context;
    }

    @Override
    public int applyAsInt(List<String> arguments, Supplier<Bus> way) {
        Usage usage = new Usage("run [--shell]", """
                Joins the bus and stays until it is interrupted (Ctrl-C, SIGTERM), with everything applications in this process
                need. With --shell the terminal becomes a Gogo shell; try headway:status there.""");
        usage.flags.accepts("shell", "an operator's shell in this terminal");
        OptionSet options = usage.parse(arguments, System.out);
        if (options == null) {
            return Exit.OK;
        }
        Usage.plain(options, 0, 0, "no arguments");
        Bus bus = way.get();
        try {
            NodeView here = Patience.service(context, Inspector.class).view();
            List<String> transports =
                    here.transports().stream().map(LinkView::transport).toList();
            if (options.has("json")) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("bus", bus.name());
                line.put("node", bus.uniqueName());
                line.put("pid", here.pid());
                line.put("transports", transports);
                System.out.println(Json.write(line));
            } else {
                System.out.println("node " + bus.uniqueName() + " is on bus " + bus.name() + " by "
                        + String.join(", ", transports) + "; Ctrl-C ends it");
            }
            reach(options.has("shell") ? SHELL : APPLICATIONS);
            new CountDownLatch(1).await();
        } catch (InterruptedException told) {
            // Being interrupted is how it normally ends.
        }
        return Exit.OK;
    }

    /** Our launcher installs what starts there first; under another one it is installed. */
    private void reach(int level) {
        ServiceTracker<IntConsumer, IntConsumer> launcher = new ServiceTracker<>(context, IntConsumer.class, null);
        launcher.open();
        IntConsumer levels = launcher.getService();
        if (levels != null) {
            levels.accept(level);
        } else {
            context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                    .adapt(FrameworkStartLevel.class)
                    .setStartLevel(level);
        }
        launcher.close();
    }
}
