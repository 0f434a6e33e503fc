package headway.transport.afbus;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Notices when the kernel module comes or goes, and then lets the transport's component begin anew: so the service is there
 * exactly while the module is, and otherwise the reason of its failure is the present one.
 *
 * <p>Once a second it looks whether a file exists. It keeps no socket open and tries one only where the last did not work, so
 * that it never stands in the way of an unloading.
 */
@Component(name = "headway.transport.afbus.watch", immediate = true, service = ModuleWatch.class)
public final class ModuleWatch {

    private static final long EVERY_MILLIS = 1000;

    private final KernelModule module;
    private final Runnable onChange;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "headway afbus watch");
        thread.setDaemon(true);
        return thread;
    });

    /** Why the module did not work when somebody looked last, or null. Guarded by this. */
    private String absence;

    /** Begins to watch. */
    @Activate
    public ModuleWatch(ComponentContext context) {
        this(new KernelModule(), () -> {
            context.disableComponent(AfbusComponent.PID);
            context.enableComponent(AfbusComponent.PID);
        });
        var unused = executor.scheduleWithFixedDelay(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * One that looks only when told to.
     *
     * @param onChange told when what was true when somebody looked last is no longer
     */
    ModuleWatch(KernelModule module, Runnable onChange) {
        this.module = module;
        this.onChange = onChange;
    }

    /** Watches no more. */
    @Deactivate
    void stop() {
        executor.shutdownNow();
    }

    /**
     * Makes sure that the module works, and remembers what was found.
     *
     * @throws IOException why it does not; a sentence for people
     */
    synchronized void require() throws IOException {
        absence = tried();
        if (absence != null) {
            throw new IOException(absence);
        }
    }

    /** Looks whether that has changed. */
    void look() {
        boolean changed;
        synchronized (this) {
            String before = absence;
            if (absence != null || !module.isLoaded()) {
                absence = tried();
            }
            changed = before == null ? absence != null : !before.equals(absence);
        }
        if (changed) {
            onChange.run();
        }
    }

    /** The module has said that it goes; any thread. */
    void leaves() {
        synchronized (this) {
            if (absence != null) {
                return;
            }
            absence = KernelModule.LEAVES;
        }
        onChange.run();
    }

    /** Tries the module, and says why it does not work, or null. */
    private String tried() {
        try {
            module.require();
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
