package headway.demo;

import headway.bus.Bus;
import headway.bus.Outcome;
import headway.bus.Publication;
import java.util.concurrent.locks.LockSupport;

/** Publishes a drive as vehicle signals, at a pace; single-threaded. */
final class HeadUnit {

    private final Bus bus;
    private final Publication<Sample>[] publications;
    private final long[] sent = new long[Signal.values().length];

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generic type.
    HeadUnit(Bus bus) {
        this.bus = bus;
        publications = new Publication[Signal.values().length];
        for (Signal signal : Signal.values()) {
            publications[signal.place()] = bus.publication(signal.topic(), Sample.MARSHALLER);
        }
    }

    /** Told while driving: how far it is; answers whether to drive on. */
    @FunctionalInterface
    interface Supervisor {
        boolean driveOn(double fraction) throws InterruptedException;
    }

    /**
     * Publishes the drive's rows, each at its time.
     *
     * @param speed how many times faster than it was; infinite: as fast as the bus takes it, again and again
     * @param nanos for so long at most
     */
    void drive(Drive drive, double speed, long nanos, Supervisor supervisor) throws InterruptedException {
        long start = System.nanoTime();
        boolean flatOut = Double.isInfinite(speed);
        double nanosPerRow = flatOut ? 0 : 1e9 / speed;
        int rows = drive.rows().size();
        long lastLook = start;
        for (long row = 0; flatOut || row < rows; row++) {
            long due = start + (long) (row * nanosPerRow);
            long now = System.nanoTime();
            while (due - now > 0) {
                LockSupport.parkNanos(due - now);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                now = System.nanoTime();
            }
            if (now - start >= nanos) {
                return;
            }
            if (now - lastLook > 50_000_000L) {
                lastLook = now;
                double byTime = (double) (now - start) / nanos;
                if (!supervisor.driveOn(flatOut ? byTime : Math.max(byTime, (double) row / rows))) {
                    return;
                }
            }
            publish(drive.rows().get((int) (row % rows)));
        }
    }

    /** All of a row is known at the same moment, so it leaves together. */
    private void publish(double[] row) throws InterruptedException {
        bus.together(() -> {
            for (int i = 0; i < row.length && send(i, new Sample(sent[i] + 1, System.nanoTime(), row[i])); i++) {
                sent[i]++;
            }
        });
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Publishes the drive's last row once more. */
    void publishLast(Drive drive) throws InterruptedException {
        publish(drive.rows().get(drive.rows().size() - 1));
    }

    /** Tells the receivers that no more will come, and how many there were of each signal. */
    void end() throws InterruptedException {
        for (int i = 0; i < sent.length; i++) {
            if (!send(i, new Sample(sent[i], Sample.END, Double.NaN))) {
                throw new InterruptedException();
            }
        }
    }

    /** Says whether it was sent; if not this thread was interrupted while it waited for room. */
    private boolean send(int signal, Sample sample) {
        Outcome outcome = publications[signal].send(sample);
        if (outcome == Outcome.CLOSED) {
            throw new IllegalStateException("the bus was closed during the drive");
        }
        // On a thread of ours there is only one reason not to wait for room.
        return outcome != Outcome.FULL;
    }

    /** Messages published so far, end markers aside. */
    long published() {
        long sum = 0;
        for (long each : sent) {
            sum += each;
        }
        return sum;
    }
}
