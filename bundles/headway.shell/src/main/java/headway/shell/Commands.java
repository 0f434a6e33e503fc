package headway.shell;

import headway.bus.Bus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** The commands that the bundles of this process bring. */
class Commands {

    private static final String NAME = "headway.command";
    private static final String SUMMARY = "headway.summary";

    /** How long a command may take to appear. */
    private static final long MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final BundleContext context;

    Commands(BundleContext context) {
        this.context = context;
    }

    /** The command of this name, or null. */
    @SuppressWarnings("unchecked") // What a service with this property is, package-info says.
    ToIntBiFunction<List<String>, Supplier<Bus>> find(String name) throws InterruptedException {
        if (!name.matches("[a-z-]+")) {
            return null;
        }
        try {
            ServiceTracker<Object, Object> tracker =
                    new ServiceTracker<>(context, context.createFilter("(" + NAME + "=" + name + ")"), null);
            tracker.open();
            return (ToIntBiFunction<List<String>, Supplier<Bus>>) tracker.waitForService(MILLIS);
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What each command for people does, by name. One without a summary is for other programs. */
    Map<String, String> summaries() {
        Map<String, String> summaries = new TreeMap<>();
        try {
            for (ServiceReference<?> each :
                    context.getServiceReferences(ToIntBiFunction.class, "(&(" + NAME + "=*)(" + SUMMARY + "=*))")) {
                summaries.put((String) each.getProperty(NAME), (String) each.getProperty(SUMMARY));
            }
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
        return summaries;
    }
}
