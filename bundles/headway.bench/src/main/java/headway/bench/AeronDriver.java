package headway.bench;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.BackoffIdleStrategy;

/** Aeron's media driver, in a process of its own as it is meant to be, until its standard input ends. */
public final class AeronDriver {

    private AeronDriver() {}

    /** Where it keeps its memory: a file system in memory, as Aeron advises. */
    static Path directory(Path meeting) {
        return Path.of("/dev/shm/aeron-" + meeting.getFileName());
    }

    /** Argument: the directory. */
    public static void main(String[] args) throws IOException {
        MediaDriver.Context context = new MediaDriver.Context()
                .aeronDirectoryName(args[0])
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy())
                .termBufferSparseFile(false);
        MediaDriver driver = MediaDriver.launch(context);
        Runtime.getRuntime().addShutdownHook(new Thread(driver::close));
        while (System.in.read() >= 0) {
            // Nothing is ordered.
        }
        System.exit(0);
    }
}
