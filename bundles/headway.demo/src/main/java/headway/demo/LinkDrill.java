package headway.demo;

import headway.bus.dto.Inspector;
import headway.bus.dto.LinkControl;
import headway.bus.dto.LinkView;
import headway.bus.dto.PeerView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;

/**
 * What is done to the links of this process while the drive goes on: again and again the next transport is asked for, and
 * links are closed under those who use them.
 */
final class LinkDrill implements AutoCloseable {

    private final Inspector inspector;
    private final LinkControl control;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "headway-demo-drill");
        thread.setDaemon(true);
        return thread;
    });

    private final long swapMillis;
    private final long killMillis;
    private int turn;

    /** There was another transport to ask for. */
    private volatile boolean swapped;

    private volatile boolean killed;

    /**
     * @param swapMillis how often the next transport is asked for; 0: never
     * @param killMillis how often the links in use are closed; 0: never
     */
    LinkDrill(Inspector inspector, LinkControl control, long swapMillis, long killMillis) {
        this.inspector = inspector;
        this.control = control;
        this.swapMillis = swapMillis;
        this.killMillis = killMillis;
    }

    void begin() {
        every(swapMillis, this::swap);
        every(killMillis, this::kill);
    }

    /** For the node of this container. */
    static LinkDrill of(BundleContext context, long swapMillis, long killMillis) {
        return new LinkDrill(
                context.getService(context.getServiceReference(Inspector.class)),
                context.getService(context.getServiceReference(LinkControl.class)),
                swapMillis,
                killMillis);
    }

    private void every(long millis, Runnable what) {
        if (millis > 0) {
            Future<?> unused = clock.scheduleAtFixedRate(what, millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void swap() {
        List<String> open = inspector.view().transports().stream()
                .map(LinkView::transport)
                .sorted()
                .toList();
        if (open.size() > 1) {
            swapped = true;
        }
        if (!open.isEmpty()) {
            control.prefer(open.get(turn++ % open.size()));
        }
    }

    private void kill() {
        List<String> used = inspector.view().peers().stream()
                .map(PeerView::transport)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        for (String transport : used) {
            try {
                control.fail(transport);
                killed = true;
            } catch (IOException gone) {
                System.err.println("headway demo: the link over " + transport + " could not be opened again: "
                        + gone.getMessage());
            }
        }
    }

    /** How often another transport was taken to reach somebody. */
    long switches() {
        return inspector.view().peers().stream().mapToLong(PeerView::switches).sum();
    }

    /** What was asked for and did not take place, in words. */
    List<String> idle() {
        List<String> idle = new ArrayList<>();
        if (swapMillis > 0 && !swapped) {
            idle.add("--swap-every: no swap took place, for want of time or of a second transport; "
                    + "--transports loopback,netlink names two, --seconds how long");
        }
        if (killMillis > 0 && !killed) {
            idle.add("--kill-link: no link was closed before the drive ended; --seconds makes it longer");
        }
        return idle;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
