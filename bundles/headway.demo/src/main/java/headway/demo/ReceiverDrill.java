package headway.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What is done to the last receiver while the drive goes on: it is stopped for a while, again and again, or killed once and born again. */
final class ReceiverDrill implements AutoCloseable {

    private final Children children;
    private final long freezeMillis;
    private final long killMillis;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "headway-demo-receivers");
        thread.setDaemon(true);
        return thread;
    });

    private volatile boolean reborn;
    private volatile boolean frozen;

    /**
     * @param freezeMillis how often it is stopped, each time for half as long; 0: never
     * @param killMillis after how long it is killed; 0: never
     */
    ReceiverDrill(Children children, long freezeMillis, long killMillis) {
        this.children = children;
        this.freezeMillis = freezeMillis;
        this.killMillis = killMillis;
    }

    void begin() {
        if (freezeMillis > 0) {
            every(freezeMillis, freezeMillis, this::freeze);
            every(freezeMillis * 3 / 2, freezeMillis, () -> signal("CONT"));
        }
        if (killMillis > 0) {
            Future<?> unused = clock.schedule(this::kill, killMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void every(long firstMillis, long millis, Runnable what) {
        Future<?> unused = clock.scheduleAtFixedRate(what, firstMillis, millis, TimeUnit.MILLISECONDS);
    }

    private void freeze() {
        frozen = true;
        signal("STOP");
    }

    private void kill() {
        try {
            children.rebearLast();
            reborn = true;
        } catch (IOException refused) {
            System.err.println("headway demo: the instrument cluster that was killed could not be started again: "
                    + refused.getMessage());
        } catch (InterruptedException told) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the last receiver lives its second life. */
    boolean hasReborn() {
        return reborn;
    }

    /** What was asked for and did not take place, in words. */
    List<String> idle() {
        List<String> idle = new ArrayList<>();
        if (freezeMillis > 0 && !frozen) {
            idle.add("--freeze-receiver: the drive ended before the receiver was stopped; --seconds makes it longer");
        }
        if (killMillis > 0 && !reborn) {
            idle.add(
                    "--kill-receiver: the drive ended before the receiver was killed and started again; --seconds makes it longer");
        }
        return idle;
    }

    private void signal(String signal) {
        try {
            children.signalLast(signal);
        } catch (IOException refused) {
            System.err.println("headway demo: " + refused.getMessage());
        } catch (InterruptedException told) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
    }

    /** Nothing is done to it any more; if it stands still it goes on. */
    void end() {
        clock.shutdownNow();
        try {
            clock.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException told) {
            Thread.currentThread().interrupt();
        }
        if (freezeMillis > 0) {
            signal("CONT");
        }
    }
}
