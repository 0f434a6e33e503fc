package headway.bench;

import java.io.Closeable;
import java.io.IOException;

/** Looks again and again for what has come, on a thread of its own that also closes what it has used in the end. */
final class Poller implements Closeable {

    private final Thread thread;
    private volatile boolean over;

    /**
     * @param look once; waits a little if nothing is there
     * @param used closed when this is
     */
    Poller(Runnable look, Closeable used) {
        thread = new Thread(() -> run(look, used), "poller");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Runnable look, Closeable used) {
        try {
            while (!over) {
                look.run();
            }
            used.close();
        } catch (IOException | RuntimeException e) {
            Station.fail(e);
        }
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
