package headway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Recorder;

/** Does one thing again and again on a thread of its own: sends, or calls. */
final class Loop implements Role {

    /** One turn. */
    interface Step {

        /**
         * Does it once.
         *
         * @param done how many messages or calls were made before
         * @return how many this turn has made
         */
        long turn(long done) throws Exception;
    }

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Step step;
    private final Closeable resource;
    private final Recorder times;
    private final Thread thread = new Thread(this::run, "loop");
    private volatile boolean stopped;
    private volatile long done;

    private Loop(Step step, Closeable resource, Recorder times) {
        this.step = step;
        this.resource = resource;
        this.times = times;
    }

    /** Starts to do it; only how often is measured. */
    static Loop counting(Step step, Closeable resource) {
        return start(new Loop(step, resource, null));
    }

    /** Starts to do it; how long each turn takes is measured. */
    static Loop timing(Step step, Closeable resource) {
        return start(new Loop(step, resource, new Recorder(1, LONGEST_NANOS, 3)));
    }

    private static Loop start(Loop loop) {
        loop.thread.start();
        return loop;
    }

    private void run() {
        try {
            long count = 0;
            while (!stopped) {
                long begin = times == null ? 0 : System.nanoTime();
                count += step.turn(count);
                if (times != null) {
                    times.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - begin));
                }
                done = count;
            }
        } catch (Exception | OutOfMemoryError e) {
            Station.fail(e);
        }
    }

    @Override
    public Mark mark() {
        return times == null ? Mark.now(done, 0) : Mark.now(done, times.getIntervalHistogram());
    }

    @Override
    public void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        resource.close();
    }
}
