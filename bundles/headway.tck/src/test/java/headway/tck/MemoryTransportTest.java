package headway.tck;

import headway.transport.Credentials;
import headway.transport.Transport;
import org.junit.jupiter.api.Nested;

/** The transport in memory keeps every promise, so that what is tested on it meets what is real. */
class MemoryTransportTest {

    @Nested
    class With_groups extends TransportContract {
        @Override
        protected Transport transport() throws Exception {
            Credentials self = new Credentials(ProcessHandle.current().pid(), ownUid(), Credentials.UNKNOWN, "");
            return MemoryTransport.builder()
                    .threaded()
                    .groups()
                    .credentials(self)
                    .build();
        }
    }

    @Nested
    class Without_groups extends TransportContract {
        @Override
        protected Transport transport() {
            return MemoryTransport.builder().threaded().build();
        }
    }

    /** A faulty transport without faults is the transport below it. */
    @Nested
    class Without_faults extends TransportContract {
        @Override
        protected Transport transport() {
            Transport memory = MemoryTransport.builder().threaded().groups().build();
            return new FaultyTransport(memory, 1, Faults.NONE, memory.features());
        }
    }
}
