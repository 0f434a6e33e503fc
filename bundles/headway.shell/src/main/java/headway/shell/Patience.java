package headway.shell;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** Waiting for what a node that has just joined does not know yet. */
final class Patience {

    private static final long LOOK_MILLIS = 5;

    private Patience() {}

    /** Waits until it is so; whether it became so in time. */
    static boolean until(BooleanSupplier so, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /** A service that is there, or soon will be. */
    static <S> S service(BundleContext context, Class<S> type) throws InterruptedException {
        ServiceTracker<S, S> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        S service = tracker.waitForService(TimeUnit.SECONDS.toMillis(2));
        if (service == null) {
            throw new CommandException(Exit.NO_BUS, "This node has no " + type.getSimpleName());
        }
        return service;
    }

    /** A number of seconds from a person: at least 0, a fraction is welcome. */
    static Duration seconds(String flag, double seconds) {
        if (!(seconds >= 0 && seconds <= 1e9)) {
            throw new IllegalArgumentException(flag + " is a number of seconds, 0 or more, not " + seconds);
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
