package headway.transport.loopback;

import headway.tck.GuestContract;
import headway.transport.Transport;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Threads that wait for something receive in place of the link's own thread. */
class GuestTest extends GuestContract {

    @TempDir
    Path runtime;

    @Override
    protected Transport transport() throws Exception {
        return new LoopbackTransport(runtime);
    }
}
