package headway.transport.loopback;

import headway.tck.TransportContract;
import headway.transport.Transport;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Loopback keeps every promise of a transport. */
class LoopbackTransportTest extends TransportContract {

    @TempDir
    Path runtime;

    @Override
    protected Transport transport() throws Exception {
        return new LoopbackTransport(runtime);
    }
}
